"""Starts the demo as a person does, and finds every process that belongs to it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from integrations.management.processes import is_free
from tests.check.sources import ROOT
from tests.support.postgres import free_port

HOST = "127.0.0.1"
#: What a user's shell may hold, all of it wrong: the demo reads none of it.
HOSTILE = {
    "PUBLIC_URL": "not an address",
    "SECRET_KEY": "short",
    "FOCUS_EMAIL": "somebody@example.com",
    "FOCUS_API_KEY_FILE": "/nowhere/key",
    "GUNICORN_CMD_ARGS": "--bind nowhere",
    "DJANGO_SETTINGS_MODULE": "nowhere.settings",
}


def free_ports(count: int) -> int:
    """Return the first of so many free ports in a row."""
    while True:
        port = free_port()
        if port < 65530 and all(is_free(HOST, number) for number in range(port, port + count)):
            return port


def start(
    folder: Path, port: int | str, *options: str, command: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """Start the demo in ``folder`` and return its process, whatever becomes of it."""
    return subprocess.Popen(
        command or [sys.executable, "manage.py", "demo", *options],
        cwd=ROOT,
        env=os.environ
        | HOSTILE
        | {"PYTHONUNBUFFERED": "", "PORT": str(port), "DEMO_FOLDER": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextlib.contextmanager
def running(
    folder: Path, port: int | str, *options: str, command: Sequence[str] = ()
) -> Iterator[subprocess.Popen[str]]:
    """Yield a demo that has said that it runs; afterwards nothing of it is left."""
    process = start(folder, port, *options, command=command)
    family = {process.pid}
    try:
        said = read_until(process, "Ctrl-C")
        assert "demo is running" in said, said
        family |= descendants(process.pid)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
        if process.stdout:
            process.stdout.close()
        for pid in filter(is_alive, family):
            os.kill(pid, signal.SIGKILL)


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """Return what the process says up to the line with ``word``, or everything if it ends."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if word in line:
            break
    return said


def stat(pid: int) -> list[str] | None:
    """Return state, parent and so on of a process, or None when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be counted does not."""
    fields = stat(pid)
    return fields is not None and fields[0] != "Z"


def command_line(pid: int) -> list[str]:
    """Return a process's arguments, none when it has ended: a database's helpers come and go."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(pid: int) -> set[int]:
    """Return the process ids of all children, and theirs."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = {child for child, parent in parents.items() if parent == pid}
    return found.union(*(descendants(child) for child in found))


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait until ``condition`` holds and say whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()
