"""Bulk edits that wait, that nobody works on, or of which something was not saved."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Batch, BatchPart, Change, Workspace
from integrations.services import batches, workers
from integrations.services.needs import Kind, Need

Outcome = Change.Outcome
#: What was not saved long ago, and nobody minded, is history.
RECENT = timedelta(days=30)
#: The states, the worst first.
STUCK, FAILED, WAITING = "stuck", "failed", "waiting"
_RANKS = (STUCK, FAILED, WAITING)


@dataclass(frozen=True)
class BatchTrouble:
    """A batch, how it is, and how many of its changes were not saved."""

    batch: Batch
    state: str
    failed: int = 0
    total: int = 0
    #: When it goes on.
    resumes_at: datetime | None = None


def find(workspace: Workspace, person: User, seen: Q) -> list[Need]:
    """Return the needs of a person's batches, and of those with changes that are ``seen``.

    As many queries however many there are.
    """
    theirs = Q(actor_issuer=person.issuer, actor_subject=person.subject)
    visible = Q(Exists(Change.objects.filter(seen, batch=OuterRef("pk"))))
    again = Batch.objects.filter(kind=Batch.Kind.RETRY, about=OuterRef("pk"))
    lacking = Change.objects.filter(_not_saved(), batch=OuterRef("pk"))
    recent = Q(finished_at__gte=timezone.now() - RECENT)
    due = Q(finished_at=None, stopped_at=None) | recent & Q(Exists(lacking)) & ~Q(Exists(again))
    found = Batch.objects.filter(theirs | visible, due, workspace_id=workspace.workspace_id)
    listed = list(found.order_by("-created_at").prefetch_related("parts"))
    counted = _counted([batch for batch in listed if batch.finished_at])
    is_idle = any(batch.finished_at is None for batch in listed) and not workers.any_alive()
    troubles = [_trouble(batch, counted, is_idle=is_idle) for batch in listed]
    told = sorted(filter(None, troubles), key=lambda trouble: _RANKS.index(trouble.state))
    return [_need(trouble) for trouble in told]


def _need(trouble: BatchTrouble) -> Need:
    facts = (trouble.state, trouble.failed)
    return Need(Kind.BATCH, str(trouble.batch.pk), facts, trouble)


def _not_saved() -> Q:
    """Return the condition for changes that ended, but not well, and that nobody stopped."""
    return Q(outcome__in=(*batches.FAILED, Outcome.UNKNOWN)) & ~Q(error=batches.STOPPED)


def _counted(finished: list[Batch]) -> dict[str, Counter[bool]]:
    """Return {batch: how many of its changes were (False) and were not saved (True)}."""
    lacks = Count("pk", filter=_not_saved())
    rows = Change.objects.filter(batch__in=finished).order_by().values_list("batch")
    return {
        str(pk): Counter({True: number, False: total - number})
        for pk, total, number in rows.annotate(total=Count("pk"), lacking=lacks)
    }


def _trouble(
    batch: Batch, counted: dict[str, Counter[bool]], *, is_idle: bool
) -> BatchTrouble | None:
    """Return how a batch is, where that is worth a line; ``is_idle``: no worker is running."""
    if batch.finished_at is not None:
        counts = counted[str(batch.pk)]
        return BatchTrouble(batch, FAILED, counts[True], counts.total())
    parts = [part for part in batch.parts.all() if part.finished_at is None]
    now = timezone.now()
    if is_idle and any(_moved_at(part) < now - workers.SILENCE for part in parts):
        return BatchTrouble(batch, STUCK)
    waits = [part.resumes_at for part in parts if part.waits_for == BatchPart.Wait.QUOTA]
    later = [moment for moment in waits if moment is not None and moment > now]
    if parts and len(later) == len(parts):
        return BatchTrouble(batch, WAITING, resumes_at=min(later))
    return None


def _moved_at(part: BatchPart) -> datetime:
    return max(part.worked_at, part.resumes_at or part.worked_at)
