"""Whether Focus is down, as far as this process has seen; then pages ask for it once in a while.

What is promised: after FAILURES reads in a row that brought no answer nobody waits for another,
but for one in PROBE; the first answer of any kind ends it. A forced look and every write ask all
the same: whoever presses a button wants to know.
"""

from datetime import datetime, timedelta
from threading import Lock

from django.utils import timezone

from integrations.focus import FocusError, UnavailableError

#: Reads without an answer, one after the other, through whatever key.
FAILURES = 5
PROBE = timedelta(seconds=10)


class Outage:
    """What one process knows; its threads share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Begin as if nothing had been seen."""
        self._failures = 0
        self._asked_at: datetime | None = None

    def may_ask(self) -> bool:
        """Say whether to ask; while it is down the question of whoever is told so is the probe."""
        now = timezone.now()
        with self._lock:
            is_recent = self._asked_at and timedelta() <= now - self._asked_at < PROBE
            if self._failures >= FAILURES and is_recent:
                return False
            self._asked_at = now
            return True

    def note(self, error: FocusError | None) -> None:
        """Count what came of a read: a refusal is an answer as well, and what was not sent none."""
        with self._lock:
            if isinstance(error, UnavailableError):
                self._failures, self._asked_at = self._failures + 1, timezone.now()
            elif error is None or error.status is not None:
                self._failures = 0
            elif not error.sent:
                self._asked_at = None

    def pass_on(self) -> None:
        """Let somebody else ask: whoever was told to did not."""
        with self._lock:
            self._asked_at = None


#: Of this process.
here = Outage()


def down() -> UnavailableError:
    """Return the error that stands for a question that was not asked."""
    return UnavailableError("GET", detail="it was away a moment ago", sent=False)
