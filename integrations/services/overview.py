"""How the installation is as a whole, from the rows alone: for monitoring and for managers."""

from collections import Counter
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from integrations.models import Account, Batch, BatchPart, Quota, WorkerBeat
from integrations.services import quotas, workers, workspaces

#: What a batch can be; ``finished`` counts what the record still holds.
BATCH_STATES = ("running", "waiting", "stopping", "finished")


def account_states() -> dict[str, int]:
    """Return how many accounts are in each state.

    What is seen by several keys, or in several workspaces, counts once, as the most urgent.
    """
    at_work = Q(source__key__owner=None) | Q(source__key__owner__is_active=True)
    shown = Account.objects.filter(at_work, source__workspace__in=workspaces.visible())
    present = shown.filter(gone_at=None).order_by()
    seen = present.values("integration_id")
    found = Counter(seen.annotate(worst=Min("urgency")).values_list("worst", flat=True))
    return {state.value: found[rank] for rank, state in enumerate(Account.State)}


def batch_states() -> dict[str, int]:
    """Return how many batches are in each of BATCH_STATES."""
    found = dict.fromkeys(BATCH_STATES, 0)
    found["finished"] = Batch.objects.filter(finished_at__isnull=False).count()
    for batch in Batch.objects.filter(finished_at=None).prefetch_related("parts"):
        found[_state(batch)] += 1
    return found


def _state(batch: Batch) -> str:
    if batch.stopped_at is not None:
        return "stopping"
    rest = [part for part in batch.parts.all() if part.finished_at is None]
    return "waiting" if rest and all(map(_waits, rest)) else "running"


def _waits(part: BatchPart) -> bool:
    return part.resumes_at is not None and part.resumes_at > timezone.now()


def hours() -> list[Quota]:
    """Return what is known of each key's hour that is not over."""
    told = Quota.objects.filter(remaining__isnull=False).select_related("key__owner")
    return [row for row in told.order_by("key__created_at", "pk") if not quotas.is_over(row)]


def heartbeat() -> tuple[int, datetime | None]:
    """Return how many workers are there, and when one last said so; None: none did for a day."""
    alive = Q(beat_at__gt=timezone.now() - workers.ALIVE)
    found = WorkerBeat.objects.aggregate(alive=Count("pk", filter=alive), last=Max("beat_at"))
    return found["alive"], found["last"]
