"""``manage.py demo``: the application in front of a sandbox, on this machine alone."""

import fcntl
import sys
from collections.abc import Callable
from typing import Any, TextIO

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.management.demo import DEFAULT_PORT, ROOT, Demo, current
from integrations.management.processes import (
    Child,
    Interrupted,
    answers,
    gunicorn,
    is_free,
    serves,
    stopped_at_the_end,
)

EMAIL, NAME, SECRET = "demo@example.com", "Dana Demo", "sunny-calendar"
HOST = "127.0.0.1"
KEPT = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "sandbox.json")
BANNER = """
Focusadmin's demo is running.

  Open      {url}
  Sign in   {email}
  Password  {secret}
  Sandbox   {control}  (make Focus slow, broken or different)
  Stop      Ctrl-C

What you do is kept in {folder}; `make demo-reset` starts afresh.
"""


class Command(BaseCommand):
    """Prepares the demo's folder, starts both servers and ends them together."""

    help = "Start the demo: the application and a sandbox of Toggl Focus (PORT=… moves it)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one option."""
        parser.add_argument("--reset", action="store_true", help="forget what was done in it")

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        """Run until a signal arrives; exits with a sentence when something is in the way."""
        interrupted, demo = Interrupted(), current()
        with open(demo.folder / "lock", "a+") as lock:
            claim(demo, lock)
            require_free_ports(demo)
            prepare(demo, reset=reset)
            ended = serve(demo, interrupted, self.stdout.write)
        if ended:
            sys.exit(f"The demo stopped, because {ended} ended unexpectedly.")
        self.stdout.write("The demo has stopped.")


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
    for port in range(demo.port, demo.port + 3):
        # A browser may try localhost's other address first, so nobody may listen there either.
        if not is_free(HOST, port) or answers("localhost", port):
            other = demo.port + 1000 if demo.port < 64000 else DEFAULT_PORT
            sys.exit(
                f"Port {port} is taken by another program; the demo needs {demo.port} to"
                f" {demo.port + 2}. Choose another start: make demo PORT={other}"
            )


def prepare(demo: Demo, *, reset: bool) -> None:
    """Bring database, static files and the demo's person up to date."""
    if reset:
        for name in KEPT:
            (demo.folder / name).unlink(missing_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    person = User.objects.filter(email=EMAIL).first()
    person = person or User.objects.create_local(
        email=EMAIL, name=NAME, password=SECRET, role=Role.MANAGER
    )
    if not (person.is_active and person.check_password(SECRET)):
        person.is_active = True
        person.set_password(SECRET)
        person.save()
    connections.close_all()


def serve(demo: Demo, interrupted: Interrupted, say: Callable[[str], object]) -> str | None:
    """Run both servers until one ends, then return its name, or until we are interrupted."""
    children: list[Child] = []
    with stopped_at_the_end(children):
        children.append(Child("the sandbox", sandbox_command(demo)))
        children.append(
            Child("the application", gunicorn(f"{HOST}:{demo.port}", "--log-level=warning"))
        )

        def alive() -> bool:
            return not any(child.has_ended() for child in children)

        def starting() -> bool:
            sandbox = answers(HOST, demo.port + 1) and answers(HOST, demo.port + 2)
            return alive() and not (sandbox and serves(HOST, demo.port, "/healthz"))

        interrupted.wait_while(starting)
        if alive() and not interrupted.asked:
            say(banner(demo))
        interrupted.wait_while(alive)
        if interrupted.asked:
            return None
        return next(child.name for child in children if child.has_ended())


def sandbox_command(demo: Demo) -> list[str]:
    """Return what starts the sandbox; its state is a file in the demo's folder."""
    command = [sys.executable, str(ROOT / "manage.py"), "sandbox"]
    command += [f"--state={demo.folder / 'sandbox.json'}"]
    return [*command, f"--api-port={demo.port + 1}", f"--provider-port={demo.port + 2}"]


def banner(demo: Demo) -> str:
    """Return what a person needs to know, once everything answers."""
    return BANNER.format(
        url=demo.url, email=EMAIL, secret=SECRET, control=demo.control_url, folder=demo.folder
    )
