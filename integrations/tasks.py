"""Background work: the only file that knows the tasks API.

A batch is worked on in slices, one task each, which enqueue the next. Stock django-tasks leaves a
task *running* for ever when its worker is killed: ``take_up`` finds parts of batches that nobody
works on and enqueues them again. More than one task for a part do no harm, its lease lets one work.
"""

import os
import secrets
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from integrations.models import BatchPart
from integrations.services import working

#: Set when this process was asked to end: what is under way is finished and nothing begun.
STOPPING = Event()
#: Days for which a task is kept that ended, or was begun and lost: to look into what went wrong.
RESULT_DAYS = 14
#: Tells this process from every other one.
NAME = f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(4)}"


@task()
def work_on(part_pk: int) -> None:
    """Work on a part of a batch for a slice, and enqueue the next one."""
    again = working.work(part_pk, holder=NAME, stopping=STOPPING.is_set)
    if again is not None:
        enqueue(part_pk, run_after=again)


def enqueue(part_pk: int, *, run_after: datetime | None = None) -> None:
    """Have a part worked on, not before ``run_after``."""
    result = work_on.using(run_after=run_after).enqueue(part_pk)
    BatchPart.objects.filter(pk=part_pk).update(task=result.id)


def hand_over(parts: Iterable[BatchPart]) -> None:
    """Have the parts of a new batch worked on at once."""
    for part in parts:
        enqueue(part.pk)


def take_up() -> int:
    """Enqueue what is due and nobody works on: its worker was killed, or its task was lost.

    Returns how many parts that were.
    """
    now = timezone.now()
    due = BatchPart.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        Q(resumes_at=None) | Q(resumes_at__lte=now),
        finished_at=None,
    )
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    lost = [part for part in due if part.task is None or not waiting.filter(pk=part.task).exists()]
    hand_over(lost)
    return len(lost)


def run_next() -> bool:
    """Run the next task that is due, if there is one; says whether there was."""
    if not DBTaskResult.objects.ready().exists():
        return False
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=NAME,
        excluded_queue_names=[],
    ).run()
    return True


def old_results() -> QuerySet[DBTaskResult[Any, Any]]:
    """Return what tasks came to that ended long ago."""
    return DBTaskResult.objects.finished().filter(finished_at__lte=_long_ago())


def left_behind() -> QuerySet[DBTaskResult[Any, Any]]:
    """Return tasks that a killed worker left *running*, for ever.

    Nothing waits for them: ``take_up`` has enqueued others in their place. A task takes seconds, a
    slice and the write at its end; no process has had one in its hands since then.
    """
    return DBTaskResult.objects.running().filter(started_at__lte=_long_ago())


def _long_ago() -> datetime:
    return timezone.now() - timedelta(days=RESULT_DAYS)
