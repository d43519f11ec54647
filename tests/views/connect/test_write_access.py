"""Granting write access, which is its own step."""

from collections.abc import Callable

import pytest
from django.test import Client

from integrations.models import Account, Change
from integrations.sandbox import Sandbox
from tests.browsing import read
from tests.views.addresses import of
from tests.views.connect.trips import leave, travel

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


@pytest.fixture
def here(accounts: Accounts) -> str:
    """The page on which a read-only account is granted more."""
    return of("account-write-access", accounts["alex.admin@example.net"])


def test_it_says_what_toggl_may_do_before_and_after(
    client: Client, here: str, asked: Asked
) -> None:
    words = read(client.get(here)).words

    assert "alex.admin@example.net" in words
    assert "Change your events Not given Given" in words
    assert asked() == []


def test_it_asks_focus_to_widen_access(
    client: Client, here: str, sandbox: Sandbox, asked: Asked
) -> None:
    leave(client, here)

    assert asked() == ["reauth"]
    assert "preserve_scope" not in sandbox.requests[-1].query


def test_it_is_granted_for_one_request_there_and_one_back(
    client: Client, here: str, sandbox: Sandbox, asked: Asked
) -> None:
    page = travel(client, here)

    assert asked() == ["reauth", "list_accounts"]
    assert "Toggl may now change the events of alex.admin@example.net" in page.words
    assert sandbox.world.account(710003)["has_write_scope"] is True
    change = Change.objects.get()
    assert (change.action, change.outcome) == ("write-access", "done")


def test_it_says_when_the_box_was_not_ticked(client: Client, here: str, sandbox: Sandbox) -> None:
    page = travel(client, here, permissions=["calendars", "events"])

    assert "Permission missing for alex.admin@example.net" in page.words
    assert "“change your events”" in page.words
    assert page.links["Try again"] == here
    assert sandbox.world.account(710003)["has_write_scope"] is False


def test_it_says_that_the_person_refused(client: Client, here: str) -> None:
    page = travel(client, here, allow=False)

    assert "You refused" in page.words
    assert page.links["Start again"] == here
