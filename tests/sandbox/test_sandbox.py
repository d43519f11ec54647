"""The sandbox as a program of its own, started both ways."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
WAYS = {"module": ["-m", "integrations.sandbox"], "command": ["manage.py", "sandbox"]}
LIST = "/workspaces/4400001/integrations/calendar"


@contextmanager
def running(way: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The program, and what it printed about itself; killed if it is still there at the end."""
    ports = ["--api-port=0", "--provider-port=0"]
    program = subprocess.Popen(
        [sys.executable, *WAYS[way], *ports, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    said = {}
    for line in program.stdout:
        words = line.split()
        said[words[0] if words else ""] = words[-1] if words else ""
        if line.strip().startswith("Stop"):
            break
    try:
        yield program, said
    finally:
        program.kill()
        program.communicate()


def ask(said: dict[str, str]) -> requests.Response:
    """Ask the program for its accounts."""
    headers = {"Authorization": f"Bearer {said['Shared']}"}
    return requests.get(said["Focus"] + LIST, headers=headers, timeout=10)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_ends_when_asked(way: str, number: signal.Signals) -> None:
    with running(way, "--accounts=3", "--calendars=2", "--dialect=documented") as (program, said):
        found = ask(said).json()["items"]
        control = requests.get(said["Control"], timeout=10)
        program.send_signal(number)
        rest, _ = program.communicate(timeout=10)

    assert [len(a["calendars"]) for a in found] == [2, 2, 2]
    assert said["Control"].startswith("http://localhost:")
    assert control.status_code == 200
    assert program.returncode == 0
    assert "has stopped" in rest


def test_a_killed_one_leaves_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with running("module", f"--state={file}") as (program, said):
        ask(said)
        program.kill()
        program.communicate(timeout=10)

    assert json.loads(file.read_text())["version"] == 1
    with running("module", f"--state={file}") as (_, said):
        assert len(ask(said).json()) == 6


@pytest.mark.parametrize("way", WAYS)
def test_a_taken_port_is_one_sentence(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = refused(way, f"--api-port={port}", "--provider-port=0")

    assert ended.returncode != 0
    assert ended.stderr.strip().splitlines() == [ended.stderr.strip()]
    assert f"The sandbox cannot start: Port {port} cannot be used" in ended.stderr


def test_a_file_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("{}")

    ended = refused("module", f"--state={tmp_path / 's.json'}")

    assert ended.returncode == 1
    assert "is not a sandbox's state" in ended.stderr


@pytest.mark.parametrize(
    "option", ["--api-port=70000", "--latency=-1", "--accounts=x", "--dialect=old"]
)
def test_an_odd_option_is_refused(option: str) -> None:
    ended = refused("module", option)

    assert ended.returncode == 2
    assert option.split("=")[0] in ended.stderr


def refused(way: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A start that fails."""
    return subprocess.run(
        [sys.executable, *WAYS[way], *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
