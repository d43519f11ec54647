"""A copy is put back as docs/deploy/upgrade-backup.md says, and the stored keys in it are read."""

import getpass
import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from integrations.models import Key, Source
from integrations.sandbox import Sandbox
from integrations.services import vault
from tests.check.sources import ROOT
from tests.deploy.front import DOCS
from tests.support import database, postgres
from tests.teamwork import BO, give_key, person

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = (DOCS / "upgrade-backup.md").read_text()
#: What the page calls what is elsewhere in a test.
PLACES = {
    "folder": "/var/lib/focusadmin",
    "user": "focusadmin -g focusadmin",
    "file": "focusadmin-….sqlite3",
    "dump": "/var/lib/focusadmin/backups/focusadmin-….dump",
    "outside": "focusadmin-….dump",
}
#: What a newer version may have: a table that leans on one which the copy holds.
NEWER = "CREATE TABLE newer (key_id uuid REFERENCES integrations_key)"
WAYS = ["machine", "containers"] if connection.vendor == "postgresql" else ["machine"]
#: What stands before a command that is run as another user, or in the database's container.
ELSEWHERE = r"^\s*(runuser -u postgres --|docker compose -f docs/deploy/compose.yaml exec -T db) "


def commands(title: str, **names: str) -> str:
    """Return the page's commands below a title, without the service's start and stop."""
    found = re.search(rf"\n{title}.*?\n```sh\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    lines = [re.sub(ELSEWHERE, "", line) for line in found[1].splitlines()]
    text = "\n".join(line for line in lines if line.split()[0] not in ("systemctl", "docker"))
    for place, value in names.items():
        assert PLACES[place] in text
        text = text.replace(PLACES[place], value)
    return text


@pytest.fixture
def copy(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of a database in which Bo has stored a key."""
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{postgres.programs()}")
    give_key(person("bo"), "bo")
    call_command("backup", tmp_path / "backups", verbosity=0)
    [made] = (tmp_path / "backups").iterdir()
    return made


@pytest.fixture(params=WAYS)
def restored(copy: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of another database, over which the copy was put as the page says."""
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm"):  # what the broken one has left behind
            (tmp_path / f"focusadmin.sqlite3{ending}").write_bytes(b"broken")
        run(commands("SQLite", folder=str(tmp_path), user=getpass.getuser(), file=copy.name))
        yield f"sqlite:///{tmp_path / 'focusadmin.sqlite3'}"
        return
    address = f"{database.address().rpartition('/')[0]}/focusadmin"
    if request.param == "machine":
        script = commands("PostgreSQL on this machine", dump=shlex.quote(str(copy)))
    else:
        script = commands("With containers", outside=shlex.quote(str(copy)))
    run(f"createdb focusadmin; pg_restore --no-owner --dbname=focusadmin {shlex.quote(str(copy))}")
    with closing(psycopg.connect(address, autocommit=True)) as forgotten:
        forgotten.execute(NEWER)
        run(script)
    yield address
    run("dropdb --force focusadmin")


def run(script: str) -> None:
    """Run commands of the page, with the test's own way to the server of PostgreSQL."""
    at = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    server = {variable: str(at[name]) for variable, name in names.items()}
    done = subprocess.run(
        ["sh", "-ec", script], env=os.environ | server, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.few(2)
def test_a_stored_key_is_read_from_what_was_put_back(restored: str) -> None:
    [found] = Key.objects.filter(owner__isnull=False)
    Key.objects.all().delete()
    other = connection.copy("restored")
    name = restored.rpartition("/")[2] if connection.vendor == "postgresql" else restored[10:]
    other.settings_dict["NAME"] = name
    connections["restored"] = other
    try:
        [back] = Key.objects.using("restored").filter(owner__email="bo@example.com")
        assert back.pk == found.pk
        assert vault.secret_of(back).value == BO
        assert "newer" not in other.introspection.table_names()
    finally:
        other.close()
        del connections["restored"]


@pytest.mark.thorough
def test_it_is_served_with_the_right_encryption_key_alone(restored: str, sandbox: Sandbox) -> None:
    def ended(**changes: str) -> tuple[int, str]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
            "DATABASE_URL": restored,
            "FOCUS_API_URL": sandbox.api_url,
            "FOCUS_API_KEY": sandbox.shared_key,
        }
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=environment | changes, capture_output=True, text=True, timeout=60
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    words = ["check_focus", "--key", "bo@example.com", "--workspace", "4400001"]
    code, said = ended()
    assert (code, "reachable, accepted" in said) == (0, True), said

    other = Fernet.generate_key().decode()
    code, said = ended(FOCUS_ENCRYPTION_KEYS=other)
    assert code == 1
    assert "cannot be decrypted. Look at FOCUS_ENCRYPTION_KEYS" in said

    words = ["worker"]
    code, said = ended(FOCUS_ENCRYPTION_KEYS=other)
    assert code == 1
    assert "FOCUS_ENCRYPTION_KEYS cannot decrypt 1 of the 1 stored keys." in said
    code, said = ended(FOCUS_ENCRYPTION_KEYS="")
    assert code == 1
    assert "FOCUS_ENCRYPTION_KEYS is not set, and the keys of people are stored: 1." in said


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the containers have PostgreSQL")
def test_what_the_containers_back_up_is_readable_to_its_owner_only(
    copy: Path, tmp_path: Path
) -> None:
    page = (DOCS / "container.md").read_text()
    [script] = re.findall(
        r"```sh\n(\(\n.*?pg_dump.*?)```", page.partition("## Backup")[2], re.DOTALL
    )
    here = re.sub(ELSEWHERE, "", script, flags=re.MULTILINE)
    name = str(connection.settings_dict["NAME"])
    run(f"cd {shlex.quote(str(tmp_path))}\n{here.replace(' focusadmin >', f' {name} >')}")

    [made] = tmp_path.glob("focusadmin-*.dump")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    run(f"pg_restore --list {shlex.quote(str(made))} | grep -q integrations_key")


def test_no_copy_holds_what_the_keys_are_encrypted_with(copy: Path) -> None:
    held = copy.read_bytes()

    assert BO.encode() not in held
    assert not any(key in held for key in settings.FOCUS_ENCRYPTION_KEYS)
