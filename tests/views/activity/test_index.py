"""The record of changes: a sentence each, found by who, what, to what and when."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Change, Key, Source
from integrations.services import keys, mirror
from tests.browsing import Page, read, send
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.activity.recording import made
from tests.views.addresses import at, of

Accounts = dict[str, Account]


@pytest.fixture
def alex(accounts: Accounts) -> Account:
    """An account of the shared key."""
    return accounts["alex.admin@example.net"]


@pytest.fixture
def bos(source: Source, accounts: Accounts) -> Account:
    """The account of Bo's key in which one calendar is on and another is off."""
    found = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(found)
    return Account.objects.get(source=found, calendars__name="School runs")


def listed(client: Client, **query: str) -> Page:
    """Return the list's page as the URL filters it."""
    return read(client.get(at("activity"), query))


def found(client: Client, **query: str) -> int:
    """Return how many changes the page says there are."""
    counted = re.search(r"(\d+) changes? ", listed(client, **query).words)
    assert counted is not None
    return int(counted[1])


def test_it_tells_each_change_in_a_sentence_the_newest_first(
    client: Client, alex: Account, asked: Callable[[], list[str]]
) -> None:
    made(alex, created_at=datetime(2026, 11, 2, 8, tzinfo=UTC))
    made(
        alex,
        "",
        outcome="failed",
        actor_name="Mia Manager",
        created_at=datetime(2026, 11, 3, 8, tzinfo=UTC),
    )

    page = listed(client)

    assert "2 changes" in page.words
    first, second = page.words.index("Refresh the calendars of"), page.words.index("Edited Board")
    assert first < second
    assert "Mia Manager 3 Nov 2026, 08:00 Failed" in page.words
    assert "Ed Editor 2 Nov 2026, 08:00 Done" in page.words
    assert asked() == []


def test_it_tells_which_fields_of_which_account_and_why(client: Client, alex: Account) -> None:
    made(
        alex,
        after={"background_color": "#000000", "selected": False},
        note="New brand </q><script>",
    )

    page = listed(client)

    assert "alex.admin@example.net Background colour, In Focus New brand </q><script>" in page.words


def test_a_change_leads_to_its_page(client: Client, alex: Account) -> None:
    change = made(alex)

    assert listed(client).links["Edited Board"] == at("change", change.pk)


def test_changes_of_a_batch_stand_together_under_a_link_to_it(
    client: Client, alex: Account
) -> None:
    batch = Batch.objects.create(workspace_id=alex.source.workspace.workspace_id)
    made(alex, note="before")
    made(alex, batch=batch)
    made(alex, "Calendar", batch=batch)
    made(alex, note="after")

    html = client.get(at("activity")).content.decode()

    assert read(client.get(at("activity"))).links["Bulk edit of 2 calendars"] == at(
        "batch", batch.pk
    )
    assert html.count("Bulk edit of 2 calendars") == 1
    assert html.count('class="in-group"') == 2


def test_it_names_the_address_that_was_chosen_instead(client: Client, alex: Account) -> None:
    made(alex, "", action="reconnect", outcome="failed", found={"email": "bo@example.com"})

    assert "Another address was chosen: bo@example.com" in listed(client).words


def test_what_was_done_by_a_form_is_there(client: Client, alex: Account) -> None:
    calendar = alex.calendars.get(name="Board")
    page = client.get(of("calendar-edit", calendar))
    send(client, page, button="Save", background_color="#123456")

    assert "Edited Board alex.admin@example.net Background colour" in listed(client).words


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 4),
        ({"person": "local ed@example.com"}, 3),
        ({"person": "https://sso.example.com 7 x"}, 1),
        ({"action": "refresh"}, 1),
        ({"outcome": "unknown"}, 1),
        ({"account": "ALEX."}, 3),
        ({"account": "rooms"}, 1),
        ({"calendar": "BOARD"}, 3),
        ({"from": "2026-11-02"}, 3),
        ({"to": "2026-11-02"}, 2),
        ({"from": "2026-11-02", "to": "2026-11-02"}, 1),
        ({"q": "alex"}, 3),
        ({"q": "brand"}, 1),
        ({"q": "board", "outcome": "unknown"}, 1),
        ({"q": "rooms", "account": "alex"}, 0),
        # What makes no sense filters nothing, and does not undo the others.
        ({"person": "nobody", "action": "sing", "from": "tomorrow", "outcome": "unknown"}, 1),
        ({"from": "0001-01-01", "to": "9999-12-31"}, 4),
        ({"q": "a\0"}, 4),
        ({"page": "99"}, 4),
    ],
)
def test_filters_are_in_the_url(
    client: Client, accounts: Accounts, alex: Account, query: dict[str, str], number: int
) -> None:
    made(alex, created_at=datetime(2026, 11, 1, 23, 59, tzinfo=UTC), note="New brand")
    made(alex, outcome="unknown", created_at=datetime(2026, 11, 2, tzinfo=UTC))
    made(alex, "", created_at=datetime(2026, 11, 3, tzinfo=UTC))
    made(
        accounts["rooms@example.net"],
        actor_issuer="https://sso.example.com",
        actor_subject="7 x",
        actor_name="Sue",
        calendar_name="Board",
        created_at=datetime(2026, 11, 4, tzinfo=UTC),
    )

    assert found(client, **query) == number


def test_a_chip_drops_its_filter(client: Client, alex: Account) -> None:
    made(alex)
    query = {"person": "local ed@example.com", "from": "2026-01-02", "q": "nothing", "page": "2"}

    page = listed(client, **query)

    assert "No change matches" in page.words
    assert page.links["Clear filters"] == "?"
    assert {text.partition(" ×")[0]: href for text, href in page.links.items() if "×" in text} == {
        "Person: Ed Editor": "?" + urlencode({"from": "2026-01-02", "q": "nothing"}),
        "From: 2 January 2026": "?" + urlencode({"person": query["person"], "q": "nothing"}),
        "Search: nothing": "?" + urlencode({"person": query["person"], "from": "2026-01-02"}),
    }


def test_it_pages_and_keeps_the_filter(
    client: Client, alex: Account, settings: LazySettings
) -> None:
    settings.PAGE_SIZE = 2
    for _ in range(5):
        made(alex)

    first = listed(client, account="alex")
    last = listed(client, account="alex", page="3")

    assert "1–2 of 5, page 1 of 3" in first.words
    assert first.links["Next page"] == "?account=alex&page=2"
    assert "5–5 of 5, page 3 of 3" in last.words


def test_it_says_when_nothing_was_changed_yet(client: Client, accounts: Accounts) -> None:
    page = listed(client)

    assert "Nothing was changed yet" in page.words
    assert page.links["Go to the calendars"] == at("calendars")
    assert not [form for form in page.forms if "action" in form.values]


def test_people_are_those_who_made_what_is_seen(
    client: Client, alex: Account, bos: Account, editor_client: Client
) -> None:
    made(alex)
    made(bos, "On call", actor_subject="bo@example.com", actor_name="Bo")

    def offered(browser: Client) -> list[str]:
        return listed(browser).form("", button="Filter").offered["person"]

    assert offered(client) == ["", "local bo@example.com", "local ed@example.com"]
    assert offered(editor_client) == ["", "local ed@example.com"]


def test_it_tells_through_whose_key_where_there_are_several(
    client: Client, editor_client: Client, alex: Account, bos: Account
) -> None:
    made(alex)
    made(bos, "On call")

    assert "through Bo’s key" in listed(client).words
    assert "through the shared key" in listed(client).words
    assert "through" not in listed(editor_client).words


def test_only_what_was_done_through_keys_that_one_may_see_through_is_there(
    client: Client, editor_client: Client, alex: Account, bos: Account
) -> None:
    made(alex)
    made(bos, "On call")
    own = signed_in(User.objects.get(email="bo@example.com"))

    assert (found(client), found(own), found(editor_client)) == (2, 2, 1)

    Key.objects.filter(pk=bos.source.key_id).update(visibility=Key.Visibility.PRIVATE)

    assert (found(client), found(own), found(editor_client)) == (1, 2, 1)


def test_what_was_done_through_keys_that_are_gone_is_the_managers_to_see(
    client: Client, editor_client: Client, alex: Account, bos: Account
) -> None:
    made(bos, "On call")
    made(bos, "On call", is_private=True)
    made(alex, workspace_id=4400002)
    Key.objects.filter(pk=bos.source.key_id).delete()

    assert "1 change" in listed(client).words
    assert "Nothing was changed yet" in listed(editor_client).words


@pytest.mark.parametrize("name", ["q", "calendar"])
def test_a_calendar_of_somebody_else_that_is_off_is_neither_named_nor_found(
    client: Client, bos: Account, name: str
) -> None:
    off, on = made(bos, "School runs"), made(bos, "On call")
    own = signed_in(User.objects.get(email="bo@example.com"))

    page = listed(client)
    assert "Edited a calendar that is switched off" in page.words
    assert "Edited On call" in page.words
    assert "School runs" not in page.words

    for text in ("school runs", "chool", off.external_id):
        assert at("change", off.pk) not in listed(client, **{name: text}).links.values(), text
        assert at("change", off.pk) in listed(own, **{name: text}).links.values(), text
    assert at("change", on.pk) in listed(client, **{name: "on call"}).links.values()


def test_a_filter_without_a_script_is_a_plain_form(client: Client, alex: Account) -> None:
    made(alex)
    made(alex, "", outcome="unknown")

    page = send(client, client.get(at("activity")), button="Filter", outcome="unknown")

    assert "1 change" in read(page).words
    assert page["Vary"] == "Cookie, HX-Request, Accept-Language, Accept-Encoding"


def test_a_write_that_lost_its_process_is_shown_as_unknown(client: Client, alex: Account) -> None:
    made(alex, outcome="sending", lease_until=datetime(2026, 1, 1, tzinfo=UTC))

    assert "Outcome unknown" in listed(client).form("", button="Filter").words
    assert found(client, outcome="unknown") == 1
    assert Change.objects.get().outcome == "unknown"


def test_its_cost_is_that_of_a_page(
    client: Client, alex: Account, bos: Account, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        made(alex)
        made(bos, "On call")

    with django_assert_max_num_queries(25):
        listed(client)
