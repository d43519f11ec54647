"""``manage.py export``."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from focusadmin.config import ConfigurationError
from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from integrations.services import sheets
from tests.check.sources import ROOT
from tests.conftest import WORKSPACE
from tests.support import database

HERE = ("--key", "shared", "--workspace", str(WORKSPACE))
pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    """Run the command and return what it says."""
    out = io.StringIO()
    call_command("export", *words, stdout=out)
    return out.getvalue()


def refused(*words: str) -> str:
    """Return the sentence of a failure, which must have the exit code 2."""
    with pytest.raises(CommandError) as caught:
        run(*words)
    assert caught.value.returncode == 2
    return str(caught.value)


def test_it_prints_every_calendar_for_one_request(
    source: Source, asked: Callable[[], list[str]]
) -> None:
    said = run(*HERE)

    assert asked() == ["list_accounts"]
    assert said == "".join(sheets.lines(Calendar.objects.filter(account__source=source)))
    assert said.count("\n") == 31


def test_it_asks_however_fresh_the_pages_are(
    sandbox: Sandbox, accounts: dict[str, Account]
) -> None:
    listed = next(iter(sandbox.world.accounts(sandbox.shared_key)))
    listed["calendars"][0]["name"] = "Renamed a moment ago"

    assert "Renamed a moment ago" in run(*HERE)


def test_it_writes_a_file_and_leaves_nothing_beside_it(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "calendars.csv"
    path.write_text("earlier")

    said = run(str(path), *HERE)

    assert said == f"Done: 30 calendars in {path}.\n"
    assert path.read_bytes().decode() == run(*HERE)
    assert list(tmp_path.iterdir()) == [path]


def test_it_leaves_out_what_is_gone(source: Source, sandbox: Sandbox) -> None:
    run(*HERE)
    for account in sandbox.world.accounts(sandbox.shared_key)[1:]:
        account["calendars"].clear()
    sandbox.world.accounts(sandbox.shared_key)[0]["calendars"][1:] = []

    assert run(*HERE).count("\n") == 2


def test_a_failure_of_focus_is_a_sentence_and_the_file_stays(
    source: Source, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "calendars.csv"
    path.write_text("earlier")
    sandbox.fault("list_accounts", "status", status=500)

    assert "Focus" in refused(str(path), *HERE)

    assert path.read_text() == "earlier"


def test_what_cannot_be_had_is_a_sentence(source: Source, tmp_path: Path) -> None:
    assert "Nobody called" in refused("--key", "bo@example.com", "--workspace", str(WORKSPACE))
    assert "no workspace 7" in refused("--key", "shared", "--workspace", "7")
    assert "The file cannot be used" in refused(str(tmp_path / "no" / "file.csv"), *HERE)


def test_a_database_that_cannot_be_used_is_a_sentence(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_words: object) -> None:
        raise ConfigurationError("DATABASE_URL: the database cannot be used: gone")

    monkeypatch.setattr("integrations.services.operators.source", broken)

    assert refused(*HERE).startswith("DATABASE_URL: ")


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_as_a_process_it_writes_utf_8_and_tells_a_failure_by_its_exit_code(
    source: Source, sandbox: Sandbox
) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": database.address(),
        "FOCUS_API_URL": sandbox.api_url,
        "FOCUS_API_KEY": sandbox.shared_key,
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }

    def ended(*words: str, **changes: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "manage.py", "export", *words]
        return subprocess.run(command, cwd=ROOT, env=environment | changes, capture_output=True)

    done = ended(*HERE)
    assert done.returncode == 0, done.stderr
    assert "🎨 Design critique 👩‍🎨✨" in done.stdout.decode()
    assert done.stdout.count(b"\r") == 0

    for failed in (
        ended(),
        ended("--key", "nobody@example.com", "--workspace", str(WORKSPACE)),
        ended(*HERE, FOCUS_API_URL="http://127.0.0.1:9/api"),
        ended(*HERE, SECRET_KEY=""),
    ):
        assert (failed.returncode, failed.stdout) == (2, b"")
        assert b"Traceback" not in failed.stderr
        assert failed.stderr.strip()
