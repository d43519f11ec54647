"""Plain headers: what is unsafe stops the start, and so does trusting everybody's scheme."""

import os
import subprocess
import sys
from typing import Any

import pytest

from focusadmin.config import ConfigurationError
from focusadmin.identity.configuration import HeaderProxy
from tests.check.sources import ROOT
from tests.config.starting import Start, run
from tests.support.environment import PRODUCTION

SECRET = "0f9b1c7d5e3a8642b7c9d1e0f2a3b4c5"
GOOD = {"SIGN_IN": "authelia", "TRUSTED_PROXIES": "unix", "PROXY_SECRET": SECRET}


def test_it_starts_with_peers_and_a_secret(start: Start) -> None:
    settings = start(**GOOD)

    assert isinstance(settings["SIGN_IN"], HeaderProxy)
    assert settings["SIGN_IN"].peers == settings["TRUSTED_PEERS"]
    assert settings["TRUSTED_PEERS"].unix


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"TRUSTED_PROXIES": None}, "E023"),
        ({"PROXY_SECRET": None}, "E024"),
        ({"PROXY_SECRET": SECRET[:31]}, "E025"),
        ({"PROXY_SECRET": f"{SECRET},{SECRET}"}, "E026"),
        ({"HEADER_USER": "Remote_User"}, "E027"),
        ({"TRUSTED_PROXIES": "*"}, "E020"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "E020"),
        ({"TRUSTED_PROXIES": "::/0"}, "E020"),
        ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "E021"),
        ({"TRUSTED_PROXIES": "0.0.0.0/1 128.0.0.0/1"}, "E022"),
    ],
)
def test_what_would_believe_a_stranger_is_refused(
    start: Start, changes: dict[str, Any], number: str
) -> None:
    with pytest.raises(ConfigurationError) as told:
        start(**GOOD | changes)

    assert f"focusadmin.{number}" in str(told.value)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize("sign_in", ["local", "google-iap"])
def test_peers_are_read_with_the_same_care_in_every_mode(start: Start, sign_in: str) -> None:
    with pytest.raises(ConfigurationError, match="E020"):
        start(SIGN_IN=sign_in, JWT_AUDIENCE="x" * (sign_in != "local"), TRUSTED_PROXIES="*")


def test_no_worker_serves_what_is_unsafe() -> None:
    unsafe = {"SIGN_IN": "authelia", "TRUSTED_PROXIES": "*", "PROXY_SECRET": "short"}
    done = run("-c", "import focusadmin.wsgi", **unsafe)

    assert done.returncode == 3
    for said in ("focusadmin.E020", "name the proxy's own address", "focusadmin.E025", "openssl"):
        assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("peers", ["*", "0.0.0.0/0", "10.1.2.3,::/0"])
def test_gunicorn_does_not_start_while_anybody_may_say_https(peers: str) -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", "127.0.0.1:0"]
    done = subprocess.run(
        [*command, "focusadmin.wsgi:application"],
        cwd=ROOT,
        env={**PRODUCTION, "PATH": os.environ["PATH"], "FORWARDED_ALLOW_IPS": peers},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert "focusadmin.E028" in done.stderr
    assert "Booting worker" not in done.stderr
