"""``manage.py apply`` and ``export`` for tests: in this process, and as one of their own."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError

from integrations.sandbox import Sandbox
from integrations.services import cells, sheets
from tests.check.sources import ROOT
from tests.conftest import WORKSPACE
from tests.support import database

HERE = ("--key", "shared", "--workspace", str(WORKSPACE))
Row = dict[str, str]


@dataclass(frozen=True)
class End:
    """How a command ended: its exit code, what it said, and what it complained of."""

    code: int
    said: str
    complaint: str = ""


def apply(*words: str) -> End:
    """Apply in this process; only a failure may complain."""
    out, code, complaint = io.StringIO(), 0, ""
    try:
        call_command("apply", *HERE, *words, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    except CommandError as error:
        code, complaint = error.returncode, str(error)
    assert bool(complaint) == (code == 2)
    return End(code, out.getvalue(), complaint)


def export(path: Path) -> list[Row]:
    """Export into a file and return its lines."""
    call_command("export", str(path), *HERE, stdout=io.StringIO())
    return read(path)


def read(path: Path) -> list[Row]:
    """Return the lines of a settings file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def write(path: Path, lines: list[Row]) -> str:
    """Write a settings file with the columns of its first line; return its name."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return str(path)


def edited(path: Path, change: Callable[[int, Row], Any]) -> str:
    """Export, let ``change`` edit every line (its place, its cells), and write it again."""
    lines = export(path)
    for place, line in enumerate(lines):
        change(place, line)
    return write(path, lines)


def theirs(sandbox: Sandbox, line: Row) -> dict[str, Any]:
    """Return the calendar of a line as the other side has it."""
    numbers = [int(cells.unguarded(line[name])) for name in sheets.ADDRESS]
    return sandbox.world.calendar(*numbers)


def started(name: str, *words: str, sandbox: Sandbox, **changes: str) -> "subprocess.Popen[str]":
    """Start the command as an operator does, in front of the sandbox."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": database.address(),
        "FOCUS_API_URL": sandbox.api_url,
        "FOCUS_API_KEY": sandbox.shared_key,
        "LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", name, *words],
        cwd=ROOT,
        env=environment | changes,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def ended(process: "subprocess.Popen[str]") -> End:
    """Wait for a command's end; the lines of the log's copy of the record are no complaint."""
    with suppress(subprocess.TimeoutExpired):
        said, complaint = process.communicate(timeout=120)
        assert "Traceback" not in complaint, complaint.partition("Traceback")[2][-1500:]
        lines = [line for line in complaint.splitlines() if "integrations.audit" not in line]
        return End(process.returncode, said, "\n".join(lines))
    process.kill()
    raise AssertionError("the command did not end")
