"""Putting a line of the overview aside until it changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from focusadmin.identity.roles import Role
from integrations.models import Account, Dismissal
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.teamwork import person
from tests.views.addresses import at
from tests.views.overview.test_index import calm, groups

__all__ = ["calm"]

Accounts = dict[str, Account]
BROKEN = "events@example.com"


@pytest.fixture
def dismissed(client: Client, calm: Accounts) -> Any:
    """The page after Mia has dismissed the one broken account."""
    answer = send(client, client.get(at("overview")), "/dismiss/", button=BROKEN)
    assert answer["Location"] == at("overview")
    return client.get(at("overview"))


def test_it_is_gone_for_the_whole_team_and_said_to_be(dismissed: Any, db: None) -> None:
    page = read(dismissed)

    assert "Dismissed until it changes." in page.words
    assert "Nothing else needs you. Checked" in page.words
    assert "1 line is dismissed until it changes." in page.words
    assert page.links["Show what is dismissed"] == at("overview-dismissed")
    assert groups(signed_in(person("eve", Role.VIEWER))) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"error_status": "something_else"},
        {"state": Account.State.UNKNOWN},
        {"state_since": "later"},
    ],
)
def test_it_is_back_as_soon_as_anything_about_it_changes(
    client: Client, dismissed: Any, change: dict[str, Any]
) -> None:
    later = timezone.now() + timedelta(seconds=1)
    values = {name: later if value == "later" else value for name, value in change.items()}
    Account.objects.filter(email=BROKEN).update(**values)

    assert [line.title for line in groups(client)["account"]] == [BROKEN]
    assert "is dismissed" not in read(client.get(at("overview"))).words


def test_another_change_of_the_account_leaves_it_dismissed(client: Client, dismissed: Any) -> None:
    Account.objects.filter(email=BROKEN).update(auto_track=True, seen_at=timezone.now())

    assert groups(client) == {}


def test_a_line_that_has_changed_meanwhile_is_not_dismissed(
    client: Client, accounts: Accounts
) -> None:
    page = client.get(at("overview"))
    Account.objects.filter(email=BROKEN).update(error_status="something_else")

    answer = client.get(send(client, page, "/dismiss/")["Location"])

    assert "has changed meanwhile, so it was not dismissed" in read(answer).words
    assert not Dismissal.objects.exists()


def test_what_changed_is_dismissed_once_more(client: Client, dismissed: Any) -> None:
    Account.objects.filter(email=BROKEN).update(error_status="something_else")

    send(client, client.get(at("overview")), "/dismiss/")

    assert groups(client) == {}
    assert Dismissal.objects.count() == 1


def test_a_viewer_is_told_who_may(viewer_client: Client, sandbox: Sandbox) -> None:
    page = read(viewer_client.get(at("overview")))

    assert not [form for form in page.forms if form.action.endswith("/dismiss/")]
    assert "To dismiss a line: Needs the role Editor." in page.words
