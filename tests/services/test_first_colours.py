"""The colours before the first change from here."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, FirstColours, Source
from integrations.sandbox import Sandbox
from integrations.services import changes, first_colours, keys, mirror
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits, update
from tests import bulk
from tests.moving import moved_to

Accounts = dict[str, Account]
FIRST = {"background_color": "#0000ff", "foreground_color": "#ffffff"}
SECOND = {"background_color": "#ffff00", "foreground_color": "#000000"}
THIRD = {"background_color": "#00ff00"}


def edited(
    room: Calendar, before: dict[str, Any], after: dict[str, Any], *, by: Actor, error: str = ""
) -> Change:
    """Record an edit that was done."""
    change = changes.intend(
        Change.Action.EDIT,
        room.account.source,
        by=by,
        account=room.account,
        calendar=room,
        before=before,
        after=after,
    )
    changes.finish(change, Change.Outcome.DONE, error=error)
    return change


def known(account: Account) -> dict[int, dict[str, Any]]:
    """Return what is known of an account's calendars."""
    return first_colours.of(account, account.calendars.all())


def test_it_is_what_the_first_change_replaced(room: Calendar, actor: Actor) -> None:
    edited(room, FIRST, SECOND, by=actor)
    edited(room, SECOND, {**SECOND, **THIRD}, by=actor)

    assert known(room.account) == {room.pk: FIRST}


def test_a_colour_that_was_never_changed_counts_as_it_is(room: Calendar, actor: Actor) -> None:
    edited(room, {"background_color": "#0000ff"}, THIRD, by=actor)
    assert known(room.account)[room.pk]["foreground_color"] == room.foreground_color

    edited(room, THIRD | {"foreground_color": "#ffffff"}, SECOND, by=actor)
    assert known(room.account) == {room.pk: FIRST}


@pytest.mark.parametrize("why", ["other fields", "nothing was sent", "failed"])
def test_nothing_else_is_remembered(room: Calendar, actor: Actor, why: str) -> None:
    if why == "other fields":
        edited(room, {"selected": True}, {"selected": False}, by=actor)
    elif why == "nothing was sent":
        edited(room, FIRST, SECOND, by=actor, error="already-so")
    else:
        change = edited(room, {"selected": True}, {"selected": False}, by=actor)
        change.before, change.outcome = FIRST, Change.Outcome.INTENDED
        changes.finish(change, Change.Outcome.FAILED)

    assert known(room.account) == {}


def test_it_is_known_of_the_same_address_connected_again(
    studio: Account, room: Calendar, actor: Actor
) -> None:
    edited(room, FIRST, SECOND, by=actor)
    again = moved_to(studio, 77, "Equipment", "Deliveries")
    moved = again.calendars.get(name="Equipment")

    edited(moved, SECOND, FIRST, by=actor)

    assert known(again) == {moved.pk: FIRST}
    assert FirstColours.objects.count() == 1


def test_a_save_remembers(room: Calendar, source: Source, actor: Actor) -> None:
    before = {name: getattr(room, name) for name in FIRST}
    with keys.opened(source) as client:
        update(client, room, CalendarEdits(shown=before, changed=THIRD), by=actor)

    assert known(room.account)[room.pk]["background_color"] == before["background_color"]


def test_a_batch_remembers(room: Calendar, source: Source, manager: User, actor: Actor) -> None:
    before = room.background_color

    batch = bulk.begin({room: THIRD}, by=actor, sources=[source])
    bulk.work(batch)

    assert bulk.tally(batch) == {"done": 1}
    assert FirstColours.objects.get().colours == {"background_color": before}


def test_a_write_that_turns_out_to_have_arrived_is_remembered(
    room: Calendar, source: Source, actor: Actor, sandbox: Sandbox
) -> None:
    change = edited(room, {"selected": True}, {"selected": False}, by=actor)
    now = {"background_color": bulk.theirs(sandbox, change)["background_color"]}
    Change.objects.update(before=THIRD, after=now, outcome=Change.Outcome.UNKNOWN)

    mirror.read(source)

    assert Change.objects.get().outcome == Change.Outcome.DONE
    assert FirstColours.objects.get().colours == THIRD


def test_the_record_of_before_is_read_once(room: Calendar, studio: Account, actor: Actor) -> None:
    """By the migration that brings the table."""
    edited(room, FIRST, SECOND, by=actor)
    edited(room, SECOND, {**SECOND, **THIRD}, by=actor)
    edited(moved_to(studio, 77, "Equipment").calendars.get(), SECOND, FIRST, by=actor)
    FirstColours.objects.all().delete()

    import_module("integrations.migrations.0016_first_colours").remember(apps, None)

    assert [row.colours for row in FirstColours.objects.all()] == [FIRST]
