"""Edits of one calendar: a fresh read, a comparison, one write, and the record of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from integrations import focus
from integrations.models import Calendar, Change
from integrations.services import changes, mirror, rows
from integrations.services.actors import Actor
from integrations.services.changes import ConflictError, GoneError, NotTakenError


@dataclass(frozen=True)
class CalendarEdits:
    """What a form showed, and what the person changed of it, by the API's field names."""

    shown: Mapping[str, Any]
    changed: Mapping[str, Any]


def update(
    client: focus.FocusClient,
    calendar: Calendar,
    edits: CalendarEdits,
    *,
    by: Actor,
    undoes: UUID | None = None,
) -> Change:
    """Write the changed fields of a calendar; ``undoes``: the change that this takes back.

    Raises ConflictError when a field that was shown has moved, GoneError when the calendar has
    vanished, BusyError when another write to it is under way, NotTakenError when Focus answered
    with other values than were sent, and FocusError.
    """
    account = calendar.account
    change = changes.intend(
        Change.Action.EDIT,
        account.source,
        by=by,
        account=account,
        calendar=calendar,
        before={name: edits.shown.get(name) for name in edits.changed},
        after=edits.changed,
        undoes=undoes,
    )
    with changes.sending(change):
        fresh = _fresh(client, calendar)
        _compare(fresh, edits)
        answer = client.update_calendar(fresh, edits.changed)
        keep(calendar, edits.changed, answer, at=timezone.now())
        believe(calendar, edits.changed)
    changes.finish(change, Change.Outcome.DONE, trace_id=client.trace_id or "")
    mirror.expire_others(account.source)
    return change


def _fresh(client: focus.FocusClient, calendar: Calendar) -> focus.Calendar:
    listing = mirror.read_account(client, calendar.account)
    for entry in listing.items:
        if entry.calendar_id == calendar.calendar_id and entry.deleted_at is None:
            return entry
    raise GoneError


def _compare(fresh: focus.Calendar, edits: CalendarEdits) -> None:
    now = rows.editable(fresh)
    moved = {}
    for name, shown in edits.shown.items():
        known = [rows.as_shown(name, value) for value in (shown, edits.changed.get(name, shown))]
        if rows.as_shown(name, now[name]) not in known:
            moved[name] = (shown, now[name])
    if moved:
        raise ConflictError(moved, now)


def believe(calendar: Calendar, sent: Mapping[str, Any]) -> None:
    """Compare what Focus answered with what was sent; raises NotTakenError."""
    calendar.refresh_from_db()
    kept = {
        name: getattr(calendar, name)
        for name, value in sent.items()
        if not rows.alike(getattr(calendar, name), value)
    }
    if kept:
        raise NotTakenError(kept)


def keep(
    calendar: Calendar,
    sent: Mapping[str, Any],
    answer: "focus.Listing[focus.Calendar] | None",
    *,
    at: datetime,
) -> None:
    """Show what Focus answered or, after an answer without the object, what was sent."""
    if answer is not None and any(e.calendar_id == calendar.calendar_id for e in answer.items):
        mirror.apply_calendars(calendar.account, answer, asked_at=at)
        Calendar.objects.filter(pk=calendar.pk).update(written_at=at, provisional=False)
        return
    calendar.refresh_from_db()
    for name, value in sent.items():
        setattr(calendar, name, value)
    values = {name: getattr(calendar, name) for name in rows.CALENDAR_FIELDS}
    for name, value in rows.derived(values, calendar.account).items():
        setattr(calendar, name, value)
    calendar.written_at, calendar.provisional = at, True
    calendar.save()
