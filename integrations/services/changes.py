"""The record around every write: intent first, one write at a time, outcome after.

What is promised: the intent is committed before a request leaves, and the outcome after its
answer. A process that dies in between leaves the row *sending*; once its lease ends, *unknown*.
What became of an unknown one is for the next read to say (services/settling.py). Who did what, when
and through which key is written once: only what came of it is ever stored again (``COURSE``).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations.focus import FocusError, QuotaError, RejectedError
from integrations.models import Account, Calendar, Change, RuleBook, Source
from integrations.models.record import COURSE
from integrations.services import first_colours, proving, record
from integrations.services.actors import Actor

Outcome = Change.Outcome
#: The answers of whatever stands before Focus, which may go on with the request all the same.
GATEWAY = frozenset({408, 502, 503, 504})


class BusyError(Exception):
    """Another write to the same calendar or account is under way; nothing was sent."""


class GoneError(Exception):
    """The calendar or account is no longer there; nothing was written."""


class KeyNotReadyError(Exception):
    """Nothing is written through this key yet: it was replaced, and not seen to be the same
    person's; nothing was sent."""


class NotTakenError(Exception):
    """Focus answered well and kept other values; ``kept`` maps fields to what it has."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        super().__init__(", ".join(kept))
        self.kept = kept


class ConflictError(Exception):
    """A field that the form showed has moved; ``moved`` maps it to (shown, theirs)."""

    def __init__(self, moved: Mapping[str, tuple[Any, Any]], fresh: Mapping[str, Any]) -> None:
        super().__init__(", ".join(moved))
        self.moved = moved
        self.fresh = fresh


def intend(
    action: Change.Action,
    source: Source,
    *,
    by: Actor,
    account: Account | None = None,
    calendar: Calendar | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    provider: str = "",
    rule: tuple[int, str] = (0, ""),
    undoes: UUID | None = None,
) -> Change:
    """Commit the intent of a write, with the names of everything as they are now.

    ``rule``: the id, 0 of a new one, and the title of the mapping rule that it is about.
    Raises KeyNotReadyError.
    """
    if not proving.is_ready(source.key):
        raise KeyNotReadyError(str(source.key))
    change = record.draw_up(
        action,
        source,
        by=by,
        account=account,
        calendar=calendar,
        before=before,
        after=after,
        provider=provider,
        rule=rule,
    )
    change.undoes = undoes
    change.lease_until = lease()  # should this process end before it sends anything
    change.save(force_insert=True)
    record.tell(change)
    return change


@contextmanager
def sending(change: Change) -> Iterator[None]:
    """Hold the one place for a write to this subject; an error inside becomes the outcome.

    Raises BusyError when another write holds the place, and whatever the block raises.
    """
    _take_place(change)
    try:
        yield
    except BusyError:
        finish(change, Outcome.FAILED, error="busy")
        raise
    except ConflictError as error:
        change.found = {name: theirs for name, (_shown, theirs) in error.moved.items()}
        finish(change, Outcome.CONFLICT)
        raise
    except GoneError:
        finish(change, Outcome.FAILED, error="gone")
        raise
    except NotTakenError:
        finish(change, Outcome.FAILED, error="not-taken")
        raise
    except FocusError as error:
        finish_failed(change, error)
        look_again(change)
        raise
    except BaseException:
        finish(change, Outcome.UNKNOWN, error="lost")
        look_again(change)
        raise


def finish(
    change: Change,
    outcome: Change.Outcome,
    *,
    error: str = "",
    trace_id: str = "",
    lease_until: datetime | None = None,
) -> None:
    """Commit what came of a write.

    A process that slept for longer than its lease comes here after others have taken care of the
    change. What it knows from an answer stands all the same; that none came is no news then.
    """
    held_until, change.lease_until = change.lease_until, lease_until
    change.outcome, change.error, change.trace_id = outcome, error, trace_id[:200]
    change.finished_at, change.settled_at = timezone.now(), None
    record.index(change)
    with transaction.atomic():
        now = Change.objects.select_for_update().get(pk=change.pk)
        if outcome == Outcome.UNKNOWN and now.lease_until != held_until:
            change.refresh_from_db()
            return
        change.save(update_fields=COURSE)
        if outcome == Outcome.DONE and not error:
            first_colours.note(change)
    record.tell(change)


def finish_failed(change: Change, error: FocusError) -> None:
    """Commit what came of a write that Focus did not confirm; call ``look_again`` afterwards.

    While no answer of Focus itself came, the request may still arrive: until the lease ends, that
    it was not seen to have arrived proves nothing.
    """
    outcome = outcome_of(error)
    unanswered = error.status is None or error.status in GATEWAY
    may_still_arrive = outcome == Outcome.UNKNOWN and unanswered
    finish(
        change,
        outcome,
        error=error.code,
        trace_id=error.trace_id or "",
        lease_until=change.lease_until if may_still_arrive else None,
    )


def reopen(change: Change, *, retry_at: datetime | None = None) -> None:
    """Let a change of a batch be sent again: nothing of it has arrived."""
    change.outcome, change.error, change.trace_id = Outcome.INTENDED, "", ""
    change.finished_at = change.lease_until = None
    change.retry_at = retry_at
    change.save(update_fields=COURSE)
    record.tell(change)


def doubt(change: Change) -> None:
    """Ask the next read once more about a write that was judged before it arrived."""
    if change.outcome == Outcome.FAILED and change.settled_at is not None:
        finish(change, Outcome.UNKNOWN, error="lost")


def outcome_of(error: FocusError) -> Change.Outcome:
    """Return what is honest to record: only a write that may have arrived is *unknown*."""
    if isinstance(error, RejectedError | QuotaError):
        return Outcome.REFUSED
    return Outcome.UNKNOWN if error.may_have_happened else Outcome.FAILED


def wait(change: Change, *, until: datetime) -> None:
    """Leave a change open until a person comes back; after ``until`` it is *unknown*."""
    change.lease_until = until
    change.save(update_fields=["lease_until"])


def release_lost() -> bool:
    """Call *unknown* what was begun and whose lease has ended: nobody is left to finish it.

    Says whether there was any; whatever shows what became of it has to be read again.
    """
    now = timezone.now()
    lost = Change.objects.filter(
        outcome__in=(Outcome.SENDING, Outcome.INTENDED), lease_until__lt=now
    )
    found = False
    # Most of the time there is none, and a read locks nobody out.
    for pk in lost.values_list("pk", flat=True):
        mine = lost.filter(pk=pk)
        if mine.update(outcome=Outcome.UNKNOWN, error="lost", finished_at=now, lease_until=None):
            change = Change.objects.get(pk=pk)
            record.tell(change)
            look_again(change)
            found = True
    return found


def look_again(change: Change) -> None:
    """Make every next page read where the outcome is unknown: only Focus knows what it has now.

    Call it outside of any transaction: it takes every source of the workspace.
    """
    if change.outcome != Outcome.UNKNOWN:
        return
    if change.action in Change.OF_RULES:
        books = RuleBook.objects.filter(source__workspace__workspace_id=change.workspace_id)
        books.update(expired_at=timezone.now())
        return
    Source.objects.filter(workspace__workspace_id=change.workspace_id).update(
        expired_at=timezone.now()
    )


def lease() -> datetime:
    """Return until when a process that writes is believed to be there."""
    return timezone.now() + timedelta(seconds=settings.WRITE_LEASE)


def hold(change: Change) -> None:
    """Make a write's lease longer, just before its request leaves.

    Raises BusyError where this process slept until the lease was over: others may write by now.
    """
    until = lease()
    mine = Change.objects.filter(
        pk=change.pk, outcome=Outcome.SENDING, lease_until=change.lease_until
    )
    if not mine.update(lease_until=until):
        raise BusyError
    change.lease_until = until


def _take_place(change: Change) -> None:
    release_lost()
    until = lease()
    intended = Change.objects.filter(pk=change.pk, outcome=Outcome.INTENDED)
    try:
        with transaction.atomic():
            taken = intended.update(outcome=Outcome.SENDING, lease_until=until)
    except IntegrityError:
        taken = False
    if not taken or _would_be_overtaken(change):
        finish(change, Outcome.FAILED, error="busy")
        raise BusyError
    change.outcome, change.lease_until = Outcome.SENDING, until
    record.tell(change)


def _would_be_overtaken(change: Change) -> bool:
    """Say whether somebody else's write may still arrive, after this one, and undo it unseen."""
    others = Change.objects.exclude(record.made_by_same(change)).filter(
        outcome=Outcome.UNKNOWN, lease_until__gt=timezone.now()
    )
    if change.action in Change.OF_RULES:
        same = {"workspace_id": change.workspace_id, "action__in": Change.OF_RULES}
        return others.filter(**same).exists()
    others = others.filter(integration_id=change.integration_id, calendar_id=change.calendar_id)
    return change.integration_id != 0 and others.exists()
