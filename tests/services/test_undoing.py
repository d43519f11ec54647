"""Undoing an edit: what stands against it, what it writes, and which calendar it is about."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from integrations.models import Account, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import calendars, keys, rows, undoing
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


def moved_to(account: Account, number: int, *names: str, gone: bool = False) -> Account:
    """Let an account be gone, and be there again under another id with calendars of these names."""
    now = timezone.now()
    Account.objects.filter(pk=account.pk).update(gone_at=now)
    values = {name: getattr(account, name) for name in ("email", "provider", "raw", "state")}
    again = Account.objects.create(
        source=account.source,
        integration_id=number,
        replaces=account,
        urgency=account.urgency,
        search=account.search,
        seen_at=now,
        gone_at=now if gone else None,
        **values,
    )
    for position, name in enumerate(names):
        old = Calendar.objects.filter(account__email=account.email, name=name).order_by("pk")[0]
        kept = {field: getattr(old, field) for field in rows.CALENDAR_FIELDS}
        Calendar.objects.create(
            account=again,
            calendar_id=number + position,
            first_seen_at=now,
            seen_at=now,
            **kept,
        )
    return again


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
    assert undoing.undone([edited.pk]) == set()

    done = undo(edited, calendar, actor)

    assert undoing.obstacle(edited) == Obstacle.UNDONE
    assert undoing.undo_of(edited) == done
    assert undoing.undone([edited.pk, done.pk]) == {edited.pk}


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


def test_it_finds_the_calendar_where_it_was(edited: Change, calendar: Calendar) -> None:
    assert undoing.calendar_of(edited, calendar.account.source) == calendar


def test_it_finds_a_calendar_that_its_account_has_under_another_id(
    edited: Change, calendar: Calendar
) -> None:
    Calendar.objects.filter(pk=calendar.pk).update(calendar_id=77)

    assert undoing.calendar_of(edited, calendar.account.source) == calendar


def test_it_follows_an_address_over_several_ids(edited: Change, calendar: Calendar) -> None:
    first = moved_to(calendar.account, 1, gone=True)
    second = moved_to(first, 10, "Old office", "Equipment")

    found = undoing.calendar_of(edited, calendar.account.source)

    assert found is not None
    assert (found.account, found.external_id) == (second, calendar.external_id)
    assert found.account.source == calendar.account.source


def test_an_id_means_nothing_in_an_account_of_another_id(
    edited: Change, calendar: Calendar
) -> None:
    again = moved_to(calendar.account, 1, "Old office")
    again.calendars.update(calendar_id=calendar.calendar_id)

    assert undoing.calendar_of(edited, calendar.account.source) is None


def test_of_two_calendars_with_one_external_id_it_takes_neither(
    edited: Change, calendar: Calendar
) -> None:
    moved_to(calendar.account, 1, "Equipment", "Equipment")

    assert undoing.calendar_of(edited, calendar.account.source) is None


def test_without_an_external_id_a_calendar_is_not_found_again(
    edited: Change, calendar: Calendar
) -> None:
    again = moved_to(calendar.account, 1, "Equipment")
    again.calendars.update(external_id="")
    edited.external_id = ""

    assert undoing.calendar_of(edited, calendar.account.source) is None


@pytest.mark.parametrize("gone", ["calendar", "account", "successor", "circle"])
def test_what_is_gone_is_not_found(edited: Change, calendar: Calendar, gone: str) -> None:
    account, now = calendar.account, timezone.now()
    if gone == "calendar":
        Calendar.objects.filter(pk=calendar.pk).update(gone_at=now)
    elif gone == "account":
        Account.objects.filter(pk=account.pk).update(gone_at=now)
    else:
        again = moved_to(account, 1, "Equipment", gone=True)
        Account.objects.filter(pk=account.pk).update(replaces=again if gone == "circle" else None)

    assert undoing.calendar_of(edited, account.source) is None


def test_it_finds_nothing_through_another_key(edited: Change, source: Source) -> None:
    edited.key = uuid4()

    assert undoing.calendar_of(edited, source) is None
