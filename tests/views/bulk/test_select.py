"""From the list of calendars to a bulk edit of some, or of all that match."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from integrations.models import Account, Calendar, Change, Draft, Source
from integrations.sandbox import Sandbox
from integrations.services import mirror
from tests.browsing import read, send
from tests.services.answers import account, answer, calendar
from tests.views.addresses import at
from tests.views.walking import follow, select

Accounts = dict[str, Account]


def chosen() -> list[str]:
    """Return the names of what the newest draft has frozen."""
    draft = Draft.objects.latest("created_at")
    names = Calendar.objects.in_bulk([int(pk) for pk in draft.wishes])
    return sorted(calendar.name for calendar in names.values())


def test_it_freezes_what_is_ticked(
    client: Client, accounts: Accounts, asked: Callable[[], list[str]]
) -> None:
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")[:2]

    page = select(client, *rooms, query="?q=room&sort=-name")

    draft = Draft.objects.get()
    assert {int(pk) for pk in draft.wishes} == {room.pk for room in rooms}
    assert (draft.back, draft.is_whole_filter) == ("q=room&sort=-name", False)
    assert page.request["PATH_INFO"] == at("bulk-fields", draft.pk)
    assert "Edit 2 calendars" in read(page).words
    assert asked() == []
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 30), ("?q=holidays", 3), ("?on=no", 5), ("?project=yes", 5), ("?contrast=low&on=yes", 4)],
)
def test_it_freezes_exactly_what_the_list_finds(
    client: Client, accounts: Accounts, settings: LazySettings, query: str, number: int
) -> None:
    listed = client.get(at("calendars") + query).context["rows"]
    settings.PAGE_SIZE = 2
    page = client.get(at("calendars") + query)

    answer = follow(client, send(client, page, at("bulk-select"), press="all"))

    draft = Draft.objects.get()
    assert draft.is_whole_filter
    assert {int(pk) for pk in draft.wishes} == {row["pk"] for row in listed}
    assert f"Edit {number} calendars" in read(answer).words


def test_the_list_offers_a_box_for_each_row_and_all_that_match(
    client: Client, accounts: Accounts
) -> None:
    html = client.get(at("calendars") + "?q=holidays").content.decode()

    assert html.count('name="calendar"') == 3
    assert 'aria-label="Select Team holidays, ' in html
    assert "Edit all 3 that match" in html
    assert "Edit all 30 calendars" in client.get(at("calendars")).content.decode()


@pytest.mark.parametrize(
    "query", ["?account=999999", "?account=nonsense&q=holidays", "?on=maybe", "?person=x"]
)
def test_a_filter_that_no_longer_holds_selects_nothing_instead_of_everything(
    client: Client, accounts: Accounts, query: str
) -> None:
    page = client.get(at("calendars") + query)

    answer = follow(client, send(client, page, at("bulk-select"), press="all"))

    assert "Nothing matches these filters any more" in read(answer).words
    assert answer.request["QUERY_STRING"] == query[1:]
    assert not Draft.objects.exists()


def test_nothing_ticked_is_said_and_leads_back_to_the_same_list(
    client: Client, accounts: Accounts
) -> None:
    page = client.get(at("calendars") + "?q=holidays")

    answer = follow(client, send(client, page, at("bulk-select")))

    assert "Tick at least one calendar first." in read(answer).words
    assert answer.request["QUERY_STRING"] == "q=holidays"


def test_what_is_gone_is_left_out_and_said(client: Client, accounts: Accounts) -> None:
    one, other = accounts["rooms@example.net"].calendars.order_by("pk")[:2]
    Calendar.objects.filter(pk=other.pk).update(gone_at="2026-01-01T00:00:00Z")
    values = {"calendar": [one.pk, other.pk, "9" * 40, "x", "-1", ""]}

    answer = client.post(at("bulk-select"), values, follow=True)

    assert list(Draft.objects.get().wishes) == [str(one.pk)]
    assert "1 of the selected calendars is no longer there." in read(answer).words


def test_a_viewer_sees_the_buttons_with_the_reason_and_no_boxes(
    viewer_client: Client, accounts: Accounts
) -> None:
    page = viewer_client.get(at("calendars"))

    html = page.content.decode()
    assert "Edit all 30 calendars" in html
    assert "Needs the role Editor. Your role is Viewer." in html
    assert 'name="calendar"' not in html
    assert viewer_client.post(at("bulk-select"), {"all": "1"}).status_code == 403


def test_fifteen_hundred_calendars_are_selected_at_once(
    client: Client, source: Source, sandbox: Sandbox
) -> None:
    crowd = [
        account(n, f"a{n}@example.com", calendars=[calendar(n * 100 + c) for c in range(50)])
        for n in range(1, 31)
    ]
    answer(sandbox, *crowd)
    mirror.read(source)

    page = select(client, whole=True)

    assert len(Draft.objects.get().wishes) == 1500
    assert "Edit 1500 calendars" in read(page).words


def test_what_is_hard_to_read_gets_readable_text_in_one_step(
    client: Client, accounts: Accounts
) -> None:
    page = client.get(at("calendars") + "?contrast=low")
    number = len(page.context["rows"])

    preview = follow(client, send(client, page, at("bulk-select"), press="readable"))

    words = read(preview).words
    assert f"{number} calendars change. Nothing is sent yet." in words
    assert words.count("easy to read") == number
    assert "Text colour #ffffff → becomes #000000" in words
    draft = Draft.objects.get()
    assert draft.is_whole_filter
    assert draft.back == "contrast=low"


def test_readable_text_is_offered_where_it_is_missing(client: Client, accounts: Accounts) -> None:
    assert "Use readable text" not in read(client.get(at("calendars"))).words
    words = read(client.get(at("calendars") + "?contrast=low&q=freelance")).words
    assert "Use readable text on it" in words
