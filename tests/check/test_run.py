"""``manage.py run``: the real configuration from a file, gunicorn, and the first person."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.check.demos import HOST, eventually
from tests.check.sources import ROOT
from tests.support.environment import TESTS
from tests.support.postgres import free_port


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """A whole configuration in a file, as an installation has it in ``.env``."""
    values = TESTS | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "STATIC_ROOT": f"{tmp_path}/static",
    }
    del values["FOCUSADMIN_ENV_FILE"]
    path = tmp_path / "env"
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return path


def manage(env_file: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a management command that reads ``env_file`` and no other variable of ours."""
    ours = {*TESTS, "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    shell = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=shell | {"FOCUSADMIN_ENV_FILE": str(env_file)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def serve_once(env_file: Path) -> str:
    """Run the server until it answers, end it, and return everything that it said."""
    address = f"{HOST}:{free_port()}"
    server = manage(env_file, "run", "--bind", address)

    def is_healthy() -> bool:
        try:
            return requests.get(f"http://{address}/healthz", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    healthy = eventually(lambda: is_healthy() or server.poll() is not None, seconds=30)
    server.terminate()
    said, _ = server.communicate(timeout=15)
    assert healthy, said
    assert server.returncode == 0, said
    return said


@pytest.mark.thorough
def test_it_serves_and_says_so_while_nobody_can_sign_in(env_file: Path) -> None:
    first = serve_once(env_file)
    command = next(line for line in first.splitlines() if "user add" in line)
    words = shlex.split(command)
    adding = manage(env_file, *words[2:4], "dana@example.com", *words[-2:], "--password-file", "-")
    added, _ = adding.communicate("a-long-enough-secret\n", timeout=30)

    second = serve_once(env_file)

    assert "Nobody can sign in yet" in first
    assert "(focusadmin.W030) Nobody can be Manager" in first
    assert adding.returncode == 0, added
    assert "Nobody can sign in yet" not in second
    assert "focusadmin.W030" not in second


def test_a_missing_variable_is_named_and_nothing_is_served(env_file: Path) -> None:
    lines = env_file.read_text().splitlines()
    env_file.write_text("\n".join(line for line in lines if "SECRET_KEY" not in line))

    server = manage(env_file, "run")
    said, _ = server.communicate(timeout=30)

    assert server.returncode == 1
    assert "SECRET_KEY" in said
    assert "Traceback" not in said


@pytest.fixture(params=["unreachable", "unwritable", "no database"])
def bad_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of a database that cannot be used."""
    (tmp_path / "file").write_text("not a database, but longer than the header of one" * 9)
    return {
        "unreachable": f"postgres://example:hush@{HOST}:{free_port()}/focusadmin",
        "unwritable": f"sqlite:///{tmp_path}/file/db.sqlite3",
        "no database": f"sqlite:///{tmp_path}/file",
    }[str(request.param)]


@pytest.mark.few(2)
@pytest.mark.parametrize("command", [["run"], ["user", "disable", "dana@example.com"]])
def test_a_bad_database_is_one_sentence(
    env_file: Path, bad_database: str, command: list[str]
) -> None:
    with env_file.open("a") as file:
        file.write(f"DATABASE_URL={bad_database}\n")

    process = manage(env_file, *command)
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.startswith("DATABASE_URL: the database cannot be used: ")
    assert len(said.splitlines()) == 1
    assert "hush" not in said


@pytest.mark.thorough
def test_static_files_that_cannot_be_written_are_one_sentence(env_file: Path) -> None:
    with env_file.open("a") as file:
        file.write(f"STATIC_ROOT={env_file}/static\n")

    process = manage(env_file, "run")
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "STATIC_ROOT: the static files cannot be written: " in said
    assert len(said.splitlines()) == 1
