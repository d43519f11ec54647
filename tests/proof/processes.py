"""Real processes on this test's database, killed without a warning and replaced."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from integrations.management.processes import follow_parent, gunicorn
from integrations.sandbox import Sandbox
from tests.check.sources import ROOT
from tests.support import database
from tests.support.environment import TESTS

WORKER = [sys.executable, "manage.py", "worker"]


@dataclass
class Crew:
    """Programs of the product in front of a sandbox; what they say is in ``log``."""

    environment: dict[str, str]
    log: Path
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def worker(self) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        return self._start(WORKER)

    def application(self, port: int) -> "subprocess.Popen[bytes]":
        """Start gunicorn."""
        return self._start(gunicorn(f"127.0.0.1:{port}"))

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                preexec_fn=follow_parent(),
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """End a program and everything it started, at once: ``kill -9``."""
        os.killpg(process.pid, 9)
        process.wait(timeout=15)
        self.running.remove(process)


@contextmanager
def crew(box: Sandbox, folder: Path, **more: str) -> Iterator[Crew]:
    """Yield a crew without anybody in it; nobody of it is left afterwards."""
    environment = (
        os.environ
        | TESTS
        | {
            "DJANGO_SETTINGS_MODULE": "tests.proof.settings",
            "DATABASE_URL": database.address(),
            "FOCUS_API_URL": box.api_url,
            "FOCUS_API_KEY": box.shared_key,
            "FOCUS_CONSENT_ORIGINS": box.provider_url,
        }
    )
    found = Crew(environment | more, folder / "log")
    try:
        yield found
    finally:
        for process in list(found.running):
            found.kill(process)


def tracebacks(log: Path) -> list[str]:
    """Return the tracebacks in a log."""
    return log.read_text(errors="replace").split("Traceback (most recent call last):")[1:]
