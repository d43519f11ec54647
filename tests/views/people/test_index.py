"""The list of people."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.models import Account, Calendar, Key
from integrations.services import keys
from tests.browsing import read
from tests.seen import failed, holder, person, saw
from tests.views.people.test_show import PROXY

State = Account.State
MIA = "Mia Manager"


@pytest.fixture
def team(client: Client) -> Client:
    """Five people beside Mia: one of each kind."""
    holder("Ann", State.WORKING)
    holder("Bo", State.WORKING, State.RECONNECT, State.RECONNECT, State.EMPTY)
    failed(holder("Cem", State.WORKING), "credentials")
    holder("Dot", State.RECONNECT, visibility=Key.Visibility.PRIVATE)
    person("Eve", is_active=False)
    return client


def listed(client: Client, query: str = "") -> list[str]:
    """Return the names on the page, in its order."""
    response = client.get(f"/people/{query}")
    assert response.status_code == 200
    return [row["name"] for row in response.context["rows"]]


def test_it_puts_what_needs_attention_first(team: Client) -> None:
    assert listed(team) == ["Cem", "Bo", MIA, "Ann", "Dot", "Eve"]


def test_it_says_how_everybody_is_and_tells_keys_from_accounts(team: Client) -> None:
    rows = {row["name"]: row for row in team.get("/people/").context["rows"]}
    words = read(team.get("/people/")).words

    assert rows["Cem"]["key_state"] == "Refused by Focus"
    assert rows["Cem"]["accounts"] == "1 account"
    assert rows["Bo"]["key_state"] == "Works"
    assert rows["Bo"]["accounts"] == "4 accounts, 3 need attention"
    assert rows["Bo"]["states"] == ["2 × Needs reconnecting", "1 × No calendars found"]
    assert rows[MIA]["key_state"] == "No key"
    for phrase in ("6 people", "Refused by Focus", "2 × Needs reconnecting", "Disabled", "since"):
        assert phrase in words


def test_it_shows_nothing_of_a_private_key_but_that_it_is_there(team: Client) -> None:
    Key.objects.filter(owner__name="Dot").update(hint="9z9z", expires_on="2020-01-01")

    response = team.get("/people/?q=dot")

    [row] = response.context["rows"]
    assert (row["key_state"], row["good_at"], row["states"]) == ("Only they see it", None, [])
    assert row["has_key"]
    assert not row["reminder"]
    words = read(response).words
    assert "Not shown" in words
    assert "Expired" not in words.partition("1 of 6 people")[2]


def test_no_key_no_address_of_an_account_and_no_calendar_is_on_it(team: Client) -> None:
    Key.objects.update(hint="9z9z")
    html = team.get("/people/").content.decode()

    assert "9z9z" not in html
    for account in Account.objects.all():
        assert account.email not in html
    for calendar in Calendar.objects.all():
        assert calendar.name not in html


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?state=key", ["Cem"]),
        ("?state=accounts", ["Bo"]),
        ("?state=no-key", [MIA]),
        ("?state=private", ["Dot"]),
        ("?state=disabled", ["Eve"]),
        ("?state=good", ["Ann"]),
        ("?q=BO", ["Bo"]),
        ("?q=example.com&state=key", ["Cem"]),
        ("?q=nobody", []),
        ("?q=%25", []),
    ],
)
def test_it_filters_and_searches_by_the_address(team: Client, query: str, names: list[str]) -> None:
    assert listed(team, query) == names


def test_it_says_when_nobody_matches(team: Client) -> None:
    assert "Nobody matches" in read(team.get("/people/?q=nobody")).words


@pytest.mark.parametrize("query", ["?state=nonsense", "?q=%00", "?sort=nonsense", "?page=nonsense"])
def test_it_answers_nonsense_with_the_list(team: Client, query: str) -> None:
    assert len(listed(team, query)) == 6


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["Ann", "Bo", "Cem", "Dot", "Eve", MIA]),
        ("-name", [MIA, "Eve", "Dot", "Cem", "Bo", "Ann"]),
        ("-accounts", ["Bo", "Ann", "Cem", "Dot", "Eve", MIA]),
    ],
)
def test_it_sorts_by_the_address(team: Client, sort: str, names: list[str]) -> None:
    assert listed(team, f"?sort={sort}") == names


def test_what_is_unknown_goes_last_whichever_way(team: Client) -> None:
    for sort in ("good", "-good"):
        assert set(listed(team, f"?sort={sort}")[3:]) == {"Dot", "Eve", MIA}


def test_it_pages(team: Client, settings: LazySettings) -> None:
    settings.PAGE_SIZE = 4

    assert listed(team, "?sort=name") == ["Ann", "Bo", "Cem", "Dot"]
    assert listed(team, "?sort=name&page=2") == ["Eve", MIA]


def test_it_counts_the_kinds_and_links_to_them(team: Client) -> None:
    tally = team.get("/people/").context["tally"]

    assert [(item["label"], item["number"]) for item in tally] == [
        ("Key problem", 1),
        ("Accounts need attention", 1),
        ("No key", 1),
        ("Working", 1),
        ("Only they see it", 1),
        ("Disabled", 1),
    ]
    for item in tally:
        assert len(listed(team, item["href"])) == item["number"]


def test_it_names_the_shared_key_apart_from_people(team: Client) -> None:
    saw(keys.shared(), State.WORKING, State.UNKNOWN)

    words = read(team.get("/people/")).words

    assert "The shared key" in words
    assert "2 accounts, 1 needs attention (1 × Needs attention)" in words
    assert "The shared key" not in listed(team)


def test_it_leads_to_the_question_whose_the_shared_key_is(client: Client) -> None:
    keys.shared()
    assert "Answer" not in read(client.get("/people/")).links

    Key.objects.update(doubted_at="2026-01-01T00:00Z")

    assert read(client.get("/people/")).links["Answer"] == "/shared-key/"


def test_it_tells_those_apart_who_look_the_same(client: Client) -> None:
    for subject in ("one", "two"):
        person("Sam", issuer=PROXY, subject=subject)
    person("Ann")

    rows = {row["signs_in"] for row in client.get("/people/").context["rows"]}

    assert rows == {f"signs in as one at {PROXY}", f"signs in as two at {PROXY}", ""}


def test_it_offers_a_reminder_to_whom_it_helps(team: Client) -> None:
    due = {row["name"] for row in team.get("/people/").context["rows"] if row["reminder"]}

    assert due == {"Cem", "Bo", MIA}


def test_it_takes_as_many_queries_for_many_people_as_for_few(client: Client) -> None:
    holder("Bo", State.WORKING)
    client.get("/people/")  # the first page of all makes the shared key's row
    with CaptureQueriesContext(connection) as few:
        client.get("/people/")
    for number in range(30):
        holder(f"Person{number}", State.WORKING, State.RECONNECT)

    with CaptureQueriesContext(connection) as many:
        assert "32 people" in read(client.get("/people/")).words

    assert len(many) == len(few) < 20


def test_it_asks_focus_nothing(team: Client, asked: Callable[[], list[str]]) -> None:
    team.get("/people/")

    assert asked() == []
