"""Signs of life of those who work on batches."""

import pytest

from integrations.models import WorkerBeat
from integrations.services import workers
from tests.clocks import Clock

pytestmark = pytest.mark.django_db


def test_a_worker_is_there_while_it_says_so(clock: Clock) -> None:
    assert not workers.any_alive()

    workers.beat("one")
    assert workers.any_alive()
    assert str(WorkerBeat.objects.get()) == "one"

    clock.leap(workers.ALIVE)
    assert not workers.any_alive()
    workers.beat("one")
    assert workers.any_alive()
    assert WorkerBeat.objects.count() == 1


def test_a_worker_that_ends_says_so(clock: Clock) -> None:
    workers.beat("one")
    workers.beat("two")

    workers.leave("one")

    assert [beat.pk for beat in WorkerBeat.objects.all()] == ["two"]


def test_one_that_was_killed_is_forgotten_after_a_day(clock: Clock) -> None:
    workers.beat("killed")
    clock.leap(workers.FORGOTTEN)

    workers.beat("other")

    assert [beat.pk for beat in WorkerBeat.objects.all()] == ["other"]
