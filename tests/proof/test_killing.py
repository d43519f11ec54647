"""``kill -9`` at random points of a batch: nothing lost, nothing invented, nothing done twice."""

import random
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection

from focusadmin.identity.models import User
from integrations.models import Source
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests.check.demos import eventually
from tests.proof.processes import Crew, tracebacks
from tests.proof.whole import assert_true, calendars, is_finished, puts, start, wishes
from tests.support.plugin import PROVE

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 50 if PROVE else 3


def kill_again_and_again(
    box: Sandbox, staff: Crew, *, workers: int, dice: random.Random, landed: Callable[[], int]
) -> None:
    """Kill a worker at KILLS random moments of the whole batch, and replace it every time.

    What lands after a kill, and while the next moment is waited for, is not for the dice to say: a
    tenth of the batch is left for it, and who is ahead of the plan is killed at the first request.
    """
    for _ in range(workers):
        staff.worker()
    most = 0.9 * len(calendars(box))
    for kill in range(KILLS):
        share = max(0, most - landed()) / (KILLS - kill)
        target, asked = landed() + dice.uniform(0, share), len(box.requests)
        at_once = dice.random() < 0.1

        def is_the_moment(target: float = target, asked: int = asked) -> bool:
            return landed() >= target and len(box.requests) > asked

        assert at_once or eventually(is_the_moment, seconds=60), staff.log.read_text()
        time.sleep(dice.uniform(0, 0.03))
        staff.kill(dice.choice(staff.running))
        staff.worker()


def test_a_batch_survives_every_kill(
    box: Sandbox, everything: Source, staff: Crew, manager: User, actor: Actor
) -> None:
    before, wished = calendars(box), wishes(everything)
    batch = start(everything, wished, actor)

    def landed() -> int:
        now = calendars(box)
        return sum(now[ids]["background_color"] == wished[ids]["background_color"] for ids in now)

    kill_again_and_again(
        box,
        staff,
        workers=2 if connection.vendor == "postgresql" else 1,
        dice=random.Random(),
        landed=landed,
    )
    assert eventually(lambda: is_finished(batch), seconds=60), staff.log.read_text()

    assert_true(box, batch, before, wished)
    again = Counter(ids for ids, _body in puts(box))
    assert set(again) == set(wished)
    assert sum(again.values()) - len(wished) <= KILLS * settings.BATCH_IN_FLIGHT
    assert not tracebacks(staff.log), staff.log.read_text()
