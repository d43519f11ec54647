"""The throw-away PostgreSQL: it is there for one command and leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.check.demos import command_line, descendants, eventually, is_alive
from tests.check.sources import ROOT
from tests.support import postgres

ASK = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute("show data_directory").fetchone()[0])
    print(connection.execute("show listen_addresses").fetchone()[0])
"""


def beside_postgres(*command: str) -> subprocess.Popen[str]:
    """Start a command beside a server of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.postgres", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.thorough
def test_it_serves_one_command_on_loopback_and_is_gone() -> None:
    process = beside_postgres(sys.executable, "-c", ASK)
    said, _ = process.communicate(timeout=60)
    directory, addresses = said.split()

    assert process.returncode == 0
    assert addresses == "127.0.0.1"
    assert not Path(directory).parent.exists()


@pytest.mark.thorough
def test_it_passes_the_exit_code_on() -> None:
    process = beside_postgres("sh", "-c", "exit 7")
    process.communicate(timeout=60)

    assert process.returncode == 7


@pytest.mark.thorough
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_the_server_too(number: signal.Signals) -> None:
    process = beside_postgres("sh", "-c", "echo ready; exec sleep 60")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    family = descendants(process.pid)
    [command] = [pid for pid in family if "sleep" in command_line(pid)]
    [home] = {
        Path(word).parent
        for pid in family
        for word in command_line(pid)
        if word.endswith("/cluster")
    }

    process.send_signal(number)
    process.wait(timeout=20)
    process.stdout.close()

    assert len(family) > 3
    assert eventually(lambda: not any(is_alive(pid) for pid in family - {command}))
    assert home.exists() == (number == signal.SIGKILL)  # nobody can clean up after that one
    shutil.rmtree(home, ignore_errors=True)
    if is_alive(command):
        os.kill(command, signal.SIGKILL)


def test_without_programs_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres, "DEBIAN", Path("/nowhere"))

    with pytest.raises(postgres.NoPostgresError, match="apt-get install postgresql"):
        postgres.programs_or_install()
