"""``manage.py backup``: a copy of the database, taken while the application runs."""

import os
import re
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from focusadmin.checks import usable_database

#: What the two databases call their copies.
SUFFIXES = {"sqlite": "sqlite3", "postgresql": "dump"}
#: Characters that are said of what is wrong with a copy.
MAX_VERDICT = 300
NO_PG_DUMP = (
    "PostgreSQL is backed up by its own program, pg_dump, which is not on the PATH."
    " Debian and Ubuntu: apt-get install postgresql-client."
)
NOTHING = (
    "DATABASE_URL: there is nothing of Focusadmin in this database, or it is not there."
    " No copy was made, and none deleted. Does it name the right one?"
)


class Command(BaseCommand):
    """Writes one file, readable to its owner only; one that is there is whole."""

    help = "Copy the database into FOLDER, and delete the oldest copies there."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and how many copies to keep."""
        backups = settings.DATA_DIR / "backups"
        parser.add_argument(
            "folder", type=Path, nargs="?", default=backups, help="default: backups in DATA_DIR"
        )
        parser.add_argument(
            "--keep", type=int, default=14, metavar="COPIES", help="default: %(default)s"
        )

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        """Copy, then delete; what cannot be done is one sentence and exit code 1."""
        if keep < 1:
            raise CommandError("--keep: keep at least one copy.")
        _refuse_nothing()
        before = os.umask(0o077)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            copy = _copied(folder)
            for old in _copies(folder)[:-keep]:
                old.unlink()
        except OSError as error:
            raise CommandError(f"The copy cannot be written: {error}") from error
        finally:
            os.umask(before)
        self.stdout.write(f"Done: {copy} ({copy.stat().st_size} bytes).")


def _refuse_nothing() -> None:
    """Raise CommandError where there is nothing of ours: such copies would push the good ones out.

    SQLite would make a database that is not there, only because it is looked at.
    """
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        raise CommandError(NOTHING)
    with usable_database():
        applied = MigrationRecorder(connection).applied_migrations()
    if not any(label == "integrations" for label, _name in applied):
        raise CommandError(NOTHING)


def _copies(folder: Path) -> list[Path]:
    """Return the copies that this command has made of such a database, the oldest first."""
    ours = re.compile(rf"focusadmin-\d{{8}}T\d{{6}}\.\d{{6}}Z\.{SUFFIXES[connection.vendor]}")
    return sorted(path for path in folder.iterdir() if ours.fullmatch(path.name))


def _copied(folder: Path) -> Path:
    """Return the new copy in ``folder``; half of one is never there under its name."""
    copy = (
        folder / f"focusadmin-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.{SUFFIXES[connection.vendor]}"
    )
    partial = copy.with_suffix(".partial")
    try:
        _sqlite(partial) if connection.vendor == "sqlite" else _postgresql(partial)
        return partial.rename(copy)
    finally:
        partial.unlink(missing_ok=True)


def _sqlite(path: Path) -> None:
    """Copy through SQLite itself: a file that is merely copied while in use may be broken."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            verdict = _verdict(copy)
    except sqlite3.Error as error:
        raise CommandError(f"The copy cannot be written: {error}") from error
    if verdict != "ok":
        raise CommandError(f"The copy is not whole: {verdict[:MAX_VERDICT]}")


def _verdict(copy: sqlite3.Connection) -> str:
    """Return what SQLite says of a copy: "ok", or all that is wrong with it."""
    try:
        found = copy.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:
        return str(error)
    return " ".join("; ".join(words for (words,) in found).split())


def _postgresql(path: Path) -> None:
    """Copy with pg_dump; the password reaches it through its environment."""
    settings = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    ours = {variable: str(settings[name]) for name, variable in names.items() if settings[name]}
    ours |= {
        f"PG{name.upper()}": str(value)
        for name, value in settings["OPTIONS"].items()
        if name in {"sslmode", "sslrootcert", "sslcert", "sslkey", "service", "connect_timeout"}
    }
    if settings["NAME"]:
        ours["PGDATABASE"] = str(settings["NAME"])
    command = ["pg_dump", "--format=custom", "--no-password", f"--file={path}"]
    try:
        done = subprocess.run(  # noqa: S607  # wherever the PATH has it
            command, env=os.environ | ours, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise CommandError(NO_PG_DUMP) from error
    if done.returncode:
        raise CommandError(f"pg_dump failed: {' '.join(done.stderr.split())}")
