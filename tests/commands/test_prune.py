"""``manage.py prune``: says what it deletes, and with ``--dry-run`` what it would."""

import io
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from integrations import tasks
from integrations.models import Change
from integrations.services import audit

pytestmark = pytest.mark.django_db


def run(*words: str) -> list[str]:
    """Run the command and return what it says."""
    out = io.StringIO()
    call_command("prune", *words, stdout=out)
    return out.getvalue().splitlines()


def old_things() -> None:
    """Make a change, three results of tasks and two that run, of which all but two are too old."""
    Change.objects.create(
        action="edit",
        outcome="done",
        key=uuid4(),
        workspace_id=1,
        finished_at=timezone.now() - timedelta(days=settings.RECORD_DAYS + 1),
    )
    for days in (13, 15, 16):
        tasks.enqueue(4711)
        made = DBTaskResult.objects.latest("enqueued_at")
        made.claim("test")
        made.set_successful(None)
        finished_at = timezone.now() - timedelta(days=days)
        DBTaskResult.objects.filter(pk=made.pk).update(finished_at=finished_at)
    for days in (13, 15):
        tasks.enqueue(4711)
        made = DBTaskResult.objects.latest("enqueued_at")
        made.claim("test")
        started_at = timezone.now() - timedelta(days=days)
        DBTaskResult.objects.filter(pk=made.pk).update(started_at=started_at)
    tasks.enqueue(4711)  # has not run yet


def test_it_says_what_it_deletes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    old_things()

    said = run()

    day = (timezone.now() - timedelta(days=settings.RECORD_DAYS)).date()
    assert said[0] == "Deleted:"
    assert f"       1 changes that ended before {day}" in said
    assert "       2 task results older than 14 days" in said
    assert "       0 bulk edits of which no change is left" in said
    assert "       1 tasks that a worker was killed in more than 14 days ago" in said
    assert "       0 sessions that are over" in said
    assert len(said) == 16
    assert not Change.objects.exists()
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == [
        "READY",
        "RUNNING",
        "SUCCESSFUL",
    ]
    assert 'record-pruned actor="cli:' in caplog.text


def test_a_dry_run_says_the_same_and_deletes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    old_things()

    said = run("--dry-run")

    assert said[0] == "Would be deleted:"
    assert Change.objects.count() == 1
    assert DBTaskResult.objects.count() == 6
    assert "record-pruned" not in caplog.text
    assert said[1:] == run()[1:]


def test_once_more_there_is_nothing_to_delete() -> None:
    old_things()
    run()

    assert all(line.split()[0] == "0" for line in run()[1:])
