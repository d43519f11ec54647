"""Bulk edits for tests: begun as a confirmed draft begins them, carried out as a worker does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from integrations.models import Batch, BatchPart, Calendar, Change, Source
from integrations.services import batches, plans, working
from integrations.services.actors import Actor


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
