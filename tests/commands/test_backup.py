"""``manage.py backup``: copies that can be put back, and no more of them than were asked for."""

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from focusadmin.identity.models import User
from tests.check.sources import ROOT
from tests.support import database, postgres

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _pg_dump_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the server's programs, where the PATH has none."""
    if connection.vendor == "postgresql" and shutil.which("pg_dump") is None:
        folder = postgres.programs()
        monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{folder}")


def people(copy: Path) -> str:
    """Return what a copy holds of the table of people, read without the application."""
    if copy.suffix == ".sqlite3":
        with closing(sqlite3.connect(copy)) as database:
            return str(database.execute("SELECT email FROM identity_user").fetchall())
    program = shutil.which("pg_restore")
    assert program
    command = [program, "--data-only", "--table=identity_user", "--file=-", str(copy)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_copy_holds_what_the_database_holds(manager: User, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "backups", verbosity=0)

    [copy] = (tmp_path / "backups").iterdir()
    assert "mia@example.com" in people(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700


def test_without_a_folder_they_are_with_what_is_kept(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.DATA_DIR = tmp_path

    call_command("backup", verbosity=0)

    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_the_oldest_copies_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        call_command("backup", tmp_path, keep=2)
    said = capsys.readouterr().out.splitlines()

    kept = {path.name for path in tmp_path.iterdir()}
    assert len(kept) == 2
    assert all(any(name in line for name in kept) for line in said[1:])


@pytest.mark.parametrize("ending", ["sqlite3", "dump"])
@pytest.mark.few(2)
def test_no_file_goes_that_somebody_else_has_named(tmp_path: Path, ending: str) -> None:
    names = ["focusadmin-2026-01-01", "focusadmin-before-1.0", "focusadmin-20260101T000000Z"]
    foreign = {f"{name}.{ending}" for name in names} | {"notes.txt"}
    for name in foreign:
        (tmp_path / name).write_text("not ours")

    call_command("backup", tmp_path, keep=1)

    assert len(list(tmp_path.iterdir())) == 1 + len(foreign)
    assert all((tmp_path / name).exists() for name in foreign)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="The copy cannot be written: "):
        call_command("backup", tmp_path / "file" / "backups")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL checks what it reads")
@pytest.mark.parametrize(
    ("offset", "damage"),
    [
        pytest.param(3, b"\0\0", id="entries of an index are lost"),
        pytest.param(0, b"\xff", id="a page of an index is none"),
    ],
)
@pytest.mark.few(2)
def test_of_a_damaged_database_no_copy_is_kept(
    manager: User, tmp_path: Path, offset: int, damage: bytes
) -> None:
    call_command("backup", tmp_path / "good", verbosity=0)
    [damaged] = (tmp_path / "good").iterdir()
    with closing(sqlite3.connect(damaged)) as whole:
        [[size]] = whole.execute("PRAGMA page_size").fetchall()
        query = "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
        pages = [page for (page,) in whole.execute(query, ["identity_user"])]
    with damaged.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size + offset)
            file.write(damage)

    code, said = backup_of(f"sqlite:///{damaged}", tmp_path / "copies")

    assert code == 1
    assert re.fullmatch(r"CommandError: The copy is not whole: .{20,300}\n", said)
    assert list((tmp_path / "copies").iterdir()) == []


def backup_of(address: str, folder: Path) -> tuple[int, str]:
    """Run the command on another database, and return its exit code and what it says."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": address,
    }
    command = [sys.executable, "manage.py", "backup", str(folder), "--keep", "1"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stderr


def test_a_database_that_holds_nothing_pushes_no_copy_out(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    call_command("backup", copies, verbosity=0)
    [good] = copies.iterdir()
    with empty(tmp_path / "empty.sqlite3") as address:
        code, said = backup_of(address, copies)

    assert code == 1
    assert "CommandError: DATABASE_URL: there is nothing of Focusadmin in this database" in said
    assert "Traceback" not in said
    assert list(copies.iterdir()) == [good]


@contextmanager
def empty(file: Path) -> Iterator[str]:
    """Give the address of a database without a table, of the kind that is tested."""
    if connection.vendor == "sqlite":
        file.touch()
        yield f"sqlite:///{file}"
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE nothing_yet")
    try:
        yield f"{database.address().rpartition('/')[0]}/nothing_yet"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE nothing_yet")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL says so itself")
def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.sqlite3"

    code, said = backup_of(f"sqlite:///{nowhere}", tmp_path / "copies")

    assert code == 1
    assert "there is nothing of Focusadmin in this database, or it is not there" in said
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_at_least_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--keep"):
        call_command("backup", tmp_path, keep=0)


def test_without_pg_dump_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And on SQLite, which needs no program, the copy is made all the same."""
    monkeypatch.setenv("PATH", "")

    if connection.vendor == "postgresql":
        with pytest.raises(CommandError, match="apt-get install postgresql-client"):
            call_command("backup", tmp_path)
    else:
        call_command("backup", tmp_path, verbosity=0)

    assert len(list(tmp_path.iterdir())) == (connection.vendor == "sqlite")
