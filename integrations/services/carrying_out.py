"""A batch carried out by the process that began it, slice after slice, beside any workers.

It goes the same way as in a worker, so it can be killed as one can: then a worker does the rest.
"""

import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from django.utils import timezone

from integrations.models import Batch, BatchPart, Change, Source
from integrations.services import batches, working
from integrations.services.actors import Actor
from integrations.services.plans import Plan

#: How long it is left to a worker that has taken a part up, before looking again.
GLANCE = timedelta(seconds=0.5)
#: How long a wait for quota lasts before looking whether somebody has stopped the batch.
LOOK = timedelta(seconds=5)


@dataclass(frozen=True)
class Progress:
    """How far a batch is, and until when it waits for the next hour's requests."""

    #: What ended well; at the end, what is missing to ``total`` did not.
    done: int
    total: int
    waits_until: datetime | None = None


def begin(plan: Plan, source: Source, *, by: Actor) -> Batch:
    """Commit a plan that was made from a read of this very moment as an import.

    What is written is compared with that read, so that it is not paid for twice.
    """
    batch = batches.start(plan, kind=Batch.Kind.IMPORT, by=by)
    batch.parts.update(read_at=source.last_good_at)
    return batch


def carry_out(batch: Batch, *, by: Actor, stopping: Event) -> Iterator[Progress]:
    """Work until the batch is finished, and tell of every step forward.

    Once ``stopping`` is set, the request in hand is finished and the batch is stopped.
    """
    holder = f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(4)}"
    told = None
    while True:
        for part in batch.parts.filter(finished_at=None):
            working.work(part.pk, holder=holder, stopping=stopping.is_set)
        if stopping.is_set():
            batches.stop(batch, by=by)
        batch.refresh_from_db()
        progress = _progress(batch)
        if progress != told:
            yield progress
            told = progress
        if batch.finished_at is not None:
            return
        _pause(batch, stopping)


def _progress(batch: Batch) -> Progress:
    outcomes = batches.outcomes(batch)
    waiting = batch.parts.filter(
        finished_at=None, waits_for=BatchPart.Wait.QUOTA, resumes_at__gt=timezone.now()
    )
    until = waiting.values_list("resumes_at", flat=True).first()
    return Progress(outcomes.get(Change.Outcome.DONE, 0), sum(outcomes.values()), until)


def _pause(batch: Batch, stopping: Event) -> None:
    """Wait until something can be done, or a signal arrives."""
    now = timezone.now()
    moments = [part.resumes_at or now for part in batch.parts.filter(finished_at=None)]
    pause = min(max(min(moments, default=now) - now, GLANCE), LOOK)
    # Once it was stopped, whoever has a request in hand is all that is waited for.
    waited_for = Event() if stopping.is_set() else stopping
    waited_for.wait(pause.total_seconds())
