"""One slice of a batch's work through one key: what it knows, what it may spend, when it waits."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from integrations import focus
from integrations.models import BatchPart, Calendar, Change, Source
from integrations.services import plans, quotas

Outcome = Change.Outcome
Wait = BatchPart.Wait
#: What comes of a write that succeeded: some services answer with the calendars, some with nothing.
Answer = focus.Listing[focus.Calendar] | None

#: Failures of Focus without a success between them: the rest ends with the last, after 5 minutes.
FAILURES = 10
#: Seconds: doubled with every failure, and never more than the second.
BACKOFF, MOST_BACKOFF = 2, 60


@dataclass(frozen=True)
class Flight:
    """A write that is under way."""

    change: Change
    calendar: Calendar
    client: focus.FocusClient


@dataclass
class Slice:
    """What one call of ``work`` knows; its part is as the database has it, but for the lease."""

    part: BatchPart
    source: Source
    holder: str
    until: float
    stopping: Callable[[], bool]
    queue: deque[Change] = field(default_factory=deque)
    flying: dict[Future[Answer], Flight] = field(default_factory=dict)
    #: Nothing more is sent in this slice.
    halted: bool = False
    #: The ids of the accounts to which something was sent: what other keys saw of them has changed.
    written: set[int] = field(default_factory=set)
    #: What ends the rest: an outcome and the code of an error.
    ends_with: tuple[Change.Outcome, str] | None = None
    #: Changes for which it was read again.
    read_for: set[UUID] = field(default_factory=set)

    @property
    def is_old(self) -> bool:
        """Whether what it compares with has to be read again."""
        read_at = self.part.read_at
        most = timedelta(seconds=settings.BATCH_READ_MAX_AGE)
        return read_at is None or timezone.now() - read_at > most

    @property
    def has_time(self) -> bool:
        """Whether something may still be begun."""
        return not self.halted and time.monotonic() < self.until and not self.stopping()

    @property
    def may_send(self) -> bool:
        """Whether the next change may be sent now."""
        under_way = sum(not future.done() for future in self.flying)
        room = under_way < settings.BATCH_IN_FLIGHT
        return self.has_time and bool(self.queue) and room and not self.is_old

    def keep(self, **values: Any) -> None:
        """Store fields of the part, while it is ours: after a long sleep it may be another's."""
        for name, value in values.items():
            setattr(self.part, name, value)
        BatchPart.objects.filter(pk=self.part.pk, holder=self.holder).update(**values)

    def end(self, outcome: Change.Outcome, error: str) -> None:
        """Let the rest end like this."""
        self.halted, self.ends_with = True, (outcome, error)


def spend(slice_: Slice) -> bool:
    """Pay for a request that is about to be sent; where the reserve is met, wait for the next hour.

    The reserve is its owner's: what others do through the key meanwhile counts as well.
    """
    if quotas.spend(slice_.source, reserve=plans.reserve):
        return True
    row = quotas.of(slice_.source)
    wait_for_quota(slice_, quotas.ends_at(row) if row else None)
    return False


def note_spent(slice_: Slice, calls: int) -> None:
    """Count requests as sent for the part; one that was paid for and not sent is paid back."""
    if calls:
        BatchPart.objects.filter(pk=slice_.part.pk).update(spent=F("spent") + calls)
    else:
        quotas.give_back(slice_.source)


def wait_for_quota(slice_: Slice, resets_at: datetime | None) -> None:
    """Go on when the hour is over."""
    now = timezone.now()
    wait(slice_, Wait.QUOTA, max(resets_at or now + quotas.UNTOLD, now + quotas.LEAST_PAUSE))


def wait_after_failure(slice_: Slice, error: focus.FocusError) -> None:
    """Let Focus come to itself; after several failures without a success the rest ends."""
    if slice_.halted:
        return  # of several answers that fail together one counts
    failures = slice_.part.failures + 1
    slice_.keep(failures=failures)
    if failures >= FAILURES:
        slice_.end(Outcome.FAILED, error.code)
    else:
        pause = timedelta(seconds=min(MOST_BACKOFF, BACKOFF**failures))
        wait(slice_, Wait.RETRY, timezone.now() + pause)


def wait(slice_: Slice, why: BatchPart.Wait, until: datetime) -> None:
    """Send nothing before ``until``, and read again then; an empty hour goes before a failure."""
    slice_.halted = True
    slice_.keep(waits_for=why, resumes_at=until, read_at=None)
