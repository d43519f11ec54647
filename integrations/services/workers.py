"""Signs of life of the processes that work on batches."""

from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from integrations.models import WorkerBeat

#: Longer than a slice and the write at its end take.
ALIVE = timedelta(seconds=30)
#: A batch that nobody has worked on for so long says so.
SILENCE = timedelta(seconds=15)
FORGOTTEN = timedelta(days=1)


def beat(name: str) -> None:
    """Say that this worker is there, and forget those that have long not said so."""
    now = timezone.now()
    WorkerBeat.objects.update_or_create(id=name, defaults={"beat_at": now})
    WorkerBeat.objects.filter(beat_at__lt=now - FORGOTTEN).delete()


def leave(name: str) -> None:
    """Say that this worker has ended."""
    WorkerBeat.objects.filter(id=name).delete()


def any_alive(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Say whether a worker was there a moment ago; ``using`` names the connection to ask."""
    beats = WorkerBeat.objects.using(using)
    return beats.filter(beat_at__gt=timezone.now() - ALIVE).exists()
