"""The application as it is deployed: gunicorn in a process of its own, and its database."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from integrations.management.processes import follow_parent
from integrations.sandbox import Sandbox
from tests.support import environment

ROOT = Path(__file__).resolve().parents[2]
#: What the server keeps from one test to the next: who may sign in, and the list of workspaces.
KEPT = {"identity_user", "django_session", "integrations_workspace", "django_migrations"}
PREFER_NOTHING = """UPDATE identity_user
    SET language = '', time_zone = '', theme = '', density = '', shortcuts = true"""


@dataclass(frozen=True)
class Application:
    """A running server; ``sessions`` maps a person's address to the key of their session."""

    url: str
    database: Path
    log: Path
    sessions: dict[str, str]
    #: The environment of its processes.
    environ: dict[str, str]

    @contextmanager
    def working(self) -> Iterator[None]:
        """Have a worker beside the server for a while; it finishes what it has in hand."""
        command = [sys.executable, "manage.py", "worker"]
        with open(self.log, "ab") as log:
            worker = subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stderr=log, preexec_fn=follow_parent()
            )
        with worker:
            try:
                yield
            finally:
                worker.terminate()

    def tracebacks(self, since: int) -> list[str]:
        """Return the tracebacks in the server's log from an offset on.

        A refusal is none, though Django logs it as one.
        """
        with open(self.log, "rb") as log:
            log.seek(since)
            _before, *found = log.read().decode().split("Traceback (most recent call last):")
        return [text for text in found if "RoleNeededError" not in text]

    def execute(self, statement: str, *values: object) -> int:
        """Change the server's rows behind its back; returns how many."""
        with closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            return connection.execute(statement, values).rowcount

    def forget(self) -> None:
        """Empty every table but those that are kept, and whatever people prefer."""
        with closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for name in {name for (name,) in tables} - KEPT:
                if name.startswith(("integrations_", "identity_")):
                    connection.execute(f'DELETE FROM "{name}"')
            connection.execute(PREFER_NOTHING)

    def age(self, minutes: int = 5) -> None:
        """Let all that was seen of Focus, and Check now, be older by so many minutes."""
        then = str(datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=minutes))
        statement = "UPDATE integrations_source SET last_good_at = ?, pressed_at = ?"
        assert self.execute(statement, then, then)

    def end_hour(self) -> None:
        """Let the hour of every key be over, whatever Focus said of it."""
        assert self.execute("DELETE FROM integrations_quota")


@contextmanager
def served(box: Sandbox, folder: Path, **more: str) -> Iterator[Application]:
    """Yield the application in front of ``box``, its files in ``folder``; ends it afterwards.

    ``more`` are variables of its environment.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        listener.set_inheritable(True)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        database, written = folder / "focusadmin.sqlite3", folder / "log"
        environ = configuration(box, url, database, folder / "static") | more
        with open(written, "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.serve", str(listener.fileno())],
                cwd=ROOT,
                env=environ,
                pass_fds=[listener.fileno()],
                stdout=subprocess.PIPE,
                stderr=log,
                preexec_fn=follow_parent(),
            )
    with process:
        assert process.stdout is not None
        try:
            sessions = process.stdout.readline()
            assert sessions, written.read_text()
            yield Application(url, database, written, json.loads(sessions), environ)
        finally:
            process.terminate()


def configuration(box: Sandbox, url: str, database: Path, static: Path) -> dict[str, str]:
    """Return the environment of the server: that of every test, with its own addresses."""
    ours = environment.TESTS | {
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "STATIC_ROOT": str(static),
        "PUBLIC_URL": url,
        "FOCUS_API_URL": box.api_url,
        "FOCUS_API_KEY": box.shared_key,
        "FOCUS_CONSENT_ORIGINS": box.provider_url,
        "FOCUSADMIN_DEMO": "true",
    }
    return {**os.environ, **ours}
