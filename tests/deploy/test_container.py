"""docs/deploy/Containerfile and compose.yaml: what the image holds is enough to build and to run.

No container is built here. The image's files are copied as its COPY lines say, and its commands
are run on them.
"""

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from integrations.management.processes import follow_parent, serves
from tests.check.demos import eventually
from tests.check.sources import ROOT
from tests.deploy.front import DOCS
from tests.support.environment import PRODUCTION
from tests.support.postgres import free_port

PROGRAMS = {"python": sys.executable, "gunicorn": f"{sys.executable} -m gunicorn"}


def instructions() -> list[tuple[str, str]]:
    """Return the Containerfile's instructions with what follows each."""
    text = re.sub(r"^#.*\n", "", (DOCS / "Containerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for line in lines if line for name, _, rest in [line.partition(" ")]]


def the(name: str) -> str:
    """Return what follows the last instruction of that name."""
    return [rest for known, rest in instructions() if known == name][-1]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The folder of the application as the image has it."""
    folder = tmp_path / "image"
    folder.mkdir()
    for words in (rest.split() for name, rest in instructions() if name == "COPY"):
        if words[0].startswith("--from") or words == ["requirements.lock", "."]:
            continue
        *sources, target = words
        for source in sources:
            place = folder / target / (source if target.endswith("/") else "")
            if (ROOT / source).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, place, ignore=ignored, dirs_exist_ok=True)
            else:
                shutil.copy(ROOT / source, place)
    return folder


def run(command: str, folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start a command of the image in ``folder`` with nothing of this shell's environment."""
    for name, path in PROGRAMS.items():
        command = re.sub(rf"(^|exec |&& |\b[A-Z_]+=\S+ ){name} ", rf"\g<1>{path} ", command)
    kept = {"PATH": os.environ["PATH"], "FOCUSADMIN_ENV_FILE": "", **environment}
    return subprocess.Popen(
        ["sh", "-c", command],
        cwd=folder,
        env=kept,
        stderr=subprocess.PIPE,
        preexec_fn=follow_parent(),
        start_new_session=True,
    )


def beats(database: Path) -> list[tuple[str]]:
    """Return the workers that say that they are there."""
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return connection.execute("SELECT id FROM integrations_workerbeat").fetchall()


@pytest.mark.thorough
def test_the_image_builds_starts_and_is_healthy(image: Path, tmp_path: Path) -> None:
    static = str(tmp_path / "collected")
    builds = [rest for name, rest in instructions() if name == "RUN" and "collectstatic" in rest]
    [build] = builds
    none = build.replace("/tmp/none.sqlite3", str(tmp_path / "none.sqlite3"))

    built = run(none, image, STATIC_ROOT=static)
    _, said = built.communicate(timeout=60)
    assert built.returncode == 0, said
    assert (tmp_path / "collected" / "staticfiles.json").exists()
    assert not (tmp_path / "none.sqlite3").exists()

    port = str(free_port())
    _sh, _c, start = json.loads(the("CMD"))
    ours = {**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "STATIC_ROOT": static}
    server = run(start.replace("0.0.0.0:8000", f"127.0.0.1:{port}"), image, **ours)
    try:
        assert eventually(lambda: serves("127.0.0.1", int(port), "/healthz"), seconds=30)
        check = json.loads(the("HEALTHCHECK").partition("CMD ")[2])
        assert check[:2] == ["python", "-c"]
        asked = [sys.executable, "-c", check[2].replace(":8000", f":{port}")]
        assert subprocess.run(asked, timeout=10).returncode == 0
        works = run("exec python manage.py worker", image, **ours)
        assert eventually(lambda: bool(beats(tmp_path / "db.sqlite3")), seconds=30)
        works.terminate()
        _, said = works.communicate(timeout=15)
        assert works.returncode == 0, said
        assert not beats(tmp_path / "db.sqlite3")
    finally:
        server.terminate()
        server.communicate(timeout=15)
    assert subprocess.run(asked, stderr=subprocess.DEVNULL, timeout=10).returncode != 0


def test_the_image_runs_as_nobody_and_names_no_host() -> None:
    froms = [rest.split()[0] for name, rest in instructions() if name == "FROM"]

    user, _, group = the("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert all(re.fullmatch(r"python:3\.11-slim", image) for image in froms)


def test_what_is_copied_is_not_ignored_and_secrets_are() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        word
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from")
        for word in rest.split()[:-1]
    }

    assert lines[1] == "*"
    assert kept == copied
    assert not [name for name in (".env", "var", ".git") if any(fnmatch(name, k) for k in kept)]


def test_the_compose_file_fits_the_image_and_the_variables() -> None:
    compose = yaml.safe_load((DOCS / "compose.yaml").read_text())
    app = compose["services"]["app"]
    known = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    names = {name.removesuffix("_FILE") for name in app["environment"]}
    assert names - {"FORWARDED_ALLOW_IPS"} <= set(known)
    files = [path for name, path in app["environment"].items() if name.endswith("_FILE")]
    assert {path.removeprefix("/run/secrets/") for path in files} == set(app["secrets"])
    used = {name for service in compose["services"].values() for name in service["secrets"]}
    assert used == set(compose["secrets"])
    assert (DOCS / app["build"]["context"] / app["build"]["dockerfile"]).resolve().exists()
    assert app["read_only"] is True
    assert app["cap_drop"] == ["ALL"]
    assert all(shlex.split(port)[0].startswith("127.0.0.1:") for port in app["ports"])


def test_the_worker_is_the_image_of_the_application_and_has_time_to_finish() -> None:
    services = yaml.safe_load((DOCS / "compose.yaml").read_text())["services"]
    app, worker = services["app"], services["worker"]

    own = {"command", "depends_on", "ports", "healthcheck", "stop_grace_period"}
    assert {name for name in worker if worker[name] != app.get(name)} == own
    assert worker["command"] == ["python", "manage.py", "worker"]
    assert worker["depends_on"] == app["depends_on"] | {"app": {"condition": "service_healthy"}}
    assert worker["ports"] == []
    patience = float(worker["stop_grace_period"].removesuffix("s"))
    assert patience > 2 * settings.FOCUS_WRITE_DEADLINE


def test_the_proxy_that_compose_trusts_is_in_its_network() -> None:
    compose = yaml.safe_load((DOCS / "compose.yaml").read_text())
    environment = compose["services"]["app"]["environment"]
    [network] = compose["networks"]["focusadmin"]["ipam"]["config"]

    assert environment["TRUSTED_PROXIES"] == f"{network['gateway']}/32"
    assert environment["FORWARDED_ALLOW_IPS"] == network["gateway"]
