"""SIGTERM in the middle of a batch: what is in hand is finished, and the next worker goes on."""

import random
import signal
import time

import pytest

from focusadmin.identity.models import User
from integrations.models import Change, Source
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests.check.demos import eventually
from tests.proof.processes import Crew, tracebacks
from tests.proof.whole import assert_true, calendars, is_finished, puts, start, wishes
from tests.support.plugin import PROVE

pytestmark = pytest.mark.django_db(transaction=True)

STOPS = 20 if PROVE else 1


def test_a_stopped_worker_leaves_nothing_open_and_nothing_is_sent_twice(
    box: Sandbox, everything: Source, staff: Crew, manager: User, actor: Actor
) -> None:
    before, wished = calendars(box), wishes(everything)
    batch = start(everything, wished, actor)
    changes = Change.objects.filter(batch=batch)
    for _stop in range(STOPS):
        worker, begun = staff.worker(), len(puts(box))
        assert eventually(lambda begun=begun: len(puts(box)) > begun, seconds=60)  # type: ignore[misc]
        time.sleep(random.uniform(0, 0.04))  # it has four in flight, each for 0.03

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(timeout=15) == 0, staff.log.read_text()
        staff.running.remove(worker)
        assert set(changes.values_list("outcome", flat=True)) <= {"done", "intended"}
        assert changes.filter(outcome="done").count() == len(puts(box))
    staff.worker()

    assert eventually(lambda: is_finished(batch), seconds=60), staff.log.read_text()
    assert_true(box, batch, before, wished)
    assert len(puts(box)) == len(wished)
    assert not tracebacks(staff.log), staff.log.read_text()
