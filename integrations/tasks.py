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

from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from integrations.models import BatchPart
from integrations.services import working

#: Set when this process was asked to end: what is under way is finished and nothing begun.
STOPPING = Event()
#: Days for which the result of a task is kept, to look into what went wrong.
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


def forget_results(*, dry_run: bool) -> int:
    """Delete results of tasks that ended long ago, or only count them; returns how many."""
    before = timezone.now() - timedelta(days=RESULT_DAYS)
    old = DBTaskResult.objects.finished().filter(finished_at__lte=before).count()
    if not dry_run:
        call_command("prune_db_task_results", queue_name="*", min_age_days=RESULT_DAYS, verbosity=0)
    return old
