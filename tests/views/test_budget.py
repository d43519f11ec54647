"""The header of every page says what is left, and every costly step names its price."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime

from focusadmin.identity.models import User
from integrations.models import Account, Change, Quota
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from tests.browsing import read
from tests.teamwork import give_key
from tests.views.addresses import at, of

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def left(remaining: int | None, **more: Any) -> str:
    """Let so many of 600 requests be left, and return until when, as pages say it."""
    until = timezone.now() + timedelta(minutes=30)
    values = {"remaining": remaining, "most": 600, "resets_at": until} | more
    assert Quota.objects.update(**values)
    return localtime(until).strftime("%H:%M")


@pytest.mark.parametrize("address", [at("accounts"), at("activity"), "/people/", "/me/"])
def test_every_page_says_quietly_what_is_left(
    client: Client, accounts: Accounts, address: str
) -> None:
    until = left(188)

    response = client.get(address)

    assert f"188 requests left until {until}" in read(response).words
    assert "tag-warn" not in response.content.decode().partition("</header>")[0]


@pytest.mark.parametrize(
    ("remaining", "tone", "words"),
    [
        (59, "warn", "Only 59 requests left until"),
        (1, "warn", "Only 1 request left until"),
        (0, "bad", "No requests left until"),
    ],
)
def test_it_says_aloud_that_little_is_left(
    client: Client, accounts: Accounts, remaining: int, tone: str, words: str
) -> None:
    until = left(remaining)

    header = client.get(at("accounts")).content.decode().partition("</header>")[0]

    assert f'<span class="tag tag-{tone}">{words} {until}</span>' in header


def test_it_says_what_was_sent_where_focus_does_not_tell_what_is_left(
    client: Client, accounts: Accounts
) -> None:
    left(None, resets_at=None, spent=12)

    words = read(client.get(at("accounts"))).words

    assert "12 requests sent since" in words
    assert "left until" not in words


def test_it_says_nothing_of_an_hour_that_is_over(client: Client, accounts: Accounts) -> None:
    left(3, resets_at=timezone.now() - timedelta(seconds=1))

    words = read(client.get(at("activity"))).words

    assert "requests left" not in words
    assert "requests sent" not in words


def test_of_several_keys_the_one_with_the_fewest_counts(
    client: Client, accounts: Accounts, manager: User
) -> None:
    source = next(iter(accounts.values())).source
    mine = give_key(manager, "bo")
    mirror.read(keys.source(mine, source.workspace))
    until = left(300)
    Quota.objects.filter(key=mine).update(remaining=12)

    words = read(client.get(at("accounts"))).words

    assert f"The key with the fewest: Only 12 requests left until {until}" in words
    assert "Costs 2 requests, one of each key." in words


def test_the_line_of_age_says_why_the_rows_are_older(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    source = next(iter(accounts.values())).source
    type(source).objects.update(last_good_at=timezone.now() - timedelta(minutes=4))
    until = left(62)

    words = read(client.get(at("accounts"))).words

    assert f"Few requests are left, so Focus is asked less often until {until}." in words
    assert asked() == []


def test_a_page_that_may_not_ask_says_why_and_until_when(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    source = next(iter(accounts.values())).source
    type(source).objects.update(last_good_at=timezone.now() - timedelta(minutes=40))
    until = left(60)

    for address in (at("accounts"), of("account", accounts["alex@example.com"])):
        words = read(client.get(address)).words
        assert "The hour’s last requests are left to the key’s owner" in words
        assert f"{until} UTC)" in words.partition("Requests are available again:")[2]
        assert "40 minutes ago" in words
    assert asked() == []

    client.post(at("check"))
    assert asked() == ["list_accounts"]


def priced(client: Client, accounts: Accounts) -> dict[str, str]:
    """Return the address of each page that does something costly, and what it says of it."""
    account = accounts["alex@example.com"]
    calendar = account.calendars.order_by("pk")[0]
    return {
        of("calendar-edit", calendar): "Costs 2 requests; 188 left this hour.",
        of("account-disconnect", account): "Costs 1 request; 188 left this hour.",
        of("account-reconnect", account): "Costs 2 requests; 188 left this hour.",
        of("account", account): "Refresh calendars: Costs 1 request; 188 left this hour.",
        at("account-connect"): "Costs 2 requests; 188 left this hour.",
        at("accounts"): "Check now Costs 1 request; 188 left this hour.",
        at("calendars"): "Check now Costs 1 request; 188 left this hour.",
        "/workspaces/manage/": "Costs 1 request.",
        "/me/key/": "costs one of its requests",
    }


def test_every_costly_step_names_its_price(client: Client, accounts: Accounts) -> None:
    left(188)

    for address, words in priced(client, accounts).items():
        assert words in read(client.get(address)).words, address


def test_an_undo_names_its_price(client: Client, accounts: Accounts, sandbox: Sandbox) -> None:
    calendar = accounts["alex@example.com"].calendars.order_by("pk")[0]
    page = client.get(of("calendar-edit", calendar))
    form = read(page).form(button="Save")
    client.post(of("calendar-edit", calendar), form.values | {"background_color": "#123456"})
    left(188)

    words = read(client.get(at("change-undo", Change.objects.get().pk))).words

    assert "Costs 2 requests; 188 left this hour." in words


def test_a_price_says_that_nothing_is_left(client: Client, accounts: Accounts) -> None:
    until = left(0)

    words = read(client.get(at("account-connect"))).words

    assert f"Costs 2 requests; none left before {until}." in words
