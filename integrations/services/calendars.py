"""Edits of one calendar: a fresh read, a comparison, one write, and the record of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from integrations import focus
from integrations.models import Calendar, Change
from integrations.services import audit, changes, mirror, rows
from integrations.services.actors import Actor
from integrations.services.changes import ConflictError, GoneError, NotTakenError

#: How many primary keys a query names at once.
CHUNK = 500


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
        entry = fresh(client, calendar)
        _compare(entry, edits)
        changes.hold(change)
        answer = client.update_calendar(entry, edits.changed)
        keep(calendar, edits.changed, answer, at=timezone.now())
        believe(calendar, edits.changed)
    changes.finish(change, Change.Outcome.DONE, trace_id=client.trace_id or "")
    mirror.expire_others(account.source, [account.integration_id])
    return change


def leave(pks: Collection[int], *, by: Actor) -> int:
    """Note that calendars which appeared stay as they came; returns how many that were."""
    wanted = list(pks)
    left = 0
    for start in range(0, len(wanted), CHUNK):
        some = Calendar.objects.filter(pk__in=wanted[start : start + CHUNK])
        left += some.filter(undecided_since__isnull=False).update(undecided_since=None)
    audit.note("calendars-left", by=by, calendars=left)
    return left


def fresh(client: focus.FocusClient, calendar: Calendar) -> focus.Calendar:
    """Return a calendar as Focus lists it now, its row in line with that; raises GoneError."""
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
    """Compare what Focus answered with what was sent; raises NotTakenError.

    Where the row was removed meanwhile, with its key, there is nothing to compare with.
    """
    try:
        calendar.refresh_from_db()
    except Calendar.DoesNotExist:
        return
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
    """Show what Focus answered or, after an answer without the object, what was sent.

    What the answer holds of other calendars may be older than what is known of them already.
    Nothing is shown where the row was removed meanwhile, with its key.
    """
    if not Calendar.objects.filter(pk=calendar.pk).exists():
        return
    calendar.refresh_from_db()
    entries = answer.items if answer is not None else ()
    entry = next((e for e in entries if e.calendar_id == calendar.calendar_id), None)
    if entry is not None:
        values = rows.calendar_values(entry, calendar.account)
    else:
        values = {name: getattr(calendar, name) for name in rows.CALENDAR_FIELDS} | dict(sent)
        values |= rows.derived(values, calendar.account)
    for name, value in values.items():
        setattr(calendar, name, value)
    calendar.written_at, calendar.provisional = at, entry is None
    calendar.undecided_since = None  # whoever sets something of it has decided about it
    calendar.save()
