"""Several gunicorn processes and a worker count together, in the files of one folder."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from focusadmin import VERSION
from tests.check.sources import ROOT
from tests.support.environment import TESTS

TOKEN = "for-tests-only-" + "0123456789abcdef0"


def get(port: int, path: str) -> str:
    """Return an answer's text, of whatever status; raises OSError while nobody listens."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        return connection.getresponse().read().decode()


def test_the_version_is_the_projects() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.thorough
def test_several_processes_count_together(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    dead = folder / "counter_99999999.db"
    dead.write_bytes(b"left behind")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = TESTS | {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "METRICS_TOKEN": TOKEN,
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True, timeout=120)
    command = [sys.executable, "-m", "gunicorn", "--workers=2", f"--bind=127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, "focusadmin.wsgi"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            try:
                get(port, "/healthz")
                break
            except OSError:
                time.sleep(0.2)
        for _ in range(12):
            get(port, "/")  # leads to the sign-in

        found = get(port, "/metrics")

        name = "django_http_responses_total_by_status_view_method_total"
        [line] = re.findall(rf'{name}{{(.*view="home".*)}} (.*)', found)
        assert line == ('method="GET",status="302",view="home"', "12.0")
        assert found.count("# HELP focusadmin_workers ") == 1
        assert not dead.exists()
        assert list(folder.glob("*.db"))
    finally:
        server.terminate()
        server.wait(timeout=30)
