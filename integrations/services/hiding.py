"""Hidden events of a calendar: what is known of them, and the write that replaces them all.

Focus has no documented way to read the list. So what is known is what a calendar's object tells of
it, should it tell anything, or what was last written from here, whichever is newer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from integrations import focus
from integrations.models import Calendar, Change
from integrations.services import calendars, changes, mirror
from integrations.services.actors import Actor
from integrations.services.changes import ConflictError

Outcome = Change.Outcome
FIELD = "ical_uids"
MAX_UIDS = focus.MAX_HIDDEN


@dataclass(frozen=True)
class Known:
    """The hidden events of a calendar, as far as anybody here can tell."""

    #: None where nobody can.
    uids: tuple[str, ...] | None = None
    #: When it was seen or written.
    at: datetime | None = None
    #: The change that wrote it; None where Focus told of it.
    change: Change | None = None
    #: The last write, where it did not end well or nobody knows how it ended, and is newer.
    doubt: Change | None = None

    @property
    def is_told(self) -> bool:
        """Whether Focus itself tells of them, so that a fresh read shows what is there."""
        return self.uids is not None and self.change is None


def known(calendar: Calendar, keys: Collection[UUID]) -> Known:
    """Return what is known of a calendar's hidden events; ``keys``: those a person sees through."""
    found = _writes(calendar, keys)
    last = found.filter(outcome=Outcome.DONE).first()
    doubt = found.filter(outcome__in=(Outcome.UNKNOWN, Outcome.REFUSED, Outcome.FAILED)).first()
    if last is not None and doubt is not None and doubt.created_at < last.created_at:
        doubt = None
    told = focus.hidden_events(calendar.raw.encode())
    if told is not None and (last is None or _moment(last) <= calendar.seen_at):
        return Known(told, calendar.seen_at, doubt=doubt)
    if last is not None:
        return Known(tuple(last.after[FIELD]), _moment(last), last, doubt)
    return Known(doubt=doubt)


def hide(
    client: focus.FocusClient,
    calendar: Calendar,
    uids: Sequence[str],
    shown: Known,
    *,
    by: Actor,
    keys: Collection[UUID],
    undoes: UUID | None = None,
) -> Change:
    """Replace a calendar's hidden events; ``shown``: what the person saw of them.

    Where Focus tells of them they are read before, and otherwise our own record is: raises
    ConflictError where either says something else by now. Raises GoneError where the calendar has
    vanished, BusyError and FocusError.
    """
    account = calendar.account
    change = changes.intend(
        Change.Action.HIDE,
        account.source,
        by=by,
        account=account,
        calendar=calendar,
        before={} if shown.uids is None else {FIELD: list(shown.uids)},
        after={FIELD: list(uids)},
        undoes=undoes,
    )
    with changes.sending(change):
        if shown.is_told:
            _read(client, calendar)
        _compare(shown, known(calendar, keys))
        changes.hold(change)
        client.hide_events(account.integration_id, calendar.calendar_id, uids)
    changes.finish(change, Outcome.DONE, trace_id=client.trace_id or "")
    mirror.expire_others(account.source, [account.integration_id])
    return change


def _writes(calendar: Calendar, keys: Collection[UUID]) -> QuerySet[Change]:
    return Change.objects.filter(
        action=Change.Action.HIDE,
        key__in=keys,
        integration_id=calendar.account.integration_id,
        calendar_id=calendar.calendar_id,
    ).order_by("-created_at")


def _moment(change: Change) -> datetime:
    return change.finished_at or change.created_at


def _read(client: focus.FocusClient, calendar: Calendar) -> None:
    calendars.fresh(client, calendar)
    calendar.refresh_from_db()


def _compare(shown: Known, now: Known) -> None:
    if shown.uids == now.uids:
        return
    told = None if shown.uids is None else list(shown.uids)
    theirs = None if now.uids is None else list(now.uids)
    raise ConflictError({FIELD: (told, theirs)}, {FIELD: theirs})
