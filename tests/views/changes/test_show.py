"""One change of the record."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Batch, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from tests.browsing import read, send
from tests.teamwork import give_key, person
from tests.views.activity.recording import made
from tests.views.addresses import at, of

Accounts = dict[str, Account]


def record(account: Account, **fields: Any) -> Change:
    """Make a change of this account as it might have been recorded."""
    return made(account, **{"calendar_name": "Board", **fields})


def words(client: Client, change: Change) -> str:
    """Return what the change's page says."""
    return read(client.get(at("change", change.pk))).words


def test_it_tells_who_did_what_to_what(
    client: Client, accounts: Accounts, asked: Callable[[], list[str]]
) -> None:
    change = record(
        accounts["rooms@example.net"],
        before={"background_color": "#000000", "selected": True, "default_project_id": 7},
        after={"background_color": "tomato", "selected": False, "default_project_id": None},
        request_id="abc123",
    )

    page = read(client.get(at("change", change.pk)))

    assert "Edited Board" in page.words
    assert "Ed Editor" in page.words
    assert "Background colour #000000 tomato" in page.words
    assert "In Focus On Off" in page.words
    assert "Default project 7 none" in page.words
    assert asked() == []


def test_it_draws_colours_alone(client: Client, accounts: Accounts) -> None:
    change = record(
        accounts["rooms@example.net"],
        before={"background_color": '"/><script>alert(1)</script>'},
        after={"background_color": "#12a"},
    )

    html = client.get(at("change", change.pk)).content.decode()

    assert 'fill="#1122aa"' in html
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("outcome", "error", "sentence"),
    [
        ("unknown", "unavailable", "We do not know whether"),
        ("failed", "unavailable", "Focus cannot be reached"),
        ("refused", "credentials", "refuses this application’s key"),
        ("refused", "quota", "The hourly requests are used up"),
        ("failed", "gone", "It is no longer there"),
        ("failed", "an error of a later version", "Outcome Failed"),
        ("conflict", "", "Changed elsewhere"),
        ("intended", "", "Begun"),
        ("failed", "busy", "Somebody else was writing"),
        ("failed", "not-taken", "Focus did not take over every value"),
        ("unknown", "several", "It cannot be told which account this was"),
        ("unknown", "lost", "We do not know whether"),
    ],
)
def test_it_says_what_came_of_it(
    client: Client, accounts: Accounts, outcome: str, error: str, sentence: str
) -> None:
    change = record(accounts["rooms@example.net"], outcome=outcome, error=error)

    told = words(client, change)

    assert sentence in told
    assert "Edited Board" not in told.partition("Details")[0] or outcome == "done"


def test_it_shows_the_trace_id_of_a_failure(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    client.post(of("account-refresh", accounts["events@example.com"]))
    change = Change.objects.get()

    assert change.trace_id
    assert change.trace_id in words(client, change)


@pytest.mark.parametrize(
    ("keep", "sentence"),
    [("keep", "asked to keep the planned entries"), ("remove", "asked to remove the planned")],
)
def test_it_says_what_was_asked_for_planned_entries(
    client: Client, accounts: Accounts, keep: str, sentence: str
) -> None:
    account = accounts["rooms@example.net"]
    page = client.get(of("account-disconnect", account))
    send(client, page, button="Disconnect", entries=keep)

    assert sentence in words(client, Change.objects.get())


def test_it_names_nameless_calendars_of_a_refresh_by_their_external_id(
    client: Client, accounts: Accounts
) -> None:
    entry = {"calendar_id": 1, "name": "", "external_id": "x@example.com", "email": "e"}
    change = record(
        accounts["rooms@example.net"],
        action="refresh",
        difference={"new": [{**entry, "background_color": None, "foreground_color": "#fff"}]},
    )

    assert "(no name) x@example.com" in words(client, change)


def test_it_outlives_the_account(client: Client, accounts: Accounts) -> None:
    change = record(accounts["rooms@example.net"])
    Account.objects.all().delete()

    assert "rooms@example.net" in words(client, change)


@pytest.mark.parametrize(
    ("issuer", "subject", "role", "told"),
    [
        ("local", "ed@example.com", "editor", "ed@example.com, with a password as Editor"),
        ("https://sso.example.com", "ed", "viewer", "ed at https://sso.example.com as Viewer"),
        ("cli", "root", "manager", "root, at the command line of the server as Manager"),
        ("local", "ed@example.com", "auditor", "with a password Key The shared key"),
    ],
)
def test_it_tells_who_vouched_for_them_and_their_role(
    client: Client, accounts: Accounts, issuer: str, subject: str, role: str, told: str
) -> None:
    change = record(
        accounts["rooms@example.net"], actor_issuer=issuer, actor_subject=subject, role=role
    )

    assert told in words(client, change)


def test_it_tells_why_and_when(client: Client, accounts: Accounts) -> None:
    change = record(
        accounts["rooms@example.net"],
        note="Because <b>",
        created_at=datetime(2026, 11, 2, 8, tzinfo=UTC),
        finished_at=datetime(2026, 11, 2, 8, 1, tzinfo=UTC),
    )

    told = words(client, change)

    assert "Why Because <b>" in told
    assert "Begun" in told
    assert "2 Nov 2026, 08:00 UTC" in told
    assert "2 Nov 2026, 08:01 UTC" in told
    assert str(change.pk) in told


def test_it_tells_which_read_has_settled_it(client: Client, accounts: Accounts) -> None:
    settled = datetime(2026, 11, 2, 9, tzinfo=UTC)
    account = accounts["rooms@example.net"]
    done = record(account, settled_at=settled)
    lost = record(account, outcome="unknown", error="overtaken", settled_at=settled)

    for change in (done, lost):
        told = words(client, change)
        assert "read at 2 November 2026, 09:00:00 UTC" in told
        assert "Focus never answered" not in told
    assert "No answer came. Settled by the read at" in words(client, done)
    assert "nobody can tell any more since the read at" in words(client, lost)
    assert "Nobody can tell whether it was saved" in words(client, lost)


def test_it_shows_what_was_there_instead(client: Client, accounts: Accounts) -> None:
    change = record(
        accounts["rooms@example.net"],
        outcome="conflict",
        before={"background_color": "#000000", "selected": True},
        after={"background_color": "#111111", "selected": False},
        found={"background_color": "#222222", "default_project_id": 9},
    )

    page = client.get(at("change", change.pk))

    told = read(page).words
    assert "Somebody else had changed it" in told
    assert "Field Before Asked for Found instead" in told
    assert "Background colour #000000 #111111 #222222" in told
    assert "In Focus On Off as before" in told
    assert "Default project none not touched 9" in told
    assert 'fill="#222222"' in page.content.decode()


def test_it_names_the_address_that_was_chosen_instead(client: Client, accounts: Accounts) -> None:
    change = record(
        accounts["rooms@example.net"],
        action="reconnect",
        outcome="failed",
        error="other",
        found={"email": "bo@example.com"},
    )

    assert "The address that was chosen: bo@example.com" in words(client, change)


def test_it_shows_what_a_trip_to_the_provider_changed(client: Client, accounts: Accounts) -> None:
    account = accounts["rooms@example.net"]
    change = record(
        account,
        action="write-access",
        calendar_name="",
        before={"email": account.email, "error_status": "invalid_grant", "has_write_scope": False},
        after={
            "email": account.email,
            "error_status": "",
            "has_write_scope": True,
            "scopes": account.scopes,
        },
    )

    told = words(client, change)

    assert "Trouble that Toggl reports invalid_grant nothing" in told
    assert "Access Read only Read and write" in told
    assert "Toggl may none see your calendars, see your events" in told
    assert "Address" not in told.partition("About this change")[0], "it is the same"


def test_it_leads_to_what_it_is_about(client: Client, accounts: Accounts) -> None:
    account = accounts["alex.admin@example.net"]
    change = made(account)

    links = read(client.get(at("change", change.pk))).links

    assert links["Board"] == of("calendar-edit", account.calendars.get(name="Board"))
    assert links[account.email] == of("account", account)
    assert links["Activity"] == at("activity")


def test_it_leads_to_no_calendar_that_only_its_owner_sees(
    client: Client, source: Source, accounts: Accounts
) -> None:
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(bos)
    account = Account.objects.get(source=bos, calendars__name="School runs")
    change = made(account, "School runs")

    page = read(client.get(at("change", change.pk)))

    assert "Calendar switched off" in page.words
    assert "School runs" not in page.words
    assert of("calendar-edit", account.calendars.get(name="School runs")) not in page.links.values()


def test_it_leads_to_its_batch(client: Client, accounts: Accounts) -> None:
    account = accounts["alex.admin@example.net"]
    batch = Batch.objects.create(workspace_id=account.source.workspace.workspace_id)
    change = made(account, batch=batch)

    page = read(client.get(at("change", change.pk)))

    assert page.links["Bulk edit"] == at("batch", batch.pk)
