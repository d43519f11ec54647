"""Reconnecting a broken account."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Change, ConnectAttempt
from integrations.sandbox import Sandbox
from tests.browsing import read
from tests.views.addresses import at, of
from tests.views.connect.trips import leave, travel, way_out

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


@pytest.fixture
def here(accounts: Accounts) -> str:
    """The page on which the broken account is reconnected."""
    return of("account-reconnect", accounts["events@example.com"])


def test_it_says_what_is_wrong_and_that_access_stays(
    client: Client, here: str, asked: Asked
) -> None:
    words = read(client.get(here)).words

    assert "events@example.com" in words
    assert "stopped giving Toggl access" in words
    assert "stays as it is (read and write)" in words
    assert asked() == []


def test_it_asks_for_no_more_than_there_was(
    client: Client, here: str, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    response = leave(client, here)

    assert asked() == ["reauth"]
    assert sandbox.requests[-1].query["preserve_scope"] == "true"
    assert "events@example.com" in read(response).words
    assert way_out(response).startswith(sandbox.provider_url)


def test_it_works_again_for_one_request_there_and_one_back(
    client: Client, here: str, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    page = travel(client, here)

    assert asked() == ["reauth", "list_accounts"]
    assert "events@example.com works again" in page.words
    assert sandbox.world.account(710004)["error_status"] == ""
    change = Change.objects.get()
    assert (change.action, change.outcome) == ("reconnect", "done")


def test_it_never_widens_access(client: Client, accounts: Accounts, sandbox: Sandbox) -> None:
    travel(client, of("account-reconnect", accounts["alex.admin@example.net"]))

    assert sandbox.world.account(710003)["has_write_scope"] is False


@pytest.mark.parametrize("chosen", ["noor.new@example.com", "alex@example.com"])
def test_it_says_when_another_address_was_chosen(client: Client, here: str, chosen: str) -> None:
    page = travel(client, here, identity=chosen)

    assert f"You chose {chosen} instead of events@example.com" in page.words
    assert page.links["Try again"] == here


def test_it_says_which_permission_is_missing(client: Client, here: str) -> None:
    page = travel(client, here, permissions=["calendars"])

    assert "Permission missing for events@example.com" in page.words
    assert "“see your events”" in page.words
    assert page.links["Try again"] == here


def test_it_says_that_the_person_refused(client: Client, here: str, accounts: Accounts) -> None:
    page = travel(client, here, allow=False)

    assert "You refused" in page.words
    assert page.links["Start again"] == here


def test_it_starts_nothing_for_an_account_that_is_gone(
    client: Client, here: str, accounts: Accounts, asked: Asked
) -> None:
    Account.objects.filter(email="events@example.com").update(gone_at=timezone.now())

    response = client.post(here, follow=True)

    assert response.redirect_chain == [(at("accounts"), 302)]
    assert "events@example.com is disconnected" in read(response).words
    assert asked() == []


def test_it_notices_that_the_account_has_gone_meanwhile(
    client: Client, here: str, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    sandbox.fault("reauth", "status", status=404)

    response = leave(client, here)

    assert response.status_code == 404
    assert "Focus does not have this any more" in read(response).words
    assert ConnectAttempt.objects.get().result == {}
    assert Change.objects.get().outcome == Change.Outcome.REFUSED
