"""/metrics: for who sends the token alone, from the rows and what was counted, never from Focus."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from focusadmin import VERSION
from integrations.models import Account, Batch, Key, Mail, Quota, Source, WorkerBeat, Workspace
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror, workers
from integrations.services.actors import Actor
from tests.bulk import begin_all
from tests.teamwork import give_key, person

TOKEN = "for-tests-only-" + "0123456789abcdef0"
pytestmark = pytest.mark.django_db


@pytest.fixture
def _on(settings: LazySettings) -> None:
    """Metrics are on, as settings.py has it."""
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "integrations.middleware.PageMetricsMiddleware"]


def scrape(browser: Client, token: str = TOKEN) -> dict[str, float]:
    """Return what Prometheus would: value by name and labels."""
    response = browser.get("/metrics", headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    lines = response.content.decode().splitlines()
    rows = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(value) for name, _, value in rows}


def test_it_is_not_there_unless_a_token_is_set(stranger_client: Client) -> None:
    response = stranger_client.get("/metrics", headers={"authorization": "Bearer "})

    assert response.status_code == 404


@pytest.mark.usefixtures("_on")
@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}ü"]
)
def test_it_is_for_who_sends_the_token(stranger_client: Client, sent: str) -> None:
    response = stranger_client.get("/metrics", headers={"authorization": sent} if sent else {})

    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert "focusadmin_" not in response.content.decode()


@pytest.mark.usefixtures("_on")
def test_being_signed_in_is_not_enough(client: Client) -> None:
    assert client.get("/metrics").status_code == 401


@pytest.mark.usefixtures("_on")
def test_it_is_answered_whatever_the_host_and_scheme(
    stranger_client: Client, settings: LazySettings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    headers = {"host": "10.0.0.7:8000", "authorization": f"bearer {TOKEN}"}

    assert stranger_client.get("/metrics", headers=headers).status_code == 200


@pytest.mark.usefixtures("_on")
def test_requests_to_focus_are_counted_and_timed(
    source: Source, sandbox: Sandbox, actor: Actor, stranger_client: Client
) -> None:
    listing = 'operation="GET /integrations/calendar"'
    names = (
        f'focusadmin_focus_requests_total{{{listing},status="200"}}',
        f'focusadmin_focus_requests_total{{{listing},status="503"}}',
        f"focusadmin_focus_request_seconds_count{{{listing}}}",
    )
    before = scrape(stranger_client)

    mirror.read(source)
    sandbox.fault("list_accounts", "status", status=503)
    mirror.look(source, by=actor, force=True)

    after = scrape(stranger_client)
    assert [after[name] - before.get(name, 0) for name in names] == [1, 1, 2]


@pytest.mark.usefixtures("_on")
def test_a_request_without_an_answer_is_counted_by_what_went_wrong(
    source: Source, actor: Actor, stranger_client: Client, settings: LazySettings
) -> None:
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"
    mirror.look(source, by=actor, force=True)

    assert any("ConnectError" in name for name in scrape(stranger_client))


@pytest.mark.usefixtures("_on")
def test_no_id_of_focus_is_a_label(
    accounts: dict[str, Account], source: Source, stranger_client: Client, client: Client
) -> None:
    account = accounts["rooms@example.net"]
    client.post(f"/w/4400001/accounts/{account.pk}/refresh/")

    found = scrape(stranger_client)

    assert any("POST /integrations/calendar/{id}/update" in name for name in found)
    assert not any(str(account.integration_id) in name for name in found)


@pytest.mark.usefixtures("_on")
def test_what_the_rows_say(
    accounts: dict[str, Account],
    source: Source,
    stranger_client: Client,
    actor: Actor,
    asked: Callable[[], list[str]],
) -> None:
    bo = give_key(person("bo"), "bo")
    Quota.objects.create(key=bo, organization_id=7, remaining=3, resets_at=timezone.now())
    over = timezone.now() + timedelta(hours=1)
    Quota.objects.filter(key=source.key).update(remaining=590, resets_at=over)
    Batch.objects.create(finished_at=timezone.now())
    begin_all(source, by=actor, most=2, background_color="#123456")
    waits = begin_all(source, by=actor, most=2, background_color="#654321")
    waits.parts.update(resumes_at=over)
    Batch.objects.create(stopped_at=timezone.now())
    Mail.objects.create(subject="waits", body="")
    workers.beat("one")
    WorkerBeat.objects.update(beat_at=timezone.now() - timedelta(seconds=100))

    found = scrape(stranger_client)

    key = f'key="{source.key_id}",organization="5500001",workspace=""'
    assert found[f"focusadmin_quota_remaining{{{key}}}"] == 590
    assert found[f"focusadmin_quota_resets_timestamp_seconds{{{key}}}"] == over.timestamp()
    assert not any(str(bo.pk) in name for name in found)  # that hour is over
    assert found['focusadmin_accounts{state="reconnect"}'] == 1
    assert found['focusadmin_accounts{state="working"}'] == 5
    states = ("running", "waiting", "stopping", "finished")
    assert [found[f'focusadmin_batches{{state="{state}"}}'] for state in states] == [1, 1, 1, 1]
    assert found["focusadmin_mails_waiting"] == 1
    assert found["focusadmin_workers"] == 0
    assert 100 <= found["focusadmin_worker_heartbeat_age_seconds"] < 130
    assert any(f'version="{VERSION}"' in name for name in found)
    assert asked() == []


@pytest.mark.usefixtures("_on")
def test_an_account_that_several_keys_see_is_counted_once(
    accounts: dict[str, Account], source: Source, actor: Actor, stranger_client: Client
) -> None:
    alex = give_key(person("alex"), "alex")
    mirror.look(Source.objects.create(key=alex, workspace=source.workspace), by=actor, force=True)

    found = scrape(stranger_client)

    assert Account.objects.count() == 12
    assert found['focusadmin_accounts{state="working"}'] == 5


@pytest.mark.usefixtures("_on")
def test_an_account_in_several_workspaces_is_counted_once(
    accounts: dict[str, Account], source: Source, stranger_client: Client
) -> None:
    mirror.read(keys.source(source.key, Workspace.objects.get(workspace_id=4400002)))

    found = scrape(stranger_client)

    assert Account.objects.count() == 12
    assert found['focusadmin_accounts{state="working"}'] == 5


@pytest.mark.usefixtures("_on")
def test_it_names_nobody_and_holds_no_secret(
    accounts: dict[str, Account], client: Client, stranger_client: Client
) -> None:
    give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    client.get("/w/4400001/accounts/")

    text = "\n".join(scrape(stranger_client))

    assert not re.search(r"example\.(com|net)|Example Studio|Mia|toggl_sk_|gAAAA", text)
    assert TOKEN not in text


@pytest.mark.usefixtures("_on")
def test_pages_are_counted_by_view_and_by_no_method_that_a_stranger_made_up(
    stranger_client: Client,
) -> None:
    stranger_client.generic("BREW", "/sign-in/")

    found = scrape(stranger_client)

    assert any('view="sign-in"' in name for name in found)
    assert not any("BREW" in name for name in found)


@pytest.mark.usefixtures("_on")
def test_an_hour_without_a_known_end_has_none(source: Source, stranger_client: Client) -> None:
    Quota.objects.create(key=source.key, workspace_id=4400002, remaining=7)

    found = scrape(stranger_client)

    labels = f'key="{source.key_id}",organization="",workspace="4400002"'
    assert found[f"focusadmin_quota_remaining{{{labels}}}"] == 7
    assert f"focusadmin_quota_resets_timestamp_seconds{{{labels}}}" not in found


@pytest.mark.usefixtures("_on")
def test_with_a_folder_only_what_is_in_it_was_counted(
    source: Source, stranger_client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    mirror.read(source)
    settings.PROMETHEUS_MULTIPROC_DIR = str(tmp_path)

    found = scrape(stranger_client)

    assert not any("focusadmin_focus_requests" in name for name in found)
    assert found["focusadmin_workers"] == 0


@pytest.mark.usefixtures("_on")
def test_a_database_that_cannot_be_used_is_503(stranger_client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE integrations_mail RENAME TO elsewhere")

    response = stranger_client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})

    assert (response.status_code, b"/readyz" in response.content) == (503, True)
