"""The status page: how Focusadmin itself is, and a text that may be sent to anybody."""

import platform
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from focusadmin import VERSION
from integrations.models import Account, Change, Key, Mail, Quota, Source, WorkerBeat
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror, workers
from integrations.services.actors import Actor
from tests.browsing import read
from tests.bulk import begin_all
from tests.teamwork import give_key, person

PATH = "/status/"


def support(browser: Client) -> str:
    """Return the text for support."""
    found = re.search(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page(browser), re.DOTALL)
    assert found
    return found[1]


def page(browser: Client) -> str:
    """Return the page's HTML."""
    return str(browser.get(PATH).content.decode())


def test_it_shows_what_runs_here_and_asks_focus_nothing(
    client: Client, accounts: dict[str, Account], asked: Callable[[], list[str]]
) -> None:
    workers.beat("one")

    found = read(client.get(PATH))

    assert found.title.startswith("Status")
    for words in (
        f"Focusadmin {VERSION}",
        f"Python {platform.python_version()}",
        "All migrations are applied.",
        "Database Up to date",
        "Workers 1 is there",
        "Keys No problem known",
        "Mail Off",
        "None is known.",
    ):
        assert words in found.words
    assert found.links["Status"] == PATH
    assert asked() == []


def test_it_says_that_a_migration_is_missing(client: Client, source: Source) -> None:
    MigrationRecorder.Migration.objects.filter(app="integrations").latest("name").delete()

    found = read(client.get(PATH)).words

    assert "Database Not up to date Whoever runs Focusadmin has to run manage.py migrate" in found
    assert "Migrations are missing." in found
    assert "Migrations: not up to date" in support(client)


def test_only_managers_have_it_in_the_navigation(
    client: Client, editor_client: Client, source: Source
) -> None:
    assert "Status" in read(client.get("/workspaces/")).links
    assert "Status" not in read(editor_client.get("/workspaces/")).words


def test_a_key_has_its_state_and_what_is_left_of_its_hour(
    client: Client, source: Source, accounts: dict[str, Account]
) -> None:
    until = timezone.now() + timedelta(minutes=30)
    Quota.objects.filter(key=source.key).update(remaining=597, most=600, resets_at=until)
    chidi = give_key(person("chidi"), "chidi")
    refused = keys.source(chidi, source.workspace)
    Source.objects.filter(pk=refused.pk).update(
        last_error="credentials", last_error_at=timezone.now(), last_error_trace="t-77"
    )

    found = read(client.get(PATH))

    assert f"The shared key {str(source.key_id)[:8]} Works 597 of 600, until" in found.words
    assert "Example Studio" in found.words
    assert f"Chidi {str(chidi.pk)[:8]} Refused by Focus Not known Never yet" in found.words
    assert "Keys 1 has a problem Which, is below." in found.words
    assert re.search(r"Focus refuses the key .* Example Studio Chidi.* t-77", found.words)


def test_nothing_is_told_of_a_key_that_its_owner_keeps(
    client: Client, source: Source, sandbox: Sandbox
) -> None:
    bo = give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    Quota.objects.create(key=bo, organization_id=5500001, remaining=4711)
    theirs = keys.source(bo, source.workspace)
    Source.objects.filter(pk=theirs.pk).update(
        last_error="credentials", last_error_at=timezone.now(), last_error_trace="t-88"
    )

    found = page(client)

    assert "4711" not in found
    assert "t-88" not in found
    assert "Only they see it Not shown Not shown" in read(client.get(PATH)).words


def test_a_quota_whose_hour_is_over_is_not_known(client: Client, source: Source) -> None:
    Quota.objects.create(
        key=source.key, organization_id=5500001, remaining=3, resets_at=timezone.now()
    )

    assert "Not known" in read(client.get(PATH)).words


def test_the_queue_and_the_worker(
    client: Client, source: Source, actor: Actor, settings: Any
) -> None:
    mirror.read(source)
    begin_all(source, by=actor, most=2, background_color="#123456")
    WorkerBeat.objects.create(id="one", beat_at=timezone.now() - timedelta(minutes=5))

    found = read(client.get(PATH)).words

    assert "1 running, 0 waiting" in found
    assert "Workers None is there Bulk edits wait until" in found
    assert "Bulk edits 1 under way" in found
    assert "5 minutes ago" in found


def test_writes_that_went_wrong_lead_to_their_page(
    client: Client, source: Source, accounts: dict[str, Account]
) -> None:
    made = {"action": "edit", "workspace_id": 4400001, "workspace_label": "Example Studio"}
    lost = Change.objects.create(
        key=source.key_id,
        outcome="failed",
        error="unavailable",
        trace_id="t-99",
        calendar_name="Secret project",
        **made,
    )
    Change.objects.create(key=source.key_id, outcome="done", trace_id="t-good", **made)
    Change.objects.create(key=uuid4(), outcome="failed", trace_id="t-gone", **made)
    Change.objects.create(
        key=uuid4(), outcome="failed", trace_id="t-private", is_private=True, **made
    )

    found = page(client)

    assert f'href="/w/4400001/changes/{lost.pk}/"' in found
    assert [name for name in ("t-99", "t-good", "t-gone", "t-private") if name in found] == [
        "t-99",
        "t-gone",
    ]
    assert "Secret project" not in found


def test_mail_that_waits_says_why(client: Client, source: Source, settings: LazySettings) -> None:
    settings.EMAIL_TO = ("it@example.com",)
    assert "Mail Nothing waits" in read(client.get(PATH)).words

    Mail.objects.create(subject="Broken", body="", last_error="SMTPDataError: 451")

    found = read(client.get(PATH)).words
    assert "Mail 1 not sent yet" in found
    assert "SMTPDataError: 451" in found


def test_the_text_for_support_names_nobody_and_holds_no_secret(
    client: Client, source: Source, accounts: dict[str, Account], settings: LazySettings
) -> None:
    settings.METRICS_TOKEN = "for-tests-only-0123456789abcdef0"
    chidi = give_key(person("chidi"), "chidi")
    refused = keys.source(chidi, source.workspace)
    Source.objects.filter(pk=refused.pk).update(
        last_error="credentials", last_error_at=timezone.now(), last_error_trace="t-77"
    )

    text = support(client)

    for words in (
        f"Focusadmin {VERSION}",
        "Migrations: up to date",
        "1 reconnect, 0 permission, 0 admin, 0 unknown, 0 empty, 5 working",
        f"Key {str(chidi.pk)[:8]}: refused",
        f"credentials, key {str(chidi.pk)[:8]}, trace t-77",
    ):
        assert words in text
    assert not re.search(r"@|example\.|Chidi|Mia|Example Studio|toggl_sk_|gAAAA", text)
    for secret in (
        settings.SECRET_KEY,
        settings.METRICS_TOKEN,
        settings.DATABASES["default"]["NAME"],
    ):
        assert str(secret) not in text


def test_a_trace_that_looks_like_a_secret_is_cut_out(client: Client, source: Source) -> None:
    Source.objects.update(
        last_error="unavailable", last_error_at=timezone.now(), last_error_trace="Bearer abcdefgh12"
    )

    assert "[removed]" in support(client)


@pytest.mark.parametrize("number", [3, 12])
def test_it_costs_as_many_queries_however_many_keys_there_are(
    client: Client,
    source: Source,
    number: int,
    django_assert_max_num_queries: Any,
) -> None:
    for each in range(number):
        give_key(person(f"p{each}"), "bo")

    client.get(PATH)
    with django_assert_max_num_queries(40):
        client.get(PATH)
