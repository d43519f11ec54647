"""``manage.py migrate``: processes that start together do not collide."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.core.management import get_commands
from django.db import connection

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
