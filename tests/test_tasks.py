"""The tasks of a batch: one after the other, and taken up again where one was lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from focusadmin.identity.models import User
from integrations import tasks
from integrations.models import Account, Batch, Change, Source
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests.bulk import begin_all, is_finished, part_of, tally

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 12


@pytest.fixture
def batch(accounts: dict[str, Account], source: Source, manager: User, actor: Actor) -> Batch:
    """A dozen calendars, about to be recoloured."""
    return begin_all(source, by=actor, most=MANY, background_color="#123456")


def ready() -> int:
    """Return how many tasks wait, due or not."""
    return DBTaskResult.objects.filter(status="READY").count()


def test_what_is_handed_over_is_carried_out(batch: Batch) -> None:
    assert not tasks.run_next()

    tasks.hand_over(batch.parts.all())

    assert part_of(batch).task is not None
    assert tasks.run_next()
    assert tally(batch) == {"done": MANY}
    assert is_finished(batch)
    assert not tasks.run_next()


def test_what_waits_is_enqueued_for_then(batch: Batch, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "quota", resets_in=1800)
    tasks.hand_over(batch.parts.all())

    assert tasks.run_next()

    [waiting] = DBTaskResult.objects.filter(status="READY")
    assert waiting.run_after == part_of(batch).resumes_at
    assert not tasks.run_next()
    assert tasks.take_up() == 0


def test_several_tasks_for_one_part_do_no_harm(batch: Batch, sandbox: Sandbox) -> None:
    tasks.hand_over(batch.parts.all())
    tasks.hand_over(batch.parts.all())

    while tasks.run_next():
        pass

    written = [seen for seen in sandbox.requests if seen.operation == "update_calendar"]
    assert len(written) == MANY
    assert ready() == 0


def test_a_batch_that_was_never_handed_over_is_taken_up(batch: Batch) -> None:
    assert tasks.take_up() == 1
    assert tasks.take_up() == 0  # its task waits

    tasks.run_next()

    assert is_finished(batch)
    assert tasks.take_up() == 0


def test_a_part_whose_task_was_lost_with_its_worker_is_taken_up(batch: Batch) -> None:
    tasks.hand_over(batch.parts.all())
    DBTaskResult.objects.update(status="RUNNING")
    batch.parts.update(holder="killed", lease_until=timezone.now() + timedelta(seconds=20))
    assert tasks.take_up() == 0  # somebody works on it, as far as is known

    batch.parts.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert tasks.take_up() == 1

    tasks.run_next()
    assert tally(batch) == {"done": MANY}


def test_what_is_not_due_is_not_taken_up(batch: Batch) -> None:
    batch.parts.update(resumes_at=timezone.now() + timedelta(seconds=20))

    assert tasks.take_up() == 0


def test_an_error_of_ours_ends_the_task_and_the_part_is_taken_up_when_it_is_due(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("integrations.services.mirror.read", fail)
        tasks.hand_over(batch.parts.all())
        assert tasks.run_next()
    assert DBTaskResult.objects.get().status == "FAILED"
    assert tasks.take_up() == 0

    batch.parts.update(resumes_at=None)
    assert tasks.take_up() == 1
    tasks.run_next()

    assert is_finished(batch)
    assert Change.objects.filter(outcome="done").count() == MANY
