"""Focus is away and comes back: pages do not wait for it meanwhile, and show it soon after."""

import time
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from integrations.models import Source
from integrations.services import freshness, outage
from integrations.services.outage import FAILURES, PROBE
from tests.browsing import read
from tests.hostile.answers import FAULTS
from tests.hostile.conftest import MakeTeam
from tests.hostile.judging import TITLES
from tests.hostile.operations import Scene
from tests.hostile.upstream import Upstream
from tests.views.addresses import at

AWAY = TITLES["unavailable"]
#: Seconds: the deadline, long enough to tell who waits for it on a busy machine; what a page may
#: take that waits, and one that does not; and what passes until Focus is back on pages.
DEADLINE, WAITED, AT_ONCE, BACK = 2.0, 3.5, 1.5, 15.0
BY_NAME = {fault.name: fault for fault in FAULTS}


def draw(client: Client) -> tuple[bool, float]:
    """Open the list of accounts; returns whether it says that Focus is away, and its seconds."""
    started = time.monotonic()
    words = read(client.get(at("accounts"))).words
    assert "studio@example.com" in words  # what was seen last is there, whatever happens
    return AWAY in words, time.monotonic() - started


def go_away(scene: Scene, upstream: Upstream, name: str) -> None:
    """Let Focus be away while everything that is shown is old; the page was drawn before."""
    draw(scene.client)
    outage.here.forget()
    then = timezone.now() - timedelta(minutes=30)
    Source.objects.update(last_good_at=then, last_error="", last_error_at=None)
    upstream.arm(BY_NAME[name])


@pytest.fixture(autouse=True)
def _two_seconds(settings: LazySettings) -> None:
    settings.FOCUS_PAGE_DEADLINE = DEADLINE


def test_pages_come_at_once_while_it_is_away(
    scene: Scene, upstream: Upstream, make_team: MakeTeam
) -> None:
    make_team(FAILURES)
    go_away(scene, upstream, "status 503")
    told, _took = draw(scene.client)  # all keys ask side by side, and all fail
    assert told
    Source.objects.update(last_error="", last_error_at=None)  # as on another page of theirs

    upstream.arm(BY_NAME["silence"])
    told, took = draw(scene.client)

    assert told
    assert took < AT_ONCE
    assert upstream.connections == 0


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["refused", "silence", "closed without a byte", "status 503"])
def test_it_is_back_on_pages_within_fifteen_seconds(
    scene: Scene, upstream: Upstream, make_team: MakeTeam, name: str
) -> None:
    make_team(FAILURES)
    go_away(scene, upstream, name)
    draw(scene.client)
    asked = upstream.connections
    began = time.monotonic()
    while time.monotonic() - began < 1.5 * PROBE.total_seconds():
        told, took = draw(scene.client)
        assert told
        assert took < WAITED
        time.sleep(0.2)
    probes = upstream.connections - asked

    upstream.disarm()
    began = time.monotonic()
    while draw(scene.client)[0]:
        assert time.monotonic() - began < BACK
        time.sleep(0.2)

    assert time.monotonic() - began < BACK
    assert probes <= 2
    assert freshness.is_fresh(Source.objects.get(pk=scene.source.pk))
