"""A batch carried out by whoever began it."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from integrations.models import Account, Batch, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import carrying_out, operators, plans
from integrations.services.actors import Actor
from integrations.services.carrying_out import Progress
from tests.bulk import outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(source: Source, accounts: dict[str, Account]) -> Batch:
    """Three calendars that are to get another colour."""
    found = operators.calendars(source).order_by("pk")[:3]
    wishes = {row.pk: {"background_color": "#123456"} for row in found}
    plan = plans.make(wishes, sources=[source], person=None, role=None)
    return carrying_out.begin(plan, source, by=operators.actor())


def carried_out(batch: Batch, stopping: Event | None = None) -> list[Progress]:
    """Carry a batch out, and return what was told meanwhile."""
    by = operators.actor()
    return list(carrying_out.carry_out(batch, by=by, stopping=stopping or Event()))


def test_it_compares_with_the_read_that_the_plan_was_made_from(batch: Batch, asked: Any) -> None:
    assert carried_out(batch) == [Progress(3, 3)]

    assert asked() == ["update_calendar"] * 3
    assert Calendar.objects.filter(background_color="#123456").count() == 3


def test_it_stops_when_it_is_told_to(batch: Batch, asked: Any) -> None:
    stopping = Event()
    stopping.set()

    assert carried_out(batch, stopping) == [Progress(0, 3)]

    assert asked() == []
    assert outcomes(batch) == [("refused", "stopped")] * 3
    assert batch.stopped_by == operators.actor().name


def test_it_stops_within_a_wait_for_the_next_hour(batch: Batch, sandbox: Sandbox) -> None:
    sandbox.fault("update_calendar", "quota", resets_in=3000, times=None)
    stopping, told = Event(), []
    for progress in carrying_out.carry_out(batch, by=operators.actor(), stopping=stopping):
        told.append((progress.done, progress.waits_until is not None))
        stopping.set()

    assert told == [(0, True), (0, False)]
    assert outcomes(batch) == [("refused", "stopped")] * 3


def test_once_stopped_it_waits_for_the_request_that_a_worker_has_in_hand(batch: Batch) -> None:
    until = timezone.now() + timedelta(seconds=1)
    batch.parts.update(holder="a worker", lease_until=until)
    Change.objects.filter(batch=batch, position=0).update(outcome="sending", lease_until=until)
    stopping = Event()
    stopping.set()

    assert carried_out(batch, stopping) == [Progress(0, 3)]

    # The worker did not come back, and nothing is read any more.
    assert outcomes(batch) == [("unknown", "lost"), *[("refused", "stopped")] * 2]


def test_it_lets_a_worker_finish_its_slice(batch: Batch, actor: Actor) -> None:
    until = timezone.now() + timedelta(seconds=1)
    batch.parts.update(holder="a worker", lease_until=until)

    assert carried_out(batch) == [Progress(0, 3), Progress(3, 3)]

    assert timezone.now() > until
