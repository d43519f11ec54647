"""The lines of keys, bulk edits, kept settings and calendars on the overview."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import (
    Account,
    Batch,
    BatchPart,
    Calendar,
    Change,
    Key,
    Name,
    Source,
    WorkerBeat,
)
from integrations.sandbox import Sandbox
from integrations.services import accounts as account_service
from integrations.services import keys, name_reading
from integrations.services.actors import Actor
from tests import bulk
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.addresses import at, of
from tests.views.overview.test_index import calm, groups, only

__all__ = ["calm"]

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
REFUSED = "toggl_sk_" + "ee" * 16


def expire(key: Key, days: int) -> None:
    """Let a key's last day be in so many days."""
    Key.objects.filter(pk=key.pk).update(expires_on=timezone.localdate() + timedelta(days=days))


def test_ones_own_key_is_replaced_from_the_line(
    client: Client, manager: User, sandbox: Sandbox
) -> None:
    expire(give_key(manager, "alex"), 3)

    line = only(client, "soon")
    words = read(client.get(at("overview"))).words

    assert (line.title, line.who.is_you) == ("Your key", True)
    assert [(step.label, step.href) for step in line.steps] == [("Replace it", "/me/key/")]
    assert "Your Focus key expires in" not in words, "the line says it already"


def test_somebody_elses_key_comes_with_a_text_to_send(client: Client, sandbox: Sandbox) -> None:
    expire(give_key(person("bo"), "bo"), -2)

    line = only(client, "key")

    assert (line.title, line.tag, line.who.name) == ("Bo’s key", "Expired", "Bo")
    assert "Your Focus key does not work any more." in line.letter.text


def test_a_refused_shared_key_comes_with_a_text_for_whoever_runs_it(
    client: Client, sandbox: Sandbox, calm: Accounts, settings: LazySettings
) -> None:
    settings.CONTACT = "helpdesk@example.com"
    sandbox.world.person("alex@example.com").key = REFUSED
    client.post(at("check"))

    line = only(client, "key")
    words = read(client.get(at("overview"))).words

    assert "may be more than this" in words
    assert "App key problem" not in words, "the line says it already"
    assert line.who.name == "helpdesk@example.com"
    assert "set it as FOCUS_API_KEY" in line.letter.text
    assert "Nothing needs you" not in words


def test_a_key_that_failed_once_more_is_another_need(
    client: Client, sandbox: Sandbox, calm: Accounts
) -> None:
    alex = sandbox.world.person("alex@example.com")
    alex.key, was = REFUSED, alex.key
    client.post(at("check"))
    send(client, client.get(at("overview")), "/dismiss/", button="The shared key")
    assert "key" not in groups(client)

    alex.key = was
    Source.objects.update(pressed_at=None)
    client.post(at("check"))
    alex.key = REFUSED
    Source.objects.update(pressed_at=None)
    client.post(at("check"))

    assert only(client, "key").tag == "Refused by Focus"


def test_a_viewer_does_not_hear_of_others_keys(sandbox: Sandbox, db: None) -> None:
    expire(give_key(person("bo"), "bo"), 1)

    assert "soon" not in groups(signed_in(person("eve")))


@pytest.fixture
def batch(accounts: Accounts, source: Source, actor: Actor) -> Batch:
    """Mia's bulk edit of two calendars, not begun."""
    return bulk.begin_all(source, by=actor, most=2, default_project_id=7)


def test_what_failed_of_a_batch_is_a_line_until_it_is_tried_again(
    client: Client, batch: Batch, sandbox: Sandbox
) -> None:
    sandbox.fault("update_calendar", "status", status=400)
    bulk.work(batch)

    line = only(client, "batch")
    page = read(client.get(at("overview")))

    assert line.sentence == "Not saved: 1 of 2."
    assert (line.tag, line.who.is_you) == ("Not all saved", True)
    assert page.links[f"See what failed {line.title}"] == at("batch", batch.pk)
    Batch.objects.create(kind=Batch.Kind.RETRY, about=batch.pk, workspace_id=batch.workspace_id)
    assert "batch" not in groups(client)


@pytest.mark.parametrize("values", [{"error": "stopped"}, {"outcome": Change.Outcome.DONE}])
def test_what_was_stopped_or_saved_needs_nobody(
    client: Client, batch: Batch, sandbox: Sandbox, values: dict[str, str]
) -> None:
    sandbox.fault("update_calendar", "status", status=400)
    bulk.work(batch)
    Change.objects.exclude(outcome=Change.Outcome.DONE).update(**values)

    assert "batch" not in groups(client)


def test_a_batch_that_waits_says_until_when(client: Client, batch: Batch) -> None:
    later = timezone.now() + timedelta(minutes=20)
    BatchPart.objects.update(waits_for=BatchPart.Wait.QUOTA, resumes_at=later)

    line = only(client, "batch")

    assert line.tag == "Waits"
    assert timezone.localtime(later).strftime("%H:%M") in line.sentence


def test_a_batch_that_nobody_works_on_says_so(client: Client, batch: Batch) -> None:
    BatchPart.objects.update(worked_at=timezone.now() - timedelta(minutes=5))

    assert only(client, "batch").tag == "Nobody works on it"
    WorkerBeat.objects.create(id="here", beat_at=timezone.now())
    assert "batch" not in groups(client)


def test_a_batch_is_for_whoever_may_see_it(
    client: Client, batch: Batch, sandbox: Sandbox, db: None
) -> None:
    give_key(bo := person("bo"), "bo")
    sandbox.fault("update_calendar", "status", status=400)
    bulk.work(batch)

    theirs = groups(signed_in(bo))["batch"]

    assert [line.who.name for line in theirs] == ["Mia Manager"]


@pytest.fixture
def returned(accounts: Accounts, source: Source, actor: Actor, sandbox: Sandbox) -> Account:
    """An account that was disconnected, and is connected again with other settings."""
    account = accounts["studio@example.com"]
    account.source = source
    with keys.opened(source) as client:
        account_service.disconnect(client, account, keep_entries=True, by=actor)
    Account.objects.filter(pk=account.pk).update(gone_at=None)
    account.calendars.filter(name="Equipment").update(selected=False, contrast=21)
    return account


def test_kept_settings_wait_for_an_answer(
    client: Client, returned: Account, calm: Accounts
) -> None:
    Source.objects.update(last_good_at=timezone.now())
    Account.objects.filter(pk=returned.pk).update(gone_at=None)

    line = only(client, "kept")

    assert line.title == "studio@example.com"
    assert "1 calendar is set otherwise than before" in line.sentence
    assert line.steps[0].is_form


def test_a_default_that_leads_nowhere_names_the_workspace(client: Client, calm: Accounts) -> None:
    Calendar.objects.filter(name="Deliveries").update(default_workspace_id=987)

    line = only(client, "default")

    assert "studio@example.com (Google) is 987" in line.sentence
    assert line.steps[0].href == of("calendar-edit", Calendar.objects.get(name="Deliveries"))


def test_twins_lead_to_where_one_is_chosen(client: Client, calm: Accounts) -> None:
    Calendar.objects.filter(name="Team holidays").update(selected=True)

    line = only(client, "twin")
    there = client.get(line.steps[0].href)

    assert "alex@example.com (Google), studio@example.com (Google)" in line.sentence
    assert {row["email"] for row in there.context["rows"]} == {
        "alex@example.com",
        "studio@example.com",
    }


def test_colours_are_made_readable_together(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    page = client.get(at("overview"))

    answer = send(client, page, "/bulk/", button="Use readable text", press="readable")

    assert answer["Location"].startswith(at("calendars").replace("calendars", "drafts"))
    assert "4 calendars" in read(client.get(answer["Location"])).words
    assert asked() == []


def test_what_a_refresh_has_recoloured_waits_until_somebody_has_answered(
    client: Client, calm: Accounts, sandbox: Sandbox
) -> None:
    studio = calm["studio@example.com"]
    client.post(of("account-refresh", studio))

    line = only(client, "recoloured")
    page = client.get(line.steps[0].href)

    assert line.sentence == "A refresh has given Equipment other colours. Say whether they stay."
    send(client, page, "/recoloured/", press="take")
    assert "recoloured" not in groups(client)


def test_what_a_refresh_brought_is_new(client: Client, calm: Accounts, sandbox: Sandbox) -> None:
    client.post(of("account-refresh", calm["studio@example.com"]))

    assert only(client, "new").title == "Showroom"


@pytest.mark.parametrize("name", ["Office move (finished)", "100 % %s"])
def test_an_archived_project_is_named(
    client: Client, calm: Accounts, source: Source, actor: Actor, name: str
) -> None:
    name_reading.look_up(source, by=actor)
    Name.objects.filter(number=330009).update(name=name)

    line = only(client, "default")

    assert line.sentence.endswith(f"is {name} (#330009), which is archived.")
    assert (line.title, line.tag) == ("Old office", "Project archived")


def test_not_every_account_of_a_twin_is_named(client: Client, calm: Accounts) -> None:
    for row in calm.values():
        first = row.calendars.order_by("pk")[0]
        Calendar.objects.filter(pk=first.pk).update(external_id="same", selected=True)

    assert ", 1 more account, so each" in only(client, "twin").sentence


def test_a_doubted_shared_key_is_a_managers_to_answer(
    client: Client, viewer_client: Client, calm: Accounts
) -> None:
    Key.objects.filter(owner=None).update(doubted_at=timezone.now())

    mine, theirs = only(client, "key"), only(viewer_client, "key")

    assert (mine.who.is_you, mine.steps[0].href) == (True, "/shared-key/")
    assert (theirs.who.name, theirs.href) == ("A manager", "")
    assert theirs.steps[0].why.startswith("Needs the role Manager")
