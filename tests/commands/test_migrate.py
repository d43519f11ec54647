"""``manage.py migrate``: processes that start together do not collide."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import get_commands
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from integrations.models import ToldAccount
from tests.check.sources import ROOT
from tests.support import database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the kind that is tested."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    address = database.address()
    with closing(psycopg.connect(address, autocommit=True)) as server:
        server.execute("CREATE DATABASE empty")
        yield f"{address.rpartition('/')[0]}/empty"
        server.execute("DROP DATABASE empty WITH (FORCE)")


def test_it_is_ours() -> None:
    assert get_commands()["migrate"] == "focusadmin"


def test_what_mail_has_said_in_several_workspaces_is_remembered_once(empty: str) -> None:
    migrate(empty, "integrations", "0018")
    with opened(empty) as before:
        rows = [
            (4400001, 17, True, "2026-01-01T08:00:00+00:00"),
            (4400002, 17, False, "2026-01-02T08:00:00+00:00"),
            (4400001, 18, False, "2026-01-01T08:00:00+00:00"),
            (4400002, 18, True, "2026-01-01T08:00:00+00:00"),
            (4400002, 19, True, "2026-01-01T08:00:00+00:00"),
        ]
        with before.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO integrations_toldaccount"
                " (workspace_id, integration_id, is_broken, seen_at) VALUES (%s, %s, %s, %s)",
                rows,
            )

    migrate(empty)

    with opened(empty):
        told = ToldAccount.objects.using("empty").order_by("integration_id")
        assert list(told.values_list("integration_id", "is_broken")) == [
            (17, False),
            (18, True),
            (19, True),
        ]


def migrate(address: str, *words: str) -> None:
    """Bring another database to a migration, or to the last one."""
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
    }
    command = [sys.executable, "manage.py", "migrate", "--no-input", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@contextmanager
def opened(address: str) -> Iterator[BaseDatabaseWrapper]:
    """Connect to another database as ``empty``."""
    other = connection.copy("empty")
    is_file = connection.vendor == "sqlite"
    other.settings_dict["NAME"] = address[10:] if is_file else address.rpartition("/")[2]
    connections["empty"] = other
    try:
        yield other
    finally:
        other.close()
        del connections["empty"]


@pytest.mark.thorough
def test_three_that_start_together_all_end_well(empty: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": empty,
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
    }
    begun = [
        subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "--no-input"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=300)[0] for process in begun]

    assert [process.returncode for process in begun] == [0, 0, 0], "\n".join(said)
    assert sum("Applying integrations.0001_initial" in text for text in said) == 1
