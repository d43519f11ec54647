"""``kill -9`` at random points of a batch: nothing lost, nothing invented, nothing done twice."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from focusadmin.identity.models import User
from integrations import tasks
from integrations.models import Batch, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests.bulk import begin
from tests.check.demos import eventually
from tests.proof.processes import Crew, tracebacks
from tests.support.plugin import PROVE

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 50 if PROVE else 3
#: Requests that a worker has in flight at most.
IN_FLIGHT = 4
Ids = tuple[int, int]


def calendars(box: Sandbox) -> dict[Ids, dict[str, Any]]:
    """Return a copy of every calendar of the shared key as Focus has it, by its ids."""
    with box.world.lock:
        return {
            (account["calendar_integration_id"], calendar["calendar_id"]): dict(calendar)
            for account in box.world.accounts(box.shared_key)
            for calendar in account["calendars"]
        }


def puts(box: Sandbox) -> list[tuple[Ids, dict[str, Any]]]:
    """Return every write that reached Focus: of what, and what was sent.

    A worker may be killed while it sends: half a request is refused.
    """
    found = []
    for request in box.requests:
        if request.operation == "update_calendar" and request.body.endswith(b"}"):
            *_start, account, _calendars, calendar = request.path.split("/")
            found.append(((int(account), int(calendar)), json.loads(request.body)))
    return found


def wishes(source: Source) -> dict[Ids, dict[str, Any]]:
    """Return what each calendar shall get: a colour that no other one has, and a flag turned."""
    rows = Calendar.objects.filter(account__source=source).select_related("account")
    return {
        (row.account.integration_id, row.calendar_id): {
            "background_color": f"#0b{number:04x}",
            "selected": not row.selected,
        }
        for number, row in enumerate(rows.order_by("pk"))
    }


def start(source: Source, wished: dict[Ids, dict[str, Any]], by: Actor) -> Batch:
    """Confirm a batch that gives every calendar what is wished for it, and hand it over."""
    rows = Calendar.objects.filter(account__source=source).select_related("account")
    batch = begin(
        {row: wished[row.account.integration_id, row.calendar_id] for row in rows},
        by=by,
        sources=[source],
    )
    tasks.hand_over(batch.parts.all())
    return batch


def is_finished(batch: Batch) -> bool:
    """Say whether nothing more is to do."""
    return Batch.objects.get(pk=batch.pk).finished_at is not None


def kill_again_and_again(
    box: Sandbox, staff: Crew, *, workers: int, dice: random.Random, landed: Callable[[], int]
) -> None:
    """Kill a worker at KILLS random moments of the whole batch, and replace it every time."""
    for _ in range(workers):
        staff.worker()
    total = len(calendars(box))
    for kill in range(KILLS):
        share = (total - landed()) / (KILLS - kill + 1)
        target, asked = landed() + dice.uniform(0, 1.5 * share), len(box.requests)
        at_once = dice.random() < 0.1

        def is_the_moment(target: float = target, asked: int = asked) -> bool:
            return landed() >= target and len(box.requests) > asked

        assert at_once or eventually(is_the_moment, seconds=60), staff.log.read_text()
        time.sleep(dice.uniform(0, 0.1))
        staff.kill(dice.choice(staff.running))
        staff.worker()


def test_a_batch_survives_every_kill(
    box: Sandbox, everything: Source, staff: Crew, manager: User, actor: Actor
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    before, wished = calendars(box), wishes(everything)
    batch = start(everything, wished, actor)

    def landed() -> int:
        now = calendars(box)
        return sum(now[ids]["background_color"] == wished[ids]["background_color"] for ids in now)

    kill_again_and_again(
        box,
        staff,
        workers=2 if connection.vendor == "postgresql" else 1,
        dice=random.Random(seed),
        landed=landed,
    )
    assert eventually(lambda: is_finished(batch), seconds=60), (seed, staff.log.read_text())

    now = calendars(box)
    stamps = {"updated_at"}
    for ids, calendar in now.items():
        expected = before[ids] | wished[ids]
        assert {n: v for n, v in calendar.items() if n not in stamps} == {
            n: v for n, v in expected.items() if n not in stamps
        }, seed
    changes = Change.objects.filter(batch=batch)
    assert sorted((c.integration_id, c.calendar_id) for c in changes) == sorted(wished), seed
    assert {(c.outcome, c.error) for c in changes} <= {("done", ""), ("done", "already-so")}, seed
    assert all(c.after == wished[c.integration_id, c.calendar_id] for c in changes)
    sent = puts(box)
    for ids, body in sent:
        assert {name: body[name] for name in wished[ids]} == wished[ids], seed
    again = Counter(ids for ids, _body in sent)
    assert set(again) == set(wished), seed
    assert sum(again.values()) - len(wished) <= KILLS * IN_FLIGHT, seed
    assert not tracebacks(staff.log), (seed, staff.log.read_text())
