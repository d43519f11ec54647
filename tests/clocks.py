"""A clock that a test sets forward, ours and that of Focus at once: hours cost nothing."""

from datetime import datetime, timedelta, tzinfo

import pytest
from django.utils import timezone

from integrations.focus import quota
from integrations.sandbox import Sandbox

_real = timezone.now


class Clock:
    """What time it is, here and at Focus; nothing sleeps for what is leapt over."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time, as ``timezone.now`` does."""
        return _real() + self._ahead

    def leap(self, span: timedelta) -> None:
        """Let so much time pass at once."""
        self._ahead += span
        self._box.world.clock.advance(span.total_seconds())

    def leap_to(self, moment: datetime | None) -> None:
        """Let time pass until a moment, with which something must be going on."""
        assert moment is not None
        self.leap(max(moment - self.now(), timedelta()) + timedelta(milliseconds=1))


@pytest.fixture
def clock(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of everything in the test."""
    made = Clock(sandbox)

    class Shown(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return made.now().astimezone(tz)

    monkeypatch.setattr(timezone, "now", made.now)
    monkeypatch.setattr(quota, "datetime", Shown)
    return made
