"""Check now."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Source
from integrations.sandbox import Sandbox
from tests.browsing import read
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
