"""Child processes that never outlive the one that started them."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Child:
    """One program in a process group of its own, so that it can be ended with all its workers.

    What it writes to its standard output is thrown away, unless ``stdout`` says otherwise.
    """

    def __init__(
        self, name: str, command: Sequence[str], *, stdout: int | None = subprocess.DEVNULL
    ) -> None:
        self.name = name
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            start_new_session=True,
            preexec_fn=follow_parent(),
        )

    def has_ended(self) -> bool:
        """Say whether the program is over."""
        return self.process.poll() is not None

    def stop(self, patience: float = 8) -> int:
        """Ask the program to end, insist after ``patience`` seconds, and return its exit code."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._signal(signal.SIGKILL)  # whoever of its group is still there
        return self.process.wait()

    def tell(self, number: int) -> None:
        """Send the program itself a signal; what that means for its workers is its own matter."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def follow_parent() -> Callable[[], None] | None:
    """Return what a child runs first so that the kernel ends it with its parent (Linux only)."""
    if sys.platform != "linux":  # pragma: no cover  # others have no such thing
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def follow() -> None:  # pragma: no cover  # runs between fork and exec, where nothing counts
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return follow


class Interrupted:
    """Notes that we were asked to stop; nothing is torn down in the middle of a step."""

    def __init__(self) -> None:
        self._signalled = False
        self._parent = os.getppid()
        for number in SIGNALS:
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._signalled = True

    @property
    def asked(self) -> bool:
        """Say whether a signal came, or whoever started us (make, a shell) was killed."""
        return self._signalled or os.getppid() != self._parent

    def wait_while(self, condition: Callable[[], bool], interval: float = 0.1) -> None:
        """Return when ``condition`` is no longer true, or as soon as we were asked to stop."""
        while not self.asked and condition():
            time.sleep(interval)


@contextlib.contextmanager
def stopped_at_the_end(children: list[Child]) -> Iterator[None]:
    """End every child in ``children`` on the way out, the last one started first."""
    try:
        yield
    finally:
        while children:
            children.pop().stop()


def gunicorn(bind: str, *options: str) -> list[str]:
    """Return the command that serves the application; the rest is in ``gunicorn.conf.py``."""
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
    command += ["--pythonpath", str(ROOT), "--bind", bind]
    return [*command, *options, "focusadmin.wsgi:application"]


def is_free(host: str, port: int) -> bool:
    """Say whether we could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(host: str, port: int) -> bool:
    """Say whether something listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def serves(host: str, port: int, path: str) -> bool:
    """Say whether an HTTP server there answers 200 for ``path``."""
    request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(request.encode())
            return connection.recv(12).endswith(b" 200")
    except OSError:
        return False
