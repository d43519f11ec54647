"""Hidden events: what can be known of them, and a list that replaces the one before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Calendar, Change
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at, of

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
WRITE = ["hide_events"]


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """A calendar without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


def hide(client: Client, calendar: Calendar, *uids: str, **typed: Any) -> Any:
    """Save the form with these lines."""
    page = client.get(of("hidden-events", calendar))
    return send(client, page, button="Replace the list", uids="\r\n".join(uids), **typed)


def hidden(sandbox: Sandbox, calendar: Calendar) -> list[str]:
    """Return what Focus hides."""
    return sandbox.world.hidden.get(calendar.calendar_id, [])


def tell(sandbox: Sandbox, calendar: Calendar, *uids: str) -> dict[str, Any]:
    """Have Focus tell of the hidden events with the calendar."""
    row = sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)
    row["ical_uids"] = list(uids)
    return row


@pytest.mark.thorough
def test_at_first_nobody_knows_what_is_hidden(
    client: Client, calendar: Calendar, asked: Asked
) -> None:
    page = read(client.get(of("hidden-events", calendar)))

    assert asked() == []
    assert "So nobody here knows what is hidden now." in page.words
    assert "What you save replaces the whole list" in page.words
    assert "Costs 1 request" in page.words
    calendar_page = read(client.get(of("calendar-edit", calendar)))
    assert calendar_page.links["Hidden events"] == of("hidden-events", calendar)


def test_a_list_is_written_and_remembered_as_what_was_written_last(
    client: Client, sandbox: Sandbox, calendar: Calendar, asked: Asked
) -> None:
    answer = hide(client, calendar, " b@x ", "a@x", "", "b@x", note="Private  ones")

    assert asked() == WRITE
    assert hidden(sandbox, calendar) == ["b@x", "a@x"]
    page = read(client.get(answer["Location"]))
    assert asked() == []
    assert "2 events of Equipment" in page.words
    assert "Last set from here, by Mia Manager: 2 events." in page.words
    assert "this page cannot know" in page.words
    change = Change.objects.get()
    assert (change.action, change.outcome, change.note) == ("hide", "done", "Private ones")
    assert (change.before, change.after) == ({}, {"ical_uids": ["b@x", "a@x"]})
    told = read(client.get(at("change", change.pk))).words
    assert "Set the hidden events of Equipment" in told
    assert "2 events: b@x, a@x" in told
    assert "Nobody knows what was hidden before" in told


def test_the_list_before_can_be_put_back(
    client: Client, sandbox: Sandbox, calendar: Calendar, asked: Asked
) -> None:
    hide(client, calendar, "a@x", "b@x")
    hide(client, calendar, "b@x", "c@x")
    change = Change.objects.latest("created_at")
    asked()

    page = client.get(read(client.get(at("change", change.pk))).links["Undo this change…"])

    assert "Shown again c@x Hidden again a@x" in read(page).words
    answer = send(client, page, button="Undo this change")
    assert asked() == WRITE
    assert hidden(sandbox, calendar) == ["a@x", "b@x"]
    told = read(client.get(answer["Location"])).words
    assert "Undid an edit of the hidden events of Equipment" in told
    assert "It was undone." in read(client.get(at("change", change.pk))).words


@pytest.mark.thorough
def test_a_list_that_was_set_again_since_is_not_undone(
    client: Client, sandbox: Sandbox, calendar: Calendar
) -> None:
    for uid in ("a@x", "b@x", "c@x"):
        hide(client, calendar, uid)
    second = Change.objects.order_by("created_at")[1]

    assert "were set again since" in read(client.get(at("change", second.pk))).words
    client.post(at("hidden-undo", second.pk))
    assert hidden(sandbox, calendar) == ["c@x"]


def test_where_focus_tells_of_them_that_is_shown_and_read_before_a_write(
    client: Client, sandbox: Sandbox, calendar: Calendar, asked: Asked
) -> None:
    row = tell(sandbox, calendar, "a@x")
    client.post(at("check"))
    asked()

    page = client.get(of("hidden-events", calendar))
    assert "Focus tells of 1 hidden event with this calendar" in read(page).words
    assert "Costs 2 requests" in read(page).words
    send(client, page, button="Replace the list", uids="b@x")

    assert asked() == ["list_calendars", "hide_events"]
    assert row["ical_uids"] == ["b@x"]
    assert Change.objects.get().before == {"ical_uids": ["a@x"]}


def test_somebody_elses_list_is_not_written_over(
    client: Client, sandbox: Sandbox, calendar: Calendar, asked: Asked
) -> None:
    row = tell(sandbox, calendar, "a@x")
    client.post(at("check"))
    page = client.get(of("hidden-events", calendar))
    row["ical_uids"] = ["theirs@x"]
    asked()

    answer = send(client, page, button="Replace the list", uids="b@x")

    assert (answer.status_code, asked()) == (409, ["list_calendars"])
    told = read(answer)
    assert "What somebody else has set theirs@x" in told.words
    assert "b@x" in told.words  # what was typed is still there
    assert Change.objects.get().outcome == "conflict"
    answer.request = page.request
    again = send(client, answer, button="Replace the list", uids="b@x")
    assert again.status_code == 302
    assert row["ical_uids"] == ["b@x"]


def test_two_people_here_never_write_over_each_other(
    client: Client, editor_client: Client, sandbox: Sandbox, calendar: Calendar, asked: Asked
) -> None:
    page = client.get(of("hidden-events", calendar))
    hide(editor_client, calendar, "eds@x")
    asked()

    answer = send(client, page, button="Replace the list", uids="mine@x")

    assert (answer.status_code, asked()) == (409, [])
    assert hidden(sandbox, calendar) == ["eds@x"]
    assert "Somebody else has set the hidden events" in read(answer).words


@pytest.mark.parametrize(
    ("uids", "told"),
    [
        ([f"{n}@x" for n in range(501)], "These are 501 events. Focus hides at most 500"),
        (["ok", "x" * 1001], "Line 2 is longer than 1000 characters"),
        (["o\tk"], "Line 1 holds a character that cannot be seen."),
    ],
)
def test_what_focus_would_refuse_is_not_sent(
    client: Client, calendar: Calendar, asked: Asked, uids: list[str], told: str
) -> None:
    answer = hide(client, calendar, *uids)

    assert told in read(answer).words
    assert asked() == []


@pytest.mark.thorough
def test_as_many_as_there_may_be_are_sent(
    client: Client, sandbox: Sandbox, calendar: Calendar
) -> None:
    uids = [f"{n}@x" for n in range(500)]

    assert hide(client, calendar, *uids).status_code == 302
    assert hidden(sandbox, calendar) == uids


def test_a_service_that_does_not_offer_it_is_told_now_and_later(
    client: Client, sandbox: Sandbox, calendar: Calendar
) -> None:
    sandbox.switches.offers_rules = False

    answer = hide(client, calendar, "a@x")

    assert answer.status_code == 404
    assert "either it does not offer hidden events" in read(answer).words
    page = read(client.get(of("hidden-events", calendar))).words
    assert "it may not offer hidden events here" in page


def test_a_list_that_was_written_since_ends_the_doubt(
    client: Client, sandbox: Sandbox, calendar: Calendar
) -> None:
    sandbox.fault("hide_events", "status", status=404)
    hide(client, calendar, "a@x")

    hide(client, calendar, "b@x")

    page = read(client.get(of("hidden-events", calendar))).words
    assert "it may not offer hidden events here" not in page
    assert "Last set from here, by Mia Manager: 1 event." in page


@pytest.mark.parametrize("told", [True, False])
def test_an_answer_that_never_came_is_looked_up_where_focus_tells(
    client: Client, sandbox: Sandbox, calendar: Calendar, told: bool
) -> None:
    if told:
        tell(sandbox, calendar, "a@x")
        client.post(at("check"), follow=True)
    sandbox.fault("hide_events", "reset", performed=True)

    answer = hide(client, calendar, "b@x")
    assert "We do not know whether this was saved" in read(answer).words
    later = timezone.now() + timedelta(seconds=1)
    Change.objects.update(lease_until=None, finished_at=later - timedelta(seconds=2))
    client.get(at("calendars"))

    change = Change.objects.get()
    assert change.settled_at is not None
    assert (change.outcome, change.error) == (("done", "") if told else ("unknown", "no-trace"))
    if not told:
        assert (
            "no way to read hidden events back"
            in read(client.get(of("hidden-events", calendar))).words
        )


@pytest.mark.thorough
def test_a_viewer_sees_it_and_why_not_more(viewer_client: Client, calendar: Calendar) -> None:
    page = read(viewer_client.get(of("hidden-events", calendar)))

    assert "Needs the role Editor." in page.words


@pytest.mark.parametrize("shown", ["", "{", "7", '["a", 1]'])
def test_a_damaged_form_writes_nothing(
    client: Client, calendar: Calendar, asked: Asked, shown: str
) -> None:
    assert "damaged on its way" in read(hide(client, calendar, "a@x", shown=shown)).words
    assert asked() == []
