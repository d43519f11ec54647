"""Check now."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Source
from integrations.sandbox import Sandbox
from tests.browsing import read
from tests.teamwork import give_key, person
from tests.views.addresses import at

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_asks_once_and_says_so(client: Client, accounts: Accounts, asked: Asked) -> None:
    response = client.post(at("check"), follow=True)

    assert asked() == ["list_accounts"]
    assert "Checked with Focus just now" in read(response).words


@pytest.mark.parametrize("minutes", [0, 12])
def test_a_failure_costs_one_request_too_and_is_told_with_what_focus_had(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked, minutes: int
) -> None:
    Source.objects.update(last_good_at=timezone.now() - timedelta(minutes=minutes))
    sandbox.fault("list_accounts", "status", status=503, times=None)

    response = client.post(at("check"), follow=True)

    words = read(response).words
    assert asked() == ["list_accounts"]
    assert "Focus cannot be reached" in words
    assert "Checked with Focus just now" not in words
    assert "alex@example.com" in words


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("", "/w/4400001/accounts/"),
        ("/w/4400001/calendars/?q=x", "/w/4400001/calendars/?q=x"),
        ("https://phishing.example.net/", "/w/4400001/accounts/"),
        ("//phishing.example.net/", "/w/4400001/accounts/"),
        ("/\\phishing.example.net/", "/w/4400001/accounts/"),
        ("javascript:alert(1)", "/w/4400001/accounts/"),
        ("calendars/", "/w/4400001/accounts/"),
    ],
)
def test_it_goes_back_to_a_page_of_ours_alone(
    client: Client, accounts: Accounts, target: str, location: str
) -> None:
    assert client.post(at("check"), {"next": target})["Location"] == location


def test_pressing_it_again_costs_nothing_for_ten_seconds(
    client: Client, viewer_client: Client, accounts: Accounts, asked: Asked
) -> None:
    client.post(at("check"), follow=True)
    Source.objects.update(pressed_at=timezone.now() - timedelta(seconds=3))

    pages = [browser.post(at("check"), follow=True) for browser in (client, viewer_client)]

    assert asked() == ["list_accounts"]
    for page in pages:
        words = read(page).words
        assert re.search(r"Checked with Focus within the last [4-9] seconds\.", words)
        assert "Checked with Focus just now" not in words


def test_a_failure_is_pressed_away_no_faster(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    sandbox.fault("list_accounts", "status", status=503, times=None)

    for _press in range(3):
        page = client.post(at("check"), {"source": str(Source.objects.get().pk)}, follow=True)
        words = read(page).words
        assert "Focus cannot be reached" in words
        assert "Checked with Focus" not in words

    assert asked() == ["list_accounts"]


def test_what_is_not_answered_yet_was_not_checked(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    Source.objects.update(pressed_at=timezone.now())  # somebody else's question is under way

    words = read(client.post(at("check"), follow=True)).words

    assert asked() == []
    assert "Focus was asked a moment ago, and has not answered yet." in words


@pytest.mark.parametrize("age", [timedelta(seconds=10), timedelta(seconds=-60)])
def test_after_ten_seconds_or_when_the_clock_went_back_it_asks_again(
    client: Client, accounts: Accounts, asked: Asked, age: timedelta
) -> None:
    Source.objects.update(pressed_at=timezone.now() - age)

    page = client.post(at("check"), follow=True)

    assert asked() == ["list_accounts"]
    assert "Checked with Focus just now" in read(page).words


def test_one_key_that_rests_holds_up_no_other(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    give_key(person("bo"), "bo")
    client.get(at("accounts"))
    asked()
    client.post(at("check"), {"source": str(Source.objects.get(key__owner=None).pk)})

    page = client.post(at("check"), follow=True)

    assert asked() == ["list_accounts"] * 2
    assert {request.key[-2:] for request in sandbox.requests[-2:]} == {"5a", "b0"}
    assert "Checked with Focus within the last " in read(page).words
