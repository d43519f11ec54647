"""Disconnecting an account."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Change, Source
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at, of

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_counts_what_would_be_lost_and_asks_focus_nothing(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    response = client.get(of("account-disconnect", accounts["studio@example.com"]))

    page = read(response)
    assert asked() == []
    assert "Disconnect studio@example.com from Toggl?" in page.words
    assert "7 calendars of studio@example.com" in page.words
    assert "2 of them have a default project" in page.words
    assert page.form(button="Disconnect").values["entries"] == "keep"
    assert "A copy of the settings of 7 calendars here in Focusadmin" in page.words


def test_it_looks_first_when_its_rows_are_old(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    Source.objects.update(last_good_at=timezone.now() - timedelta(seconds=61))

    client.get(of("account-disconnect", accounts["studio@example.com"]))

    assert asked() == ["list_accounts"]


@pytest.mark.parametrize(("entries", "preserve"), [("keep", "true"), ("remove", "false")])
def test_it_disconnects_and_asks_what_was_chosen(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked, entries: str, preserve: str
) -> None:
    account = accounts["rooms@example.net"]
    page = client.get(of("account-disconnect", account))

    response = send(client, page, button="Disconnect", entries=entries)

    assert asked() == ["disconnect"]
    assert sandbox.requests[-1].query == {"preserve_entities": preserve}
    assert response["Location"] == at("accounts")
    words = read(client.get(at("accounts"))).words
    assert "rooms@example.net is disconnected from Toggl" in words
    assert "5 accounts" in words
    assert asked() == []
    assert Change.objects.get().after == {"preserve_entities": entries == "keep"}


@pytest.mark.parametrize("posted", [{"other": "x"}, {"entries": "both"}])
def test_it_does_nothing_before_a_choice(
    client: Client, accounts: Accounts, asked: Asked, posted: dict[str, str]
) -> None:
    response = client.post(of("account-disconnect", accounts["rooms@example.net"]), posted)

    assert "There is a problem" in read(response).words
    assert asked() == []
    assert not Change.objects.exists()


def test_it_counts_as_done_what_focus_no_longer_has(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    sandbox.world.person("alex@example.com").accounts.clear()

    response = client.post(
        of("account-disconnect", accounts["rooms@example.net"]), {"entries": "keep"}, follow=True
    )

    assert "Focus no longer had rooms@example.net" in read(response).words
    assert Change.objects.get().outcome == Change.Outcome.DONE


@pytest.mark.parametrize(
    ("kind", "options", "sentence", "outcome"),
    [
        ("status", {"status": 400}, "Focus did not accept this", Change.Outcome.REFUSED),
        ("status", {"status": 403}, "Focus does not allow this", Change.Outcome.REFUSED),
        ("quota", {}, "The hourly requests are used up", Change.Outcome.REFUSED),
        ("status", {"status": 500}, "We do not know whether", Change.Outcome.UNKNOWN),
        ("reset", {}, "We do not know whether", Change.Outcome.UNKNOWN),
    ],
)
def test_a_failure_tells_the_truth_and_leaves_the_account_on_the_list(
    client: Client,
    accounts: Accounts,
    sandbox: Sandbox,
    kind: str,
    options: dict[str, int],
    sentence: str,
    outcome: Change.Outcome,
) -> None:
    account = accounts["rooms@example.net"]
    sandbox.fault("disconnect", kind, **options)

    response = client.post(of("account-disconnect", account), {"entries": "keep"})

    page = read(response)
    assert response.status_code >= 500
    assert sentence in page.words
    assert page.links["Try again"] == of("account-disconnect", account)
    assert page.links["Go back"] == at("accounts")
    assert Change.objects.get().outcome == outcome
    account.refresh_from_db()
    assert account.gone_at is None


def test_it_waits_for_nobody(client: Client, accounts: Accounts, asked: Asked) -> None:
    account = accounts["rooms@example.net"]
    Change.objects.create(
        action="refresh",
        outcome="sending",
        key=account.source.key_id,
        workspace_id=4400001,
        integration_id=710005,
        lease_until=timezone.now() + timedelta(seconds=30),
    )

    response = client.post(of("account-disconnect", account), {"entries": "keep"}, follow=True)

    assert "Somebody else is changing this account right now" in read(response).words
    assert asked() == []


def test_it_says_when_the_account_is_disconnected_already(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    account = accounts["rooms@example.net"]
    account.gone_at = timezone.now()
    account.save()

    response = client.post(of("account-disconnect", account), {"entries": "keep"}, follow=True)

    assert "already disconnected" in read(response).words
    assert asked() == []
