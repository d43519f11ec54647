"""Edits: a fresh read, a comparison, one write of what was touched, and the record of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.sandbox.context import Moment, RequestSeen
from integrations.services import calendars, changes, keys, mirror, rows
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from integrations.services.changes import BusyError, ConflictError, GoneError, NotTakenError
from tests.teamwork import give_key

Asked = Callable[[], list[str]]
Accounts = dict[str, Account]
Outcome = Change.Outcome


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """The studio's first calendar, without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


def shown(calendar: Calendar) -> dict[str, Any]:
    """Return what a form shows of a calendar."""
    return {name: getattr(calendar, name) for name in rows.EDITABLE}


def save(calendar: Calendar, actor: Actor, /, **changed: Any) -> Change:
    """Save these fields, as a form does that showed the row as it is."""
    edits = CalendarEdits(shown=shown(calendar), changed=changed)
    with keys.opened(calendar.account.source) as client:
        return calendars.update(client, calendar, edits, by=actor)


def theirs(sandbox: Sandbox, calendar: Calendar) -> dict[str, Any]:
    """Return what Focus has."""
    return sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)


def test_it_writes_what_was_touched_and_nothing_else(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    before = dict(theirs(sandbox, calendar))

    change = save(calendar, actor, background_color="#123456", default_project_id=330001)

    after = theirs(sandbox, calendar)
    assert asked() == ["list_calendars", "update_calendar"]
    assert {name for name in after if after[name] != before[name]} == {
        "background_color",
        "default_project_id",
        "updated_at",
    }
    assert change.outcome == Outcome.DONE
    assert change.before == {"background_color": "#616161", "default_project_id": None}
    assert change.after == {"background_color": "#123456", "default_project_id": 330001}


def test_it_sends_everything_else_byte_for_byte_as_it_was_read(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    number = calendar.calendar_id
    body = (
        b'[ {"calendar_id": %d ,"name":"Equipment\\u0021","price" : 1.10,"huge":123456789012345678'
        b'901234567890,\n"odd":{"b":[1e2, null],"a":"\\ud83d\\ude00"},"background_color":"#616161",'
        b'"foreground_color":"#6b6b6b","selected":true,"remind_tracking":false,"auto_track":false,'
        b'"focus_auto_track":false} ]' % number
    )
    sandbox.fault("list_calendars", "bad_json", body=body)

    save(calendar, actor, selected=False)

    entry = body.strip(b"[ ]")
    assert sandbox.requests[-1].body == entry.replace(b'"selected":true', b'"selected":false')


def test_it_shows_what_was_sent_until_focus_has_confirmed_it(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    save(calendar, actor, foreground_color="#ffffff")

    calendar.refresh_from_db()
    assert (calendar.foreground_color, calendar.provisional) == ("#ffffff", True)
    assert calendar.contrast == pytest.approx(6.19, abs=0.01)
    assert calendar.written_at is not None

    mirror.read(source)
    calendar.refresh_from_db()
    assert (calendar.foreground_color, calendar.provisional) == ("#ffffff", False)


def test_it_shows_what_focus_answered_where_it_answers(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    sandbox.switches.dialect = "documented"
    theirs(sandbox, calendar)["name"] = "Renamed meanwhile"

    save(calendar, actor, background_color="#abcdef")

    calendar.refresh_from_db()
    assert (calendar.name, calendar.background_color) == ("Renamed meanwhile", "#abcdef")
    assert not calendar.provisional
    assert calendar.written_at is not None


def test_it_shows_what_was_sent_where_the_answer_leaves_the_calendar_out(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    sandbox.fault("update_calendar", "bad_json", body=b'{"items": []}')

    save(calendar, actor, background_color="#abcdef")

    calendar.refresh_from_db()
    assert (calendar.background_color, calendar.provisional) == ("#abcdef", True)
    assert calendar.gone_at is None


def test_it_takes_from_the_answer_nothing_of_other_calendars(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    """The answer may have been overtaken by somebody else's write to one of them."""
    sandbox.switches.dialect = "documented"
    other = calendar.account.calendars.exclude(pk=calendar.pk)[0]
    before = [dict(theirs(sandbox, row)) for row in (calendar, other)]
    save(other, actor, background_color="#abcdef")
    before[0]["background_color"] = "#123456"
    sandbox.fault("update_calendar", "bad_json", body=json.dumps(before))

    save(calendar, actor, background_color="#123456")

    for row, colour in ((calendar, "#123456"), (other, "#abcdef")):
        row.refresh_from_db()
        assert row.background_color == colour


def answered(sandbox: Sandbox, calendar: Calendar, **fields: Any) -> None:
    """Let the next write be answered with the calendar as it was, but for these fields."""
    entry = {**theirs(sandbox, calendar), **fields}
    sandbox.fault("update_calendar", "bad_json", body=json.dumps([entry]))


def test_it_says_when_focus_took_over_something_else(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    answered(sandbox, calendar, background_color="#000000", selected=False)

    with pytest.raises(NotTakenError) as caught:
        save(calendar, actor, background_color="#ffffff", selected=False)

    assert caught.value.kept == {"background_color": "#000000"}
    assert str(caught.value) == "background_color"
    change = Change.objects.get()
    assert (change.outcome, change.error) == (Outcome.FAILED, "not-taken")
    calendar.refresh_from_db()
    assert (calendar.background_color, calendar.provisional) == ("#000000", False)


def test_it_takes_another_spelling_for_what_was_sent(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    answered(sandbox, calendar, background_color="FFF", default_project_id=0)

    change = save(calendar, actor, background_color="#ffffff", default_project_id=None)

    assert change.outcome == Outcome.DONE


def test_a_field_that_was_shown_and_has_moved_is_a_conflict(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    theirs(sandbox, calendar).update(background_color="#222222", default_project_id=330002)

    with pytest.raises(ConflictError) as caught:
        save(calendar, actor, background_color="#333333")

    assert caught.value.moved == {
        "background_color": ("#616161", "#222222"),
        "default_project_id": (None, 330002),
    }
    assert caught.value.fresh["background_color"] == "#222222"
    assert asked() == ["list_calendars"]
    assert theirs(sandbox, calendar)["background_color"] == "#222222"
    assert Change.objects.get().outcome == Outcome.CONFLICT


def test_the_same_value_on_both_sides_is_no_conflict(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    theirs(sandbox, calendar)["background_color"] = "#333333"

    assert save(calendar, actor, background_color="#333333").outcome == Outcome.DONE


@pytest.mark.parametrize(
    ("field", "other"), [("updated_at", "2030-01-01T00:00:00Z"), ("name", "Renamed")]
)
def test_what_the_form_did_not_show_is_no_conflict(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, field: str, other: str
) -> None:
    theirs(sandbox, calendar)[field] = other

    assert save(calendar, actor, selected=False).outcome == Outcome.DONE


@pytest.mark.parametrize(
    ("field", "other"),
    [("default_project_id", 0), ("auto_track", None), ("background_color", "")],
)
def test_what_looks_the_same_is_no_conflict(
    accounts: Accounts, sandbox: Sandbox, actor: Actor, source: Source, field: str, other: object
) -> None:
    """0 and null are both *none* in the form, null and false both unticked."""
    calendar = accounts["alex.admin@example.net"].calendars.get(name="No colours yet")
    theirs(sandbox, calendar)[field] = other

    assert save(calendar, actor, selected=False).outcome == Outcome.DONE


def test_it_saves_nothing_where_the_calendar_has_gone(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    sandbox.world.account(710002)["calendars"].remove(theirs(sandbox, calendar))

    with pytest.raises(GoneError):
        save(calendar, actor, selected=False)

    assert asked() == ["list_calendars"]
    change = Change.objects.get()
    assert (change.outcome, change.error) == (Outcome.FAILED, "gone")
    calendar.refresh_from_db()
    assert calendar.gone_at is not None


def test_it_takes_a_deleted_calendar_for_gone(
    calendar: Calendar, sandbox: Sandbox, actor: Actor
) -> None:
    theirs(sandbox, calendar)["deleted_at"] = "2026-08-01T10:00:00Z"

    with pytest.raises(GoneError):
        save(calendar, actor, selected=False)


def test_it_asks_nothing_while_another_write_is_under_way(
    calendar: Calendar, actor: Actor, asked: Asked
) -> None:
    first = changes.intend(
        Change.Action.EDIT,
        calendar.account.source,
        by=actor,
        account=calendar.account,
        calendar=calendar,
    )
    with changes.sending(first), pytest.raises(BusyError):
        save(calendar, actor, selected=False)

    assert asked() == []


@pytest.mark.parametrize(
    ("operation", "kind", "options", "outcome"),
    [
        ("list_calendars", "status", {"status": 500}, Outcome.FAILED),
        ("list_calendars", "wrong_shape", {}, Outcome.FAILED),
        ("list_calendars", "status", {"status": 404}, Outcome.REFUSED),
        ("update_calendar", "status", {"status": 400}, Outcome.REFUSED),
        ("update_calendar", "status", {"status": 403}, Outcome.REFUSED),
        ("update_calendar", "quota", {}, Outcome.REFUSED),
        ("update_calendar", "status", {"status": 502}, Outcome.UNKNOWN),
        ("update_calendar", "reset", {"performed": True}, Outcome.UNKNOWN),
        ("update_calendar", "cut", {}, Outcome.UNKNOWN),
        ("update_calendar", "wrong_shape", {}, Outcome.UNKNOWN),
        ("update_calendar", "html", {"status": 200}, Outcome.UNKNOWN),
    ],
)
def test_it_records_what_became_of_it(
    calendar: Calendar,
    sandbox: Sandbox,
    actor: Actor,
    operation: str,
    kind: str,
    options: dict[str, Any],
    outcome: Change.Outcome,
) -> None:
    before = calendar.selected
    sandbox.fault(operation, kind, **options)

    with pytest.raises(focus.FocusError) as caught:
        save(calendar, actor, selected=not before)

    change = Change.objects.get()
    assert (change.outcome, change.error) == (outcome, caught.value.code)
    assert change.trace_id == caught.value.trace_id
    calendar.refresh_from_db()
    assert calendar.selected == before


def test_it_does_not_know_what_became_of_a_write_that_took_too_long(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, settings: LazySettings
) -> None:
    settings.FOCUS_WRITE_DEADLINE = 0.1
    sandbox.fault("update_calendar", "delay", seconds=1)

    with pytest.raises(focus.UnavailableError):
        save(calendar, actor, selected=False)

    assert Change.objects.get().outcome == Outcome.UNKNOWN
    assert theirs(sandbox, calendar)["selected"] is False


def test_it_makes_what_other_keys_see_read_again(
    calendar: Calendar, actor: Actor, manager: User
) -> None:
    other = keys.source(give_key(manager, "alex"), calendar.account.source.workspace)
    mirror.read(other)

    save(calendar, actor, selected=False)

    other.refresh_from_db()
    assert other.expired_at is not None
    assert Source.objects.get(pk=calendar.account.source_id).expired_at is None


@pytest.mark.django_db(transaction=True)
def test_it_sends_nothing_when_it_slept_until_others_may_write(
    calendar: Calendar, actor: Actor, sandbox: Sandbox, asked: Asked
) -> None:
    def sleep(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "list_calendars":
            Change.objects.update(outcome=Outcome.UNKNOWN, error="lost", lease_until=None)
            connection.close()

    sandbox.let_happen(sleep)
    with pytest.raises(BusyError):
        save(calendar, actor, background_color="#123456")

    assert asked() == ["list_calendars"]
    assert Change.objects.get().outcome == Outcome.FAILED


def test_a_row_that_was_removed_with_its_key_while_it_was_written_is_no_error(
    calendar: Calendar,
) -> None:
    Calendar.objects.filter(pk=calendar.pk).delete()

    calendars.keep(calendar, {"selected": False}, None, at=timezone.now())
    calendars.believe(calendar, {"selected": False})

    assert not Calendar.objects.filter(pk=calendar.pk).exists()
