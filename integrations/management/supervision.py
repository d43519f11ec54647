"""The worker beside the application: started with it, and again whenever it ends."""

import signal
import sys
import time
from collections import deque
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import Self

from integrations.management.processes import ROOT, Child, gunicorn, stopped_at_the_end

#: Seconds before it is started again: doubled as long as it does not last, up to the second.
PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Seconds after which it has lasted.
LASTING = 10.0
#: Seconds for the request in hand: a write waits 10 for Focus, and then its outcome is kept.
PATIENCE = 15.0
#: gunicorn understands them: read the configuration again, open the logs again, more or less.
PASSED_ON = (signal.SIGHUP, signal.SIGUSR1, signal.SIGTTIN, signal.SIGTTOU)
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
#: Seconds between two looks at who has ended.
INTERVAL = 0.1
#: Seconds in which the application says what it refuses, before the worker would say it again.
HEAD_START = 2.0


class Restarted:
    """A program that is started again when it ends; a crash loop does not spin.

    ``after`` seconds pass before it is started for the first time, at the next ``tend``.
    """

    def __init__(self, name: str, command: Sequence[str], *, after: float = 0) -> None:
        self.name = name
        self._command = command
        self._child: Child | None = None
        self._pause = PAUSE
        self._due = time.monotonic() + after

    def __enter__(self) -> Self:
        """Nothing yet: ``tend`` starts it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def tend(self) -> bool:
        """Start the program if it is due, and say true; to be called all the time."""
        now = time.monotonic()
        if self._child is None and now >= self._due:
            self._started = now
            self._child = Child(self.name, self._command)
        elif self._child is not None and self._child.has_ended():
            self._rest(self._child.process.returncode, now - self._started)
        return True

    def _rest(self, code: int, lasted: float) -> None:
        self._child = None
        self._pause = PAUSE if lasted >= LASTING else self._pause
        sys.stderr.write(
            f"{self.name} ended ({code}); it is started again in {self._pause:.0f} s.\n"
        )
        self._due = time.monotonic() + self._pause
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)

    def tell(self, number: int) -> None:
        """Send the program a signal, if it runs."""
        if self._child is not None:
            self._child.tell(number)

    def stop(self) -> None:
        """End the program once its request in hand is finished."""
        if self._child is not None:
            self._child.stop(PATIENCE)
            self._child = None


def worker(*, after: float = 0) -> Restarted:
    """Return the worker; see ``Restarted``."""
    return Restarted("the worker", [sys.executable, str(ROOT / "manage.py"), "worker"], after=after)


class Application:
    """gunicorn with a worker beside it.

    Signals are gunicorn's: those that end it end both, and a reload reloads both.
    """

    def __init__(self, bind: str) -> None:
        self._ending = False
        #: Signals that nobody has heeded yet: what a handler did itself would interrupt a start.
        self._heard: deque[int] = deque()
        self._gunicorn = Child("the application", gunicorn(bind), stdout=None)
        self._worker = worker(after=HEAD_START)
        for number in (*ENDING, *PASSED_ON):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays what it is
                signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._heard.append(number)

    def _pass_on(self) -> None:
        while self._heard:
            number = self._heard.popleft()
            self._ending = self._ending or number in ENDING
            self._gunicorn.tell(number)
            if self._ending or number == signal.SIGHUP:
                self._worker.tell(signal.SIGTERM)

    def serve(self) -> int:
        """Run until gunicorn ends, and return its exit code as a shell tells it."""
        with stopped_at_the_end([self._gunicorn]), self._worker:
            while not self._gunicorn.has_ended():
                self._pass_on()
                if not self._ending:
                    self._worker.tend()
                time.sleep(INTERVAL)
        code = self._gunicorn.process.returncode
        return code if code >= 0 else 128 - code
