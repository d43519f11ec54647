"""The demo as a person meets it: real processes, real ports, real signals."""

import os
import shlex
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import pytest
import requests

from integrations.management.demo import SHARED_KEY
from tests.check.demos import (
    HOST,
    command_line,
    descendants,
    eventually,
    free_ports,
    is_alive,
    running,
    start,
)

ACCOUNTS = "/organizations/5500001/workspaces/4400001/integrations/calendar"


@pytest.fixture
def port() -> int:
    """The first of three free ports."""
    return free_ports(3)


def api(port: int, method: str, path: str) -> requests.Response:
    """Ask the demo's sandbox as the application would."""
    headers = {"Authorization": f"Bearer {SHARED_KEY}"}
    return requests.request(
        method, f"http://{HOST}:{port + 1}/api{path}", headers=headers, timeout=10
    )


def accounts(port: int) -> list[int]:
    """Return the ids of the accounts that the sandbox holds for the shared key."""
    return [entry["calendar_integration_id"] for entry in api(port, "GET", ACCOUNTS).json()]


def sign_in(port: int) -> requests.Response:
    """Sign in as the banner says and return the page that follows."""
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(f"http://{HOST}:{port}/", timeout=10)
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {
        "csrfmiddlewaretoken": token,
        "username": "demo@example.com",
        "password": "sunny-calendar",
    }
    return browser.post(page.url, data=form, headers={"Referer": page.url}, timeout=10)


def test_it_serves_and_keeps_its_state_until_it_is_reset(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port):
        assert requests.get(f"http://{HOST}:{port}/healthz", timeout=10).status_code == 200
        assert requests.get(f"http://localhost:{port + 2}/control", timeout=10).status_code == 200
        welcome = sign_in(port)
        before = accounts(port)
        assert api(port, "DELETE", f"{ACCOUNTS}/{before[0]}").ok

    assert welcome.status_code == 200
    assert "Dana Demo" in welcome.text

    with running(tmp_path, port):
        assert accounts(port) == before[1:]

    with running(tmp_path, port, "--reset"):
        assert accounts(port) == before


@pytest.mark.thorough
def test_the_printed_sign_in_works_again_after_it_was_changed(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port):
        pass
    with sqlite3.connect(tmp_path / "db.sqlite3") as database:
        database.execute("update identity_user set password = 'other', is_active = 0")
    database.close()

    with running(tmp_path, port):
        assert "Dana Demo" in sign_in(port).text


@pytest.mark.thorough
def test_sigterm_ends_every_process(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port) as demo:
        family = descendants(demo.pid)

        demo.send_signal(signal.SIGTERM)
        said, _ = demo.communicate(timeout=15)

    assert len(family) >= 3
    assert demo.returncode == 0, said
    assert "has stopped" in said
    assert not [pid for pid in family if is_alive(pid)]


@pytest.mark.thorough
@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("number", "to_all"),
    [(signal.SIGTERM, False), (signal.SIGKILL, False), (signal.SIGINT, True)],
    ids=["TERM", "KILL", "Ctrl-C"],
)
def test_a_signal_to_make_ends_every_process(
    tmp_path: Path, port: int, number: signal.Signals, to_all: bool
) -> None:
    make = ["make", "-o", ".venv/runtime", f"PY={shlex.quote(sys.executable)}", "demo"]
    with running(tmp_path, port, command=make) as demo:
        family = descendants(demo.pid)

        if to_all:
            os.killpg(demo.pid, number)
        else:
            demo.send_signal(number)
        demo.communicate(timeout=15)

        assert len(family) >= 4
        assert eventually(lambda: not any(map(is_alive, family)))


@pytest.mark.thorough
def test_nothing_outlives_a_killed_supervisor(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port) as demo:
        family = descendants(demo.pid)

        demo.kill()

        assert eventually(lambda: not any(map(is_alive, family)))


@pytest.mark.thorough
def test_one_dead_server_ends_the_demo_with_a_sentence(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port) as demo:
        family = descendants(demo.pid)
        [sandbox] = [pid for pid in family if "sandbox" in command_line(pid)]

        os.kill(sandbox, signal.SIGKILL)
        said, _ = demo.communicate(timeout=15)

    assert "because the sandbox ended unexpectedly" in said
    assert demo.returncode == 1
    assert not [pid for pid in family if is_alive(pid)]


@pytest.mark.thorough
def test_a_server_that_cannot_start_ends_the_demo_with_a_sentence(
    tmp_path: Path, port: int
) -> None:
    (tmp_path / "sandbox.json").write_text("not a world")

    said, _ = start(tmp_path, port).communicate(timeout=30)

    assert "because the sandbox ended unexpectedly" in said
    assert "demo is running" not in said


@pytest.mark.few(1)
@pytest.mark.parametrize("offset", [0, 1, 2])
def test_a_taken_port_is_one_sentence(tmp_path: Path, port: int, offset: int) -> None:
    with socket.socket() as other:
        other.bind((HOST, port + offset))
        other.listen()
        demo = start(tmp_path, port)
        said, _ = demo.communicate(timeout=30)

    assert demo.returncode == 1
    assert said.startswith(f"Port {port + offset} is taken by another program")
    assert len(said.splitlines()) == 1


@pytest.mark.thorough
def test_a_second_demo_in_one_folder_names_the_first(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port):
        second = start(tmp_path, free_ports(3))
        said, _ = second.communicate(timeout=30)

    assert second.returncode == 1
    assert said == f"The demo is already running at http://{HOST}:{port}; stop that one first.\n"


@pytest.mark.parametrize("text", ["http", "0", "65534", "-1"])
def test_a_port_that_is_none_is_one_sentence(tmp_path: Path, text: str) -> None:
    demo = start(tmp_path, text)
    said, _ = demo.communicate(timeout=30)

    assert demo.returncode == 1
    assert said.startswith(f"PORT={text} is not a port for the demo")


@pytest.mark.thorough
def test_a_killed_worker_is_replaced_and_the_demo_goes_on(tmp_path: Path, port: int) -> None:
    def workers() -> set[int]:
        return {pid for pid in descendants(demo.pid) if "worker" in command_line(pid)}

    with running(tmp_path, port) as demo:
        [worker] = workers()

        os.kill(worker, signal.SIGKILL)

        assert eventually(lambda: bool(workers() - {worker}))
        assert requests.get(f"http://{HOST}:{port}/healthz", timeout=10).status_code == 200
        assert demo.poll() is None
