"""The hour's requests run out in the middle of a batch: with a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from typing import Self

import pytest
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import tasks
from integrations.focus import quota as focus_quota
from integrations.models import Account, Batch, BatchPart, Change, Quota, Source
from integrations.sandbox import RequestSeen, Sandbox
from integrations.services import mirror
from integrations.services.actors import Actor
from tests.browsing import read
from tests.bulk import begin_all, outcomes
from tests.views.addresses import at

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = 3600
#: Requests an hour, what of them a batch leaves to the key's owner, and calendars in the batch.
QUOTA, RESERVE, CALENDARS = 20, 2, 20
DONE = ("done", "")


class Clock:
    """The time of the product and of Focus, which passes as the test wants."""

    def __init__(self, sandbox: Sandbox, patch: pytest.MonkeyPatch) -> None:
        self._sandbox, self._late = sandbox, timedelta()
        clock = self

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: object = None) -> Self:  # type: ignore[override]  # always aware
                real = datetime.now(UTC) + clock._late
                return cls.fromisoformat(real.isoformat())

        patch.setattr(timezone, "now", Shifted.now)
        patch.setattr(focus_quota, "datetime", Shifted)

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass on both sides."""
        self._late += timedelta(seconds=seconds)
        self._sandbox.world.clock.advance(seconds)


@pytest.fixture
def clock(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock, and at Focus an hour of QUOTA requests that begins now."""
    sandbox.switches.quota = QUOTA
    return Clock(sandbox, monkeypatch)


@pytest.fixture
def batch(clock: Clock, source: Source, manager: User, actor: Actor) -> Batch:
    """A batch of CALENDARS, handed over; looking at them has cost the hour's first request."""
    mirror.read(source)
    batch = begin_all(source, by=actor, most=CALENDARS, background_color="#123456")
    tasks.hand_over(batch.parts.all())
    return batch


def used(sandbox: Sandbox) -> int:
    """Return how many of the hour's requests Focus has counted."""
    person = sandbox.world.owner(sandbox.shared_key)
    return sandbox.world.windows[f"{person.email}:5500001"].used


def work() -> None:
    """Do all that is due, and no more: what a worker does without anybody looking at a page."""
    tasks.take_up()
    while tasks.run_next():
        tasks.take_up()


def test_it_waits_for_the_reset_and_goes_on_with_exactly_what_it_costs(
    batch: Batch, sandbox: Sandbox, source: Source, clock: Clock
) -> None:
    work()

    first = QUOTA - RESERVE - 2  # one for looking at the list, one for the batch's own read
    part = batch.parts.get()
    assert outcomes(batch) == [DONE] * first + [("intended", "")] * (CALENDARS - first)
    assert (used(sandbox), part.spent) == (QUOTA - RESERVE, first + 1)
    assert part.waits_for == BatchPart.Wait.QUOTA
    resets = Quota.objects.get().resets_at
    assert resets is not None
    assert part.resumes_at is not None
    assert abs(part.resumes_at - resets) < timedelta(seconds=2)  # it is told in whole seconds

    clock.advance(HOUR - 60)
    work()
    assert used(sandbox) == QUOTA - RESERVE
    mirror.read(source)  # the owner's own requests are still there
    assert used(sandbox) == QUOTA - RESERVE + 1

    clock.advance(62)
    work()
    part.refresh_from_db()
    batch.refresh_from_db()
    assert outcomes(batch) == [DONE] * CALENDARS
    assert used(sandbox) == 1 + CALENDARS - first
    assert part.spent == 1 + CALENDARS + 1  # a read, the writes, and a read after the wait
    assert batch.finished_at is not None
    writes = [r.path for r in sandbox.requests if r.operation == "update_calendar"]
    assert len(writes) == len(set(writes)) == CALENDARS


def test_the_page_says_when_it_goes_on(
    batch: Batch, client: Client, accounts: dict[str, Account]
) -> None:
    work()

    page = read(client.get(at("batch", batch.pk)))

    resumes = timezone.localtime(batch.parts.get().resumes_at)
    assert "of 20 done" in page.words
    assert f"{resumes:%H:%M}" in page.words


def test_it_waits_too_where_somebody_else_spends_the_hour(
    batch: Batch, sandbox: Sandbox, clock: Clock
) -> None:
    person = sandbox.world.owner(sandbox.shared_key)

    def spend(moment: str, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "update_calendar":
            sandbox.let_happen(None)
            sandbox.world.spent(person.email, QUOTA, resets_in=600)

    sandbox.let_happen(spend)
    work()

    part = batch.parts.get()
    done = outcomes(batch).count(DONE)
    assert 1 <= done <= 4  # those in flight
    assert set(outcomes(batch)) == {DONE, ("intended", "")}
    assert part.waits_for == BatchPart.Wait.QUOTA
    assert used(sandbox) == QUOTA

    clock.advance(601)
    work()
    assert set(outcomes(batch)) <= {DONE, ("intended", "")}
    clock.advance(HOUR)
    work()
    assert outcomes(batch) == [DONE] * CALENDARS
    assert not Change.objects.exclude(outcome="done").exists()
