"""Many keys asked side by side: whatever was sent is counted, and who got no answer is told why."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db.models import Sum
from django.utils import timezone

from integrations.models import Quota, Source
from integrations.sandbox import Sandbox
from integrations.services import asking, mirror, outage
from integrations.services.actors import Actor
from tests.conftest import ORGANIZATION
from tests.hostile.talker import Talker, written
from tests.hostile.upstream import Asked
from tests.teamwork import keys_of_many

LEFT = 100


class Slow:
    """An upstream without quota headers that takes its time; counts what it was asked."""

    def __init__(self) -> None:
        self.seconds, self.asked = 0.0, 0
        self.talker = Talker(self._reply)

    def _reply(self, _asked: Asked) -> bytes:
        self.asked += 1
        time.sleep(self.seconds)
        return written(b"[]")


@pytest.fixture
def slow(sandbox: Sandbox, settings: LazySettings) -> Iterator[Slow]:
    """The upstream of these tests."""
    server = Slow()
    settings.FOCUS_API_URL = server.talker.url
    settings.FOCUS_PAGE_DEADLINE = 2.0
    yield server
    server.talker.close()


def old_sources(source: Source, size: int) -> list[Source]:
    """Return sources of as many keys whose rows are old, with LEFT requests each."""
    ends_at = timezone.now() + timedelta(minutes=30)
    for row in [source, *keys_of_many(source, size - 1)]:
        Quota.objects.create(
            key=row.key,
            organization_id=ORGANIZATION,
            remaining=LEFT,
            most=LEFT,
            resets_at=ends_at,
        )
    Source.objects.update(last_good_at=timezone.now() - timedelta(minutes=30))
    return list(Source.objects.select_related("key__owner", "workspace"))


def spent() -> tuple[int, int]:
    """Return how many requests the ledger counts, and how many it says are gone."""
    found = Quota.objects.aggregate(spent=Sum("spent"), left=Sum("remaining"))
    return found["spent"], Quota.objects.count() * LEFT - found["left"]


def test_forty_keys_are_asked_at_once(slow: Slow, source: Source, actor: Actor) -> None:
    sources = old_sources(source, 40)
    slow.seconds = 0.5

    errors = mirror.look_all(sources, by=actor, frugal=True)

    assert errors == {}
    assert slow.asked == 40
    assert spent() == (40, 40)


def test_a_late_answer_is_told_and_counted(
    slow: Slow, source: Source, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "GRACE", -1.0)  # the page waits for one of the two seconds
    sources = old_sources(source, outage.FAILURES)
    slow.seconds = 1.5

    errors = mirror.look_all(sources, by=actor, frugal=True)

    assert {error.code for error in errors.values()} == {"unavailable"}
    assert set(errors) == {row.pk for row in sources}
    assert spent() == (outage.FAILURES, outage.FAILURES)
    assert not Source.objects.exclude(lease_until=None).exists()
    assert not outage.here.may_ask()


def test_who_had_to_wait_for_a_thread_was_not_asked(
    slow: Slow, source: Source, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "GRACE", -1.5)
    monkeypatch.setattr(asking, "THREADS", 2)
    sources = old_sources(source, 4)
    slow.seconds = 1.0

    errors = mirror.look_all(sources, by=actor, frugal=True)

    assert len(errors) == 2
    assert slow.asked == 2
    assert spent() == (2, 2)
    assert not Source.objects.exclude(lease_until=None).exists()
