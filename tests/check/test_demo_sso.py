"""The demo behind its proxy, as a person meets it."""

import shlex
import signal
import socket
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.check.demos import HOST, descendants, eventually, free_ports, is_alive, running, start

COMMAND = [sys.executable, "manage.py", "demo_sso"]


@pytest.fixture
def port() -> int:
    """The first of five free ports."""
    return free_ports(5)


def sign_in(port: int, person: str) -> requests.Response:
    """Open the application, sign in where that leads, and return the page that follows."""
    with requests.Session() as browser:
        browser.trust_env = False
        desk = browser.get(f"http://{HOST}:{port}/w/4400001/accounts/", timeout=10)
        assert urlsplit(desk.url).netloc == f"localhost:{port + 4}"
        form = {"person": person, "claim": "usual", "back": "/w/4400001/accounts/"}
        return browser.post(desk.url, data=form, timeout=20)


@pytest.mark.thorough
def test_it_signs_on_through_the_proxy_and_keeps_its_state(tmp_path: Path, port: int) -> None:
    make = ["make", "-o", ".venv/runtime", f"PY={shlex.quote(sys.executable)}", "demo-sso"]
    with running(tmp_path, port, command=make) as demo:
        family = descendants(demo.pid)
        page = sign_in(port, "demo-dana")
        past_the_proxy = requests.get(f"http://{HOST}:{port + 3}/", timeout=10)
        desk = requests.get(f"http://localhost:{port + 4}/", timeout=10)
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=15)

        assert len(family) >= 5
        assert eventually(lambda: not any(map(is_alive, family)))

    kept = (tmp_path / "encryption-key").read_bytes()
    assert (page.status_code, past_the_proxy.status_code, desk.status_code) == (200, 403, 200)
    assert urlsplit(page.url)[1:3] == (f"{HOST}:{port}", "/w/4400001/accounts/")
    assert "Dana Demo" in page.text
    assert stat.S_IMODE((tmp_path / "encryption-key").stat().st_mode) == 0o600

    with running(tmp_path, port, command=COMMAND):
        assert "Dana Demo" in sign_in(port, "demo-dana").text
    assert (tmp_path / "encryption-key").read_bytes() == kept


@pytest.mark.parametrize("offset", [3, 4])
def test_a_taken_port_is_one_sentence(tmp_path: Path, port: int, offset: int) -> None:
    with socket.socket() as other:
        other.bind((HOST, port + offset))
        other.listen()
        demo = start(tmp_path, port, command=COMMAND)
        said, _ = demo.communicate(timeout=30)

    assert demo.returncode == 1
    assert said.startswith(f"Port {port + offset} is taken by another program")
    assert "make demo-sso PORT=" in said
    assert len(said.splitlines()) == 1
