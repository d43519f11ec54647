"""Undoing an edit: what stands against it, what it writes, and which calendar it is about."""

from collections.abc import Callable
from typing import Any

import pytest

from integrations.models import Account, Calendar, Change
from integrations.sandbox import Sandbox
from integrations.services import calendars, keys, undoing
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from integrations.services.changes import ConflictError
from integrations.services.undoing import Obstacle

Asked = Callable[[], list[str]]
Accounts = dict[str, Account]
Outcome = Change.Outcome


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """The studio's first calendar, without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


@pytest.fixture
def edited(calendar: Calendar, actor: Actor) -> Change:
    """An edit that was done."""
    return edit(calendar, actor, background_color="#123456", selected=False)


def edit(calendar: Calendar, actor: Actor, /, **changed: Any) -> Change:
    """Save these fields, as a form does that showed the row as it is."""
    shown = {name: getattr(calendar, name) for name in changed}
    with keys.opened(calendar.account.source) as client:
        return calendars.update(client, calendar, CalendarEdits(shown, changed), by=actor)


def undo(change: Change, calendar: Calendar, actor: Actor) -> Change:
    """Undo an edit as a page does that showed what was written."""
    with keys.opened(calendar.account.source) as client:
        return undoing.undo(client, change, calendar, change.after, by=actor)


def theirs(sandbox: Sandbox, calendar: Calendar) -> dict[str, Any]:
    """Return what Focus has."""
    return sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)


def test_it_writes_the_earlier_values_back_and_nothing_else(
    sandbox: Sandbox, calendar: Calendar, edited: Change, actor: Actor, asked: Asked
) -> None:
    theirs(sandbox, calendar)["default_project_id"] = 330002
    asked()

    done = undo(edited, calendar, actor)

    assert asked() == ["list_calendars", "update_calendar"]
    now = theirs(sandbox, calendar)
    assert (now["background_color"], now["selected"]) == ("#616161", True)
    assert now["default_project_id"] == 330002
    assert (done.outcome, done.undoes) == (Outcome.DONE, edited.pk)
    assert (done.before, done.after) == (edited.after, edited.before)


def test_it_tramples_on_nothing(
    sandbox: Sandbox, calendar: Calendar, edited: Change, actor: Actor, asked: Asked
) -> None:
    theirs(sandbox, calendar)["background_color"] = "#abcdef"
    asked()

    with pytest.raises(ConflictError) as caught:
        undo(edited, calendar, actor)

    assert asked() == ["list_calendars"]
    assert caught.value.moved == {"background_color": ("#123456", "#abcdef")}
    assert theirs(sandbox, calendar)["selected"] is False
    tried = Change.objects.get(undoes=edited.pk)
    assert (tried.outcome, tried.found) == (Outcome.CONFLICT, {"background_color": "#abcdef"})


def test_an_undo_can_be_undone(calendar: Calendar, edited: Change, actor: Actor) -> None:
    first = undo(edited, calendar, actor)

    assert undoing.obstacle(first) is None

    second = undo(first, calendar, actor)

    calendar.refresh_from_db()
    assert (calendar.background_color, calendar.selected) == ("#123456", False)
    assert undoing.obstacle(first) == Obstacle.UNDONE
    assert undoing.undo_of(first) == second


def test_a_done_edit_is_undone_once(calendar: Calendar, edited: Change, actor: Actor) -> None:
    assert undoing.obstacle(edited) is None

    done = undo(edited, calendar, actor)

    assert undoing.obstacle(edited) == Obstacle.UNDONE
    assert undoing.undo_of(edited) == done


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("sending", Obstacle.RUNNING),
        ("intended", Obstacle.RUNNING),
        ("failed", None),
        ("refused", None),
        ("conflict", None),
        ("unknown", None),
    ],
)
def test_an_undo_that_failed_may_be_tried_again(
    calendar: Calendar,
    edited: Change,
    actor: Actor,
    outcome: str,
    expected: Obstacle | None,
) -> None:
    tried = undo(edited, calendar, actor)
    tried.outcome = outcome
    tried.save()

    assert undoing.obstacle(edited) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": "refresh"}, Obstacle.KIND),
        ({"outcome": "failed"}, Obstacle.NOT_DONE),
        ({"outcome": "unknown"}, Obstacle.NOT_DONE),
        ({"error": "already-so"}, Obstacle.ALREADY_SO),
    ],
)
def test_what_wrote_nothing_is_not_undone(
    edited: Change, fields: dict[str, str], expected: Obstacle
) -> None:
    for name, value in fields.items():
        setattr(edited, name, value)

    assert undoing.obstacle(edited) == expected


def test_it_is_about_the_fields_that_were_touched(edited: Change, calendar: Calendar) -> None:
    edited.after |= {"focus_auto_track": True, "of_a_later_version": 1}
    calendar.raw = "{}"

    assert undoing.fields(edited) == ["background_color", "selected", "focus_auto_track"]
    assert undoing.absent(calendar, edited) == {"focus_auto_track"}
