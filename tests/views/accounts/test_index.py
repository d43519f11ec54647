"""The list of accounts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Source
from integrations.sandbox import Sandbox
from integrations.services import mirror
from tests.browsing import read, send
from tests.services.answers import account, answer, calendar
from tests.views.addresses import at

Asked = Callable[[], list[str]]
Accounts = dict[str, Account]


def listed(client: Client, query: str = "") -> list[str]:
    """Return the addresses on the page, in its order."""
    response = client.get(at("accounts") + query)
    assert response.status_code == 200
    return [row["email"] for row in response.context["rows"]]


def test_it_shows_every_account_for_one_request(client: Client, asked: Asked) -> None:
    response = client.get(at("accounts"))

    assert asked() == ["list_accounts"]
    words = read(response).words
    assert "6 accounts" in words
    for email in ("alex@example.com", "rooms@example.net", "events@example.com"):
        assert email in words


def test_it_costs_nothing_within_a_minute(client: Client, accounts: Accounts, asked: Asked) -> None:
    client.get(at("accounts"))

    assert asked() == []


def test_it_costs_one_after_a_minute_however_many_accounts_there_are(
    client: Client, sandbox: Sandbox, source: Source, asked: Asked
) -> None:
    answer(sandbox, *(account(n, f"a{n}@example.com") for n in range(1, 121)))
    mirror.read(source)
    Source.objects.update(last_good_at=timezone.now() - timedelta(seconds=61))
    answer(sandbox, *(account(n, f"b{n}@example.com") for n in range(1, 121)))
    asked()

    words = read(client.get(at("accounts"))).words

    assert asked() == ["list_accounts"]
    assert "120 accounts" in words
    assert "b100@example.com" in words


def test_it_says_how_each_account_is_in_words(client: Client, accounts: Accounts) -> None:
    rows = {row["email"]: row for row in client.get(at("accounts")).context["rows"]}
    words = read(client.get(at("accounts"))).words

    assert rows["events@example.com"]["state"] == "Needs reconnecting"
    assert rows["events@example.com"]["action"].endswith("/reconnect/")
    assert rows["alex@example.com"]["state"] == "Working"
    assert rows["alex@example.com"]["action"] is None
    assert rows["alex@example.com"]["calendars"] == "5 on of 8"
    for phrase in ("Needs reconnecting", "Read only", "Read and write", "5 on of 8", "Google"):
        assert phrase in words
    assert "the shared key" in words


def test_it_puts_what_needs_attention_first(client: Client, accounts: Accounts) -> None:
    assert listed(client)[0] == "events@example.com"
    assert "1 needs attention" in read(client.get(at("accounts"))).title


@pytest.mark.parametrize(
    ("query", "emails"),
    [
        ("?q=STUDIO@", ["studio@example.com"]),
        ("?q=outlook", ["alex.admin@example.net", "rooms@example.net"]),
        ("?state=reconnect", ["events@example.com"]),
        ("?provider=outlook&q=rooms", ["rooms@example.net"]),
        ("?q=nobody", []),
        ("?q=%25", []),
    ],
)
def test_it_filters_and_searches_by_the_address(
    client: Client, accounts: Accounts, query: str, emails: list[str]
) -> None:
    assert sorted(listed(client, query)) == emails


@pytest.mark.parametrize("query", ["?state=nonsense", "?q=%00", "?sort=nonsense", "?page=nonsense"])
def test_it_answers_nonsense_with_the_list(client: Client, accounts: Accounts, query: str) -> None:
    assert len(listed(client, query)) == 6


def test_it_sorts_both_ways_by_the_address(client: Client, accounts: Accounts) -> None:
    up, down = listed(client, "?sort=email"), listed(client, "?sort=-email")

    assert up == sorted(up)
    assert down == up[::-1]


def test_it_pages_by_the_database(
    client: Client, accounts: Accounts, settings: LazySettings
) -> None:
    settings.PAGE_SIZE = 4

    first, second = listed(client, "?sort=email"), listed(client, "?sort=email&page=2")

    assert (len(first), len(second)) == (4, 2)
    assert sorted(first + second) == sorted(accounts)


def test_it_tells_no_match_from_no_account(
    client: Client, sandbox: Sandbox, accounts: Accounts
) -> None:
    no_match = read(client.get(at("accounts") + "?q=nobody")).words
    sandbox.world.person("alex@example.com").accounts.clear()
    Source.objects.update(last_good_at=None)
    none = read(client.get(at("accounts"))).words

    assert "0 of 6 accounts" in no_match
    assert "Clear filters" in no_match
    assert "No account is connected yet" in none
    assert "No account is connected yet" not in no_match


def test_it_tells_none_from_not_loaded(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "status", status=503)

    words = read(client.get(at("accounts"))).words

    assert "could not be loaded yet" in words
    assert "No account is connected yet" not in words
    assert "Focus cannot be reached" in words


@pytest.mark.parametrize(
    ("kind", "options", "title"),
    [
        ("status", {"status": 503}, "Focus cannot be reached"),
        ("reset", {}, "Focus cannot be reached"),
        ("quota", {}, "The hourly requests are used up"),
        ("status", {"status": 401}, "Focus refuses this application’s key"),
        ("status", {"status": 403}, "Focus does not allow this"),
        ("bad_json", {}, "Focus answered something we cannot read"),
        ("wrong_shape", {}, "Focus answered something we cannot read"),
    ],
)
def test_it_shows_what_focus_had_with_its_age_and_the_reason(
    client: Client,
    accounts: Accounts,
    sandbox: Sandbox,
    asked: Asked,
    kind: str,
    options: dict[str, int],
    title: str,
) -> None:
    Source.objects.update(last_good_at=timezone.now() - timedelta(minutes=12))
    sandbox.fault("list_accounts", kind, **options)

    response = client.get(at("accounts"))

    page = read(response)
    assert response.status_code == 200
    assert asked() == ["list_accounts"]
    assert title in page.words
    assert "12 minutes ago" in page.words
    assert "alex@example.com" in page.words


def test_it_says_when_requests_are_available_again(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    Source.objects.update(last_good_at=timezone.now() - timedelta(minutes=12))
    sandbox.fault("list_accounts", "quota", resets_in=30 * 60)

    words = read(client.get(at("accounts"))).words

    assert "Requests are available again" in words
    assert "in 29 minutes" in words or "in 30 minutes" in words


def test_it_says_how_many_entries_cannot_be_addressed(client: Client, sandbox: Sandbox) -> None:
    answer(sandbox, account(0), account(7, "a@example.com", calendars=[calendar(1), calendar(0)]))

    words = read(client.get(at("accounts"))).words

    assert "2 entries" in words
    assert "1 account" in words


def test_one_broken_account_never_hides_the_others(client: Client, sandbox: Sandbox) -> None:
    answer(
        sandbox,
        account(1, "good@example.com"),
        {"calendar_integration_id": 2, "email": 7, "calendars": "none", "scopes": {}},
        account(3, "also@example.com", calendars=[calendar(1), "odd", None, calendar(2)]),
    )

    words = read(client.get(at("accounts"))).words

    assert "good@example.com" in words
    assert "also@example.com" in words


def test_it_never_believes_markup_in_an_answer(client: Client, sandbox: Sandbox) -> None:
    attack = '"><script>alert(1)</script>@example.com'
    answer(sandbox, account(1, attack, provider=attack, error_status=attack))

    html = client.get(at("accounts")).content.decode()

    assert "<script>alert" not in html
    assert attack in read(client.get(at("accounts"))).words


def test_it_may_be_told_what_changed_by_check_now(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    sandbox.world.account(710005)["email"] = "renamed@example.net"
    page = client.get(at("accounts") + "?sort=email")

    response = send(client, page, "/check/")

    assert response.status_code == 302
    assert response["Location"] == at("accounts") + "?sort=email"
    assert "renamed@example.net" in read(client.get(response["Location"])).words
    assert asked() == ["list_accounts"]
