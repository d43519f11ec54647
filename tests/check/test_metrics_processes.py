"""Several gunicorn processes and a worker count together, in the files of one folder."""

import os
import re
import runpy
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from focusadmin import VERSION
from tests.check.sources import ROOT
from tests.support.environment import TESTS

TOKEN = "for-tests-only-" + "0123456789abcdef0"
COUNTS = """
import django
django.setup()
from integrations.services import measuring
for _ in range({times}):
    measuring.observe("GET /7/calendars", "200", 0.2)
"""


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


def test_what_ended_processes_have_counted_is_kept_in_two_files(
    tmp_path: Path, stranger_client: Client, settings: LazySettings, db: Any
) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
    }
    for times in (3, 4):
        command = [sys.executable, "-c", COUNTS.format(times=times)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)

    names = ["counter_ended.db", "histogram_ended.db"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    settings.METRICS_TOKEN, settings.PROMETHEUS_MULTIPROC_DIR = TOKEN, str(tmp_path)
    answer = stranger_client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    found = answer.content.decode()
    labels = 'operation="GET /{id}/calendars"'
    assert f'focusadmin_focus_requests_total{{{labels},status="200"}} 7.0' in found
    assert f"focusadmin_focus_request_seconds_count{{{labels}}} 7.0" in found


def test_a_start_forgets_what_ended_processes_have_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    alive = f"counter_{os.getpid()}.db"
    for name in ("counter_ended.db", "histogram_ended.db", "counter_99999999.db", alive):
        (tmp_path / name).touch()

    begin = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["on_starting"]
    begin(SimpleNamespace(cfg=SimpleNamespace(forwarded_allow_ips=[])))

    assert [file.name for file in tmp_path.iterdir()] == [alive]
