"""Bulk edits for tests: begun as a confirmed draft begins them, carried out as a worker does."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from integrations.models import Batch, BatchPart, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import batches, plans, working
from integrations.services.actors import Actor
from tests.clocks import Clock


def begin(
    wishes: Mapping[Calendar, Mapping[str, Any]],
    *,
    by: Actor,
    sources: Sequence[Source],
    kind: Batch.Kind = Batch.Kind.EDIT,
) -> Batch:
    """Commit a batch that gives each calendar its values; nothing is sent yet."""
    plan = plans.make(
        {calendar.pk: values for calendar, values in wishes.items()},
        sources=list(sources),
        person=None,
        role=None,
    )
    assert len(plan.steps) == len(wishes), plan
    return batches.start(plan, kind=kind, by=by)


def begin_all(source: Source, *, by: Actor, most: int | None = None, **values: Any) -> Batch:
    """Commit a batch that gives the first ``most`` calendars of a source the same values."""
    found = Calendar.objects.filter(account__source=source, gone_at=None).order_by("pk")[:most]
    return begin(dict.fromkeys(found, values), by=by, sources=[source])


def work(
    part: Batch | BatchPart, *, holder: str = "test", stopping: Callable[[], bool] = lambda: False
) -> datetime | None:
    """Work on a part, or on the only one of a batch, for a slice."""
    if isinstance(part, Batch):
        part = part.parts.get()
    return working.work(part.pk, holder=holder, stopping=stopping)


def outcomes(batch: Batch) -> list[tuple[str, str]]:
    """Return the outcome and error of each of a batch's changes, in their order."""
    changes = Change.objects.filter(batch=batch).order_by("position", "pk")
    return [(change.outcome, change.error) for change in changes]


def theirs(box: Sandbox, change: Change) -> dict[str, Any]:
    """Return what Focus has of the calendar of a change."""
    return box.world.calendar(change.integration_id, change.calendar_id)


def changes(batch: Batch) -> list[Change]:
    """Return a batch's changes in their order."""
    return list(Change.objects.filter(batch=batch).order_by("position", "pk"))


def tally(batch: Batch) -> dict[str, int]:
    """Return how many changes have each outcome and error, as ``outcome error``."""
    return dict(Counter(" ".join(filter(None, told)) for told in outcomes(batch)))


def part_of(batch: Batch) -> BatchPart:
    """Return a batch's only part as it is now."""
    return batch.parts.get()


def after(done: int) -> Callable[[], bool]:
    """Return a ``stopping`` that ends a slice once so many changes are done."""
    return lambda: Change.objects.filter(outcome=Change.Outcome.DONE).count() >= done


def is_finished(batch: Batch) -> bool:
    """Say whether a batch has come to its end."""
    return Batch.objects.get(pk=batch.pk).finished_at is not None


def carry_out(batch: Batch, clock: Clock, most: int = 40) -> int:
    """Work until a batch is finished, leaping over its waits; returns how many there were."""
    for waits in range(most):
        again = work(batch)
        if again is None:
            return waits
        clock.leap_to(again)
    raise AssertionError(f"not finished after {most} slices: {tally(batch)}")
