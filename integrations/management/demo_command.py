"""How a demo runs: its folder is claimed, its programs are started, and they end together."""

import fcntl
import sys
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TextIO

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from integrations.management.demo import DEFAULT_PORT, ROOT, Demo, Kind, current
from integrations.management.processes import (
    Child,
    Interrupted,
    answers,
    gunicorn,
    is_free,
    serves,
    stopped_at_the_end,
)
from integrations.management.supervision import worker

HOST = "127.0.0.1"
KEPT = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "sandbox.json")


class DemoCommand(BaseCommand):
    """Prepares the demo's folder, starts every program and ends them together."""

    kind: ClassVar[Kind]
    requires_system_checks = ()

    @abstractmethod
    def banner(self, demo: Demo) -> str:
        """Return what a person needs to know, once everything answers."""

    def prepare(self, demo: Demo) -> None:
        """Fill what the demo needs to have in its database, which is up to date."""

    def more(self, demo: Demo) -> list[tuple[str, list[str]]]:
        """Return the name and the command of what runs beside the application and the sandbox."""
        return []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one option."""
        parser.add_argument("--reset", action="store_true", help="forget what was done in it")

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        """Run until a signal arrives; exits with a sentence when something is in the way."""
        interrupted, demo = Interrupted(), current(self.kind)
        with open(demo.folder / "lock", "a+") as lock:
            claim(demo, lock)
            require_free_ports(demo)
            lay_ground(demo, reset=reset)
            self.prepare(demo)
            connections.close_all()
            ended = serve(demo, self.more(demo), interrupted, lambda: self._welcome(demo))
        if ended:
            sys.exit(f"The demo stopped, because {ended} ended unexpectedly.")
        self.stdout.write("The demo has stopped.")

    def _welcome(self, demo: Demo) -> None:
        self.stdout.write(self.banner(demo))
        self.stdout.flush()  # it is wanted now, in a file or a pipe as well


def claim(demo: Demo, lock: TextIO) -> None:
    """Hold the folder for this process; a second demo in it would mix up the first one's data."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        sys.exit(f"The demo is already running at {lock.read().strip()}; stop that one first.")
    lock.truncate(0)
    lock.write(demo.url)
    lock.flush()


def require_free_ports(demo: Demo) -> None:
    """End the program with one sentence when a port that we need is taken."""
    for port in demo.ports:
        # A browser may try localhost's other address first, so nobody may listen there either.
        if not is_free(HOST, port) or answers("localhost", port):
            other = demo.port + 1000 if demo.port < 64000 else DEFAULT_PORT
            sys.exit(
                f"Port {port} is taken by another program; the demo needs {demo.port} to"
                f" {demo.ports[-1]}. Choose another start: make {demo.kind.name} PORT={other}"
            )


def lay_ground(demo: Demo, *, reset: bool) -> None:
    """Bring database and static files up to date."""
    if reset:
        for name in KEPT:
            (demo.folder / name).unlink(missing_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def serve(
    demo: Demo,
    more: list[tuple[str, list[str]]],
    interrupted: Interrupted,
    say: Callable[[], object],
) -> str | None:
    """Run every program until one ends, then return its name, or until we are interrupted.

    The worker alone is started again.
    """
    children: list[Child] = []
    application = gunicorn(f"{HOST}:{demo.app_port}", "--log-level=warning")
    with stopped_at_the_end(children), worker() as beside:
        children.append(Child("the sandbox", sandbox_command(demo)))
        children.append(Child("the application", application))
        children += [Child(name, command) for name, command in more]

        def alive() -> bool:
            return not any(child.has_ended() for child in children)

        def starting() -> bool:
            listening = all(answers(HOST, port) for port in demo.ports)
            return alive() and not (listening and serves(HOST, demo.app_port, "/healthz"))

        interrupted.wait_while(starting)
        if alive() and not interrupted.asked:
            beside.tend()
            say()
        interrupted.wait_while(lambda: alive() and beside.tend())
        if interrupted.asked:
            return None
        return next(child.name for child in children if child.has_ended())


def sandbox_command(demo: Demo) -> list[str]:
    """Return what starts the sandbox; its state is a file in the demo's folder."""
    command = [sys.executable, str(ROOT / "manage.py"), "sandbox"]
    command += [f"--state={demo.folder / 'sandbox.json'}"]
    return [*command, f"--api-port={demo.port + 1}", f"--provider-port={demo.port + 2}"]
