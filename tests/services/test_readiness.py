"""Whether pages can be served, asked on a connection of its own."""

import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionDoesNotExist

from integrations.services import readiness, workers
from integrations.services.readiness import DATABASE, MIGRATIONS, WORKER, Readiness

#: What is asked through a connection of its own sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def unapplied() -> Iterator[None]:
    """Have the database lack the last migration of ours."""
    recorder = MigrationRecorder(connection)
    last = max(key for key in recorder.applied_migrations() if key[0] == "integrations")
    recorder.record_unapplied(*last)
    try:
        yield
    finally:
        recorder.record_applied(*last)


def leaves_nothing() -> bool:
    """Say whether the connection for the answer is gone."""
    with pytest.raises(ConnectionDoesNotExist):
        connections[readiness.PROBE]
    return True


@contextmanager
def silent_database(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Have a database that lets itself be opened and then says nothing."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        name = folder / "locked.sqlite3"
        with closing(sqlite3.connect(name, isolation_level=None)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            monkeypatch.setitem(at, "NAME", str(name))
            yield
    else:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            monkeypatch.setitem(at, "HOST", "127.0.0.1")
            monkeypatch.setitem(at, "PORT", str(listener.getsockname()[1]))
            yield


def test_all_is_well_where_a_worker_was_there_a_moment_ago() -> None:
    workers.beat("one")

    assert readiness.look() == Readiness()
    assert leaves_nothing()


def test_a_missing_worker_is_no_reason_to_serve_nothing() -> None:
    assert readiness.look() == Readiness(notes=(WORKER,))


def test_a_migration_that_is_missing_is_found_also_after_all_was_well() -> None:
    workers.beat("one")

    for _ in range(2):
        assert readiness.look() == Readiness()
        with unapplied():
            assert readiness.look() == Readiness(problems=(MIGRATIONS,))


def test_an_empty_database_lacks_them_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = str(tmp_path / "empty.sqlite3") if connection.vendor == "sqlite" else "postgres"
    monkeypatch.setitem(connection.settings_dict, "NAME", empty)

    assert readiness.look() == Readiness(problems=(MIGRATIONS,))


def test_a_write_that_is_under_way_holds_nobody_up() -> None:
    workers.beat("one")
    began = time.monotonic()

    with transaction.atomic():
        workers.beat("two")
        assert readiness.look() == Readiness()

    assert time.monotonic() - began < readiness.PATIENCE


def test_a_database_that_is_away_is_a_line_here_and_one_in_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = {"NAME": str(tmp_path / "no" / "database")}
    if connection.vendor == "postgresql":
        away = {"HOST": "127.0.0.1", "PORT": "9"}
    for name, value in away.items():
        monkeypatch.setitem(connection.settings_dict, name, value)

    assert readiness.look() == Readiness(problems=(DATABASE,))

    assert "not ready: " in caplog.text
    assert leaves_nothing()


def test_a_database_that_is_silent_holds_nobody_up_for_long(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    began = time.monotonic()

    with silent_database(monkeypatch, tmp_path):
        assert readiness.look() == Readiness(problems=(DATABASE,))

    assert time.monotonic() - began < 3 * readiness.PATIENCE
