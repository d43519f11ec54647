"""``manage.py user``."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from focusadmin.identity.models import User
from tests.check.sources import ROOT
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "entirely-different-horse"


def run(*words: str) -> str:
    """Run the command and return what it says."""
    out = io.StringIO()
    call_command("user", *words, stdout=out)
    return out.getvalue()


def can_sign_in(email: str, password: str) -> bool:
    """Say whether the sign-in page lets somebody in."""
    answer = Client().post("/sign-in/", {"username": email, "password": password})
    return answer.status_code == 302


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    """A file with a good password on its first line."""
    path = tmp_path / "password"
    path.write_text(f"{NEW}\nanother line\n")
    return str(path)


def test_it_adds_a_person_who_can_sign_in(password_file: str) -> None:
    said = run("add", "New@Example.com", "--name", "Noor New", "--password-file", password_file)

    assert said == "Done: New@Example.com can sign in and is viewer.\n"
    person = User.objects.get()
    assert (person.issuer, person.subject, person.email, person.name, person.role) == (
        "local",
        "new@example.com",
        "New@Example.com",
        "Noor New",
        "viewer",
    )
    assert can_sign_in("new@example.com", NEW)


def test_it_reads_the_password_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NEW}\n"))

    run("add", "new@example.com", "--password-file", "-")

    person = User.objects.get()
    assert person.check_password(NEW)
    assert str(person) == "new@example.com"


def test_it_asks_for_the_password_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)

    run("add", "new@example.com")

    assert User.objects.get().check_password(NEW)


def test_without_a_terminal_it_says_how_else(tmp_path: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "user", "add", "new@example.com"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "CommandError: There is no terminal to ask for a password at: name a file with"
        " --password-file, or - for standard input."
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "no-address"), "is not an e-mail address"),
        (("add", f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.com"), "is too long"),
        (("add", f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'ß' * 10}.com"), "is too long"),
        (("add", "new@example.com", "--name", "N" * 201), "name is too long: 200 characters"),
        (("add", "new@example.com", "--name", "N\udcff"), "name is not text"),
        (("add", "new@example.com", "--name", "Noor\nNew"), "name is not text"),
        (("disable", "nobody@example.com"), "Nobody signs in as nobody@example.com"),
        (("enable", "nobody@example.com"), "Nobody signs in as nobody@example.com"),
        (("password", "nobody@example.com"), "Nobody signs in as nobody@example.com"),
        (("unlock", "nobody@example.com"), "Nobody signs in as nobody@example.com"),
        (("role", "nobody@example.com", "viewer"), "Nobody signs in as nobody@example.com"),
    ],
)
def test_it_says_in_one_sentence_what_cannot_be_done(
    password_file: str, words: tuple[str, ...], sentence: str
) -> None:
    secret = ("--password-file", password_file) if words[0] in ("add", "password") else ()

    with pytest.raises(CommandError, match=sentence) as caught:
        run(*words, *secret)

    assert len(str(caught.value).splitlines()) == 1
    assert not User.objects.exists()


def test_it_adds_nobody_twice(manager: User, password_file: str) -> None:
    with pytest.raises(CommandError, match="exists already; see: manage.py user password"):
        run("add", "MIA@example.com", "--password-file", password_file)

    manager.refresh_from_db()
    assert manager.check_password(PASSWORD)


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password123", "new@example.com"])
def test_it_accepts_no_weak_password(tmp_path: Path, weak: str) -> None:
    path = tmp_path / "password"
    path.write_text(weak)

    with pytest.raises(CommandError):
        run("add", "new@example.com", "--password-file", str(path))

    assert not User.objects.exists()


def test_it_says_when_the_password_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="password file cannot be read"):
        run("add", "new@example.com", "--password-file", str(tmp_path / "missing"))


def test_it_says_when_the_password_file_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(b"\xff\xfe\n")

    with pytest.raises(CommandError, match="password file cannot be read"):
        run("add", "new@example.com", "--password-file", str(path))


def test_it_disables_and_enables(manager: User, client: Client) -> None:
    assert run("disable", " MIA@example.com ") == "Done: disable mia@example.com.\n"
    assert client.get("/workspaces/").status_code == 302
    assert not can_sign_in("mia@example.com", PASSWORD)

    run("enable", "mia@example.com")
    assert can_sign_in("mia@example.com", PASSWORD)


def test_a_new_password_ends_every_session(
    manager: User, client: Client, password_file: str
) -> None:
    run("password", "mia@example.com", "--password-file", password_file)

    assert client.get("/workspaces/").status_code == 302
    assert can_sign_in("mia@example.com", NEW)
    assert not can_sign_in("mia@example.com", PASSWORD)


@pytest.mark.parametrize(
    ("role", "status"), [("none", 403), ("viewer", 403), ("editor", 403), ("manager", 200)]
)
def test_a_role_counts_from_the_next_request(
    manager: User, client: Client, role: str, status: int
) -> None:
    said = run("role", " MIA@example.com", role)

    assert said == f"Done: role mia@example.com {role}.\n"
    assert client.get("/w/4400001/accounts/connect/").status_code == status
    assert client.get("/workspaces/").status_code == (403 if role == "none" else 200)


@pytest.mark.parametrize("role", ["none", "viewer", "editor", "manager"])
def test_it_adds_a_person_with_a_role(password_file: str, role: str) -> None:
    said = run("add", "new@example.com", "--role", role, "--password-file", password_file)

    assert said.endswith("has no role.\n" if role == "none" else f"is {role}.\n")
    assert User.objects.get().role == role.replace("none", "")


def test_it_lists_everybody_who_signs_in_with_a_password(
    manager: User, viewer: User, nobody_yet: User
) -> None:
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    User.objects.create(issuer="https://sso.example.com", subject="s", email="sso@example.com")

    assert run("list").splitlines() == [
        "mia@example.com  manager  Mia Manager",
        "noor@example.com  none  Noor New",
        "vera@example.com  viewer  Vera Viewer  disabled",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("delete", "mia@example.com"),
        ("role", "mia@example.com", "admin"),
        ("add", "a@b.c", "--role", "root"),
    ],
)
def test_it_knows_nothing_else(manager: User, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        run(*words)

    manager.refresh_from_db()
    assert manager.role == "manager"
