"""The record around every write: intent first, one write at a time, outcome after.

What is promised: the intent is committed before a request leaves, and the outcome after its
answer. A process that dies in between leaves the row *sending*; once its lease ends, *unknown*.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.focus import FocusError, QuotaError, RejectedError
from integrations.models import Account, Calendar, Change, Key, Source
from integrations.services import proving
from integrations.services.actors import Actor

logger = logging.getLogger(__name__)

#: Longer than a read and a write can take together (3 s and 10 s), shorter than patience.
LEASE = timedelta(seconds=30)

Outcome = Change.Outcome


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
) -> Change:
    """Commit the intent of a write, with the names of everything as they are now.

    Raises KeyNotReadyError.
    """
    if not proving.is_ready(source.key):
        raise KeyNotReadyError(str(source.key))
    change = Change.objects.create(
        action=action,
        actor_issuer=by.issuer,
        actor_subject=by.subject,
        actor_name=by.name,
        role=by.role,
        key=source.key_id,
        key_label=str(source.key),
        workspace_id=source.workspace.workspace_id,
        workspace_label=source.workspace.label,
        integration_id=account.integration_id if account else 0,
        calendar_id=calendar.calendar_id if calendar else 0,
        provider=account.provider if account else provider,
        email=account.email if account else "",
        calendar_name=str(calendar) if calendar else "",
        external_id=calendar.external_id if calendar else "",
        before=dict(before or {}),
        after=dict(after or {}),
        request_id=by.request_id,
        client_address=by.client_address,
    )
    _log(change)
    return change


@contextmanager
def sending(change: Change) -> Iterator[None]:
    """Hold the one place for a write to this subject; an error inside becomes the outcome.

    Raises BusyError when another write holds the place, and whatever the block raises.
    """
    _take_place(change)
    try:
        yield
    except ConflictError:
        finish(change, Outcome.CONFLICT)
        raise
    except GoneError:
        finish(change, Outcome.FAILED, error="gone")
        raise
    except NotTakenError:
        finish(change, Outcome.FAILED, error="not-taken")
        raise
    except FocusError as error:
        finish(change, outcome_of(error), error=error.code, trace_id=error.trace_id or "")
        if change.outcome == Outcome.UNKNOWN:
            _look_again(change)
        raise
    except BaseException:
        finish(change, Outcome.UNKNOWN, error="lost")
        _look_again(change)
        raise


def finish(change: Change, outcome: Change.Outcome, *, error: str = "", trace_id: str = "") -> None:
    """Commit what came of a write."""
    change.outcome = outcome
    change.error = error
    change.trace_id = trace_id[:200]
    change.finished_at = timezone.now()
    change.lease_until = None
    change.save()
    _log(change)


def outcome_of(error: FocusError) -> Change.Outcome:
    """Return what is honest to record: only a write that may have arrived is *unknown*."""
    if isinstance(error, RejectedError | QuotaError):
        return Outcome.REFUSED
    return Outcome.UNKNOWN if error.may_have_happened else Outcome.FAILED


def wait(change: Change, *, until: datetime) -> None:
    """Leave a change open until a person comes back; after ``until`` it is *unknown*."""
    change.lease_until = until
    change.save(update_fields=["lease_until"])


def release_lost() -> None:
    """Call *unknown* what was begun and whose lease has ended: nobody is left to finish it."""
    now = timezone.now()
    lost = Change.objects.filter(
        outcome__in=(Outcome.SENDING, Outcome.INTENDED), lease_until__lt=now
    )
    if lost.exists():  # most of the time there is none, and a read locks nobody out
        lost.update(outcome=Outcome.UNKNOWN, error="lost", finished_at=now, lease_until=None)


def made_by(person: User) -> Q:
    """Return the condition for changes that a person made."""
    return Q(actor_issuer=person.issuer, actor_subject=person.subject)


def of_removed_keys() -> QuerySet[Change]:
    """Return what was done through keys that are no longer there, and is the managers' to see."""
    return Change.objects.filter(is_private=False).exclude(key__in=Key.objects.values("pk"))


def keep_private(removed: QuerySet[Key]) -> None:
    """Let what was done through keys that are about to go stay their owners' alone, if they are."""
    private = removed.filter(visibility=Key.Visibility.PRIVATE).values("pk")
    Change.objects.filter(key__in=private).update(is_private=True)


def under_way() -> Q:
    """Return the condition for changes that are being written at this moment."""
    return Q(outcome=Outcome.SENDING, lease_until__gt=timezone.now())


def _look_again(change: Change) -> None:
    """Make every next page read: only Focus knows what it has now."""
    Source.objects.filter(workspace__workspace_id=change.workspace_id).update(
        expired_at=timezone.now()
    )


def _take_place(change: Change) -> None:
    release_lost()
    change.outcome = Outcome.SENDING
    change.lease_until = timezone.now() + LEASE
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError:
        finish(change, Outcome.FAILED, error="busy")
        raise BusyError from None
    _log(change)


def _log(change: Change) -> None:
    logger.info(
        "change id=%s action=%s outcome=%s actor=%s:%s workspace=%s integration=%s calendar=%s"
        " fields=%s request=%s trace=%s error=%s",
        change.pk,
        change.action,
        change.outcome,
        change.actor_issuer,
        change.actor_subject,
        change.workspace_id,
        change.integration_id,
        change.calendar_id,
        ",".join(change.after),
        change.request_id,
        change.trace_id or "-",
        change.error or "-",
    )
