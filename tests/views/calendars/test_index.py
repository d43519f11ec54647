"""The list of every calendar."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from integrations.services import mirror
from tests.browsing import read, send
from tests.services.answers import account, answer, calendar
from tests.views.addresses import at

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def listed(client: Client, query: str = "") -> list[str]:
    """Return the names on the page, in its order."""
    response = client.get(at("calendars") + query)
    assert response.status_code == 200
    return [row["name"] for row in response.context["rows"]]


def test_it_shows_every_calendar_of_every_account_for_one_request(
    client: Client, asked: Asked
) -> None:
    response = client.get(at("calendars"))

    assert asked() == ["list_accounts"]
    words = read(response).words
    assert "30 calendars" in words
    for phrase in ("Client calls", "🎨 Design critique 👩‍🎨✨", "اجتماعات الفريق", "Studio floor"):
        assert phrase in words


def test_it_costs_nothing_within_a_minute(client: Client, accounts: Accounts, asked: Asked) -> None:
    client.get(at("calendars"))

    assert asked() == []


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 30),
        ("?q=HOLIDAYS", 3),
        ("?q=rooms%40example.net", 4),
        ("?on=yes", 25),
        ("?on=no", 5),
        ("?project=yes", 5),
        ("?project=no", 25),
        ("?contrast=low", 5),
        ("?contrast=good", 23),
        ("?contrast=unknown", 2),
        ("?q=holidays&on=no", 2),
        ("?on=nonsense", 30),
        ("?account=nonsense", 30),
        ("?q=%00", 30),
    ],
)
def test_it_filters_and_searches_by_the_address(
    client: Client, accounts: Accounts, query: str, number: int
) -> None:
    assert len(listed(client, query)) == number


def test_it_filters_by_account_and_drops_a_filter_by_its_chip(
    client: Client, accounts: Accounts
) -> None:
    rooms = accounts["rooms@example.net"]

    page = client.get(at("calendars") + f"?account={rooms.pk}&on=yes")

    assert "4 of 30 calendars" in read(page).words
    chips = {chip["text"]: chip["href"] for chip in page.context["chips"]}
    assert chips == {
        "Account: rooms@example.net (Outlook)": "?on=yes",
        "On or off: On": f"?account={rooms.pk}",
    }


def test_the_filter_is_a_plain_form(client: Client, accounts: Accounts) -> None:
    page = client.get(at("calendars") + "?sort=-name")

    response = send(client, page, button="Filter", q="holidays")

    assert [row["name"] for row in response.context["rows"]] == [
        "United Kingdom holidays",
        "Team holidays",
        "Team holidays",
    ]


def test_it_sorts_upper_and_lower_case_as_one_and_what_is_missing_last(
    client: Client, source: Source, sandbox: Sandbox
) -> None:
    calendars = [
        calendar(1, "beta", background_color="#000", foreground_color="#fff"),
        calendar(2, "Alpha"),
        calendar(3, "gamma", background_color="#777", foreground_color="#777"),
    ]
    answer(sandbox, account(1, "a@example.com", calendars=calendars))
    mirror.read(source)

    assert listed(client, "?sort=name") == ["Alpha", "beta", "gamma"]
    assert listed(client, "?sort=-name") == ["gamma", "beta", "Alpha"]
    assert listed(client, "?sort=contrast") == ["gamma", "beta", "Alpha"]
    assert listed(client, "?sort=-contrast") == ["beta", "gamma", "Alpha"]


@pytest.mark.parametrize("sort", ["name", "account", "on", "contrast", "project"])
def test_every_sort_is_offered_and_turns_around(
    client: Client, accounts: Accounts, sort: str
) -> None:
    up = client.get(at("calendars") + f"?sort={sort}").context["sorts"]
    down = client.get(at("calendars") + f"?sort=-{sort}").context["sorts"]

    assert up[sort] == {"href": f"?sort=-{sort}", "aria": "ascending"}
    assert down[sort] == {"href": f"?sort={sort}", "aria": "descending"}


def test_it_pages_by_the_database_and_keeps_the_filter(
    client: Client, accounts: Accounts, settings: LazySettings
) -> None:
    settings.PAGE_SIZE = 20

    first = client.get(at("calendars") + "?on=yes")

    assert len(first.context["rows"]) == 20
    page = read(first)
    [following] = [href for words, href in page.links.items() if "Next" in words]
    assert len(listed(client, following)) == 5


def test_it_leaves_out_what_is_gone(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    del sandbox.world.account(710005)["calendars"][0]
    del sandbox.world.person("alex@example.com").accounts[0]
    mirror.read(source)

    assert len(listed(client)) == 21


def test_it_says_hard_to_read_in_words(client: Client, accounts: Accounts) -> None:
    response = client.get(at("calendars") + "?q=Equipment")

    [row] = response.context["rows"]
    assert (row["hard_to_read"], row["ratio"]) == (True, "1.1")
    assert "1.1" in read(response).words


def test_it_tells_none_from_not_loaded_and_from_no_match(
    client: Client, sandbox: Sandbox, source: Source
) -> None:
    sandbox.fault("list_accounts", "status", status=503)
    not_loaded = read(client.get(at("calendars"))).words
    answer(sandbox)
    mirror.read(source)
    none = read(client.get(at("calendars"))).words
    mirror.read(source)
    no_match = read(client.get(at("calendars") + "?q=nothing")).words

    assert "could not be loaded yet" in not_loaded
    assert "Clear filters" in no_match
    assert "could not be loaded" not in none
    assert "Clear filters" not in none


def test_it_shows_what_focus_had_when_focus_is_down(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    Source.objects.update(expired_at=timezone.now())
    sandbox.fault("list_accounts", "status", status=503)

    words = read(client.get(at("calendars"))).words

    assert "Focus cannot be reached" in words
    assert "Client calls" in words


def test_it_costs_the_database_no_more_for_many(
    client: Client,
    source: Source,
    sandbox: Sandbox,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    calendars = [calendar(n, f"Team {n}") for n in range(1, 1001)]
    answer(sandbox, account(1, "big@example.com", calendars=calendars))
    mirror.read(source)
    client.get(at("calendars"))

    with django_assert_max_num_queries(20):
        response = client.get(at("calendars"))

    assert Calendar.objects.count() == 1000
    assert len(response.context["rows"]) == 100


def test_it_calls_colours_by_the_names_of_the_palette(client: Client, accounts: Accounts) -> None:
    Calendar.objects.filter(name="Deliveries").update(
        background_color="#86C5FF", foreground_color="000"
    )
    assert "Sky #86C5FF text 000" in read(client.get(at("calendars"))).words
    page = client.get(at("palette-edit", "sky"))

    send(client, page, button="Save", name="Heaven")

    assert "Heaven #86C5FF text 000" in read(client.get(at("calendars"))).words
