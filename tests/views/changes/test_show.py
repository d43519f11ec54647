"""One change of the record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Change
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at, of

Accounts = dict[str, Account]


def record(account: Account, **fields: Any) -> Change:
    """Make a change of this account as it might have been recorded."""
    return Change.objects.create(
        **{
            "action": "edit",
            "outcome": "done",
            "actor_issuer": "local",
            "actor_subject": "ed@example.com",
            "actor_name": "Ed Editor",
            "role": "editor",
            "key": account.source.key_id,
            "key_label": "the shared key",
            "workspace_id": 4400001,
            "workspace_label": "Example Studio",
            "integration_id": account.integration_id,
            "provider": account.provider,
            "email": account.email,
            "calendar_name": "Board",
            **fields,
        }
    )


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
    assert "On On Off" in page.words
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
