"""A key's whole life over the real stack: it is seen by Focus, and by nobody else ever."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import caches
from django.core.signals import got_request_exception
from django.db import DatabaseError, connection
from django.test import Client
from django.views.debug import ExceptionReporter

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Key
from integrations.sandbox import Sandbox
from tests import canaries
from tests.canaries import FIRST, PASSWORD, SECOND, Installation, installation, met
from tests.conftest import PASSWORD as SIGN_IN
from tests.conftest import WORKSPACE

ACCOUNTS = f"/w/{WORKSPACE}/accounts/"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
KEY, LOGIN = {"secret": FIRST}, {"email": "bo@example.com", "password": PASSWORD}
MIDDLES = [(True, KEY), (False, LOGIN)]
if os.environ.get("PROVE") == "1":
    MIDDLES += [(False, KEY), (True, LOGIN)]


@pytest.fixture
def focus(sandbox: Sandbox) -> Sandbox:
    """Bo's and Chidi's keys are the canaries, and so is Bo's password."""
    bo, chidi = sandbox.world.person("bo@example.com"), sandbox.world.person("chidi@example.com")
    bo.key, bo.password, chidi.key = FIRST, PASSWORD, SECOND
    return sandbox


@contextmanager
def without(table: str) -> Iterator[None]:
    """Take a table away, so that whatever asks for it fails in the middle of what it does."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO taken_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE taken_away RENAME TO {table}")


def live(app: Installation, focus: Sandbox) -> None:
    """Add a key, list, edit, fail in every way, replace, rotate and remove it."""
    add, ready = "/me/key/", "Check and store"
    app.send("/sign-in/", button="Sign in", username="mia@example.com", password=SIGN_IN)
    assert "Focus accepts your key" in app.send(add, button=ready, secret=FIRST).words
    accounts = app.get(ACCOUNTS)
    assert "bo.larsen@example.net" in accounts.words
    account = accounts.links["bo@example.com"]
    calendar = app.get(account).links["School runs"]
    saved = app.send(calendar, button="Save", background_color="#123456")
    assert "Outcome unknown" not in saved.words
    _rules(app, calendar)
    _fail(app, focus, calendar)
    assert "Paste" in app.send(add, button=ready).words
    assert (
        "either a key"
        in app.send(
            add, button=ready, secret=SECOND, email="bo@example.com", password=PASSWORD
        ).words
    )
    assert "8 to 200" in app.send(add, button=ready, secret=f"{FIRST} {SECOND}").words
    form = app.form(add, ready)
    with without("integrations_key"):
        assert "Exception" in app.post(form, secret=SECOND).words
    with without("integrations_source"):
        assert "Exception" in app.post(form, secret=SECOND).words


def _rules(app: Installation, calendar: str) -> None:
    """Read the rules, add one, delete it, and hide an event."""
    rules = f"/w/{WORKSPACE}/rules/"
    assert "Site visit" in app.get(rules).words
    added = app.send(f"{rules}new/", button="Add rule", title="Retro", default_project_id="330001")
    assert "Added the rule" in added.words
    assert "Deleted the rule" in app.send(added.links["Retro"], button="Delete rule").words
    hidden = app.get(calendar).links["Hidden events"]
    assert "1 event of" in app.send(hidden, button="Replace the list", uids="a@x").words


def _fail(app: Installation, focus: Sandbox, calendar: str) -> None:
    form = app.form(calendar, "Save")
    for kind, options in (
        ("status", {"status": 401}),
        ("status", {"status": 403}),
        ("html", {}),
        ("bad_json", {}),
        ("reset", {}),
    ):
        focus.fault("any", kind, times=None, **options)
        app.send(ACCOUNTS, button="Check")
        app.get(f"/w/{WORKSPACE}/rules/")
        app.post(form, background_color="#654321")
        assert "Nothing was stored" in app.send("/me/key/", button="Check and", secret=SECOND).words
        focus.clear_faults()


def change(app: Installation) -> None:
    """Replace the key, answer the question, rotate, take the password instead, remove it all."""
    add, ready = "/me/key/", "Check and store"
    app.send(add, button=ready, secret=SECOND)
    app.send(ACCOUNTS, button="Check")
    app.send("/me/whose/", button="Same", answer="other")
    assert "chidi@example.com" in app.get(ACCOUNTS).words
    rotated = app.manage("rotate_keys", FOCUS_ENCRYPTION_KEYS=f"{NEW},{OLD}")
    assert "Re-encrypted: 1." in rotated
    assert "can" in app.manage("rotate_keys", FOCUS_ENCRYPTION_KEYS=OLD)
    assert "Cannot be read" in app.get("/me/").words
    app.get(ACCOUNTS)
    stored = app.send(add, button=ready, email="bo@example.com", password=PASSWORD)
    assert "Focus accepts your key" in stored.words
    app.get("/me/stored/")
    app.get("/people/")
    app.get("/status/")


def end(app: Installation) -> None:
    """Send the form once more where it cannot count, and remove the key."""
    form = app.form("/me/key/", "Check and store")
    assert "too long" in app.post(form, secret=FIRST, csrfmiddlewaretoken="x" * 64).words
    cookies = app.browser.cookies.copy()
    app.browser.cookies.pop("sessionid")
    assert "Your sign-in has ended" in app.post(form, secret=FIRST, password=PASSWORD).words
    app.browser.cookies = cookies
    assert "Your key is removed" in app.send("/me/remove/", button="Remove my key").words


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_no_canary_is_met_over_the_real_stack(
    focus: Sandbox, manager: User, tmp_path: Path
) -> None:
    # A hash that the server's own settings can check; the tests' are cheaper.
    manager.password = PBKDF2PasswordHasher().encode(SIGN_IN, "salt", iterations=1)
    manager.save()
    with installation(focus, tmp_path, FOCUS_ENCRYPTION_KEYS=OLD) as app:
        live(app, focus)
        kept = app.everything()
        change(app)
        later = app.everything()
        end(app)
        last = app.everything()

    sent = {request.headers.get("authorization") for request in focus.requests}
    assert {f"Bearer {FIRST}", f"Bearer {SECOND}"} <= sent
    for moment in (kept, later, last):
        assert {where: met(text) for where, text in moment.items() if met(text)} == {}
    assert b"gAAAA" in kept["database"]
    assert b"bo.larsen@example.net" in kept["database"]
    assert b"UPDATE" in kept["log"]
    assert b"/users/me/settings" in kept["log"]
    assert not Key.objects.filter(owner__isnull=False).exists()


def test_every_spelling_would_be_met() -> None:
    for number, canary in enumerate(canaries.CANARIES):
        for how, spelling in canaries.spellings(canary.removeprefix("toggl_sk_")).items():
            assert f"{number} as {how}" in met(b"before " + spelling + b" after")
    assert met(b"ca0a, the last four") == []


class Broken:
    """Lets so many statements pass and then breaks the connection, as a database can."""

    def __init__(self, passing: int) -> None:
        self.left = passing

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise DatabaseError("the connection is gone")
        return execute(sql, params, many, context)


@pytest.mark.thorough
@pytest.mark.few(2)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("debug", "typed"), MIDDLES)
def test_no_failure_in_the_middle_shows_it(
    focus: Sandbox,
    client: Client,
    settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
    debug: bool,
    typed: dict[str, str],
) -> None:
    settings.DEBUG = debug
    client.raise_request_exception = False
    reports: list[str] = []

    def report(**_signal: Any) -> None:
        kind, error, trace = sys.exc_info()
        reporter = ExceptionReporter(_signal["request"], kind, error, trace)
        reports.append(reporter.get_traceback_html() + reporter.get_traceback_text())
        assert error is not None
        reports.append("".join(traceback.format_exception(error)))

    got_request_exception.connect(report)
    statuses = []
    try:
        for passing in range(40):
            with connection.execute_wrapper(Broken(passing)):
                page = client.post("/me/key/", typed | {"visibility": "health"})
            statuses.append(page.status_code)
            assert met(page.content) == []
            if page.status_code == 302:
                break
            Key.objects.filter(owner__isnull=False).delete()
    finally:
        got_request_exception.disconnect(report)

    assert statuses[-1] == 302
    assert statuses.count(500) > 5
    assert len(reports) >= 10
    for text in (*reports, caplog.text, repr(vars(caches["default"]))):
        assert met(text) == []


def test_a_viewers_pages_show_none_of_a_managers_key(focus: Sandbox, client: Client) -> None:
    client.post("/me/key/", {"secret": FIRST, "visibility": "act"})
    ed = User.objects.create_local(
        email="ed@example.com", name="Ed", password=None, role=Role.MANAGER
    )
    browser = Client()
    browser.force_login(ed)

    about = f"/people/{Key.objects.get(owner__isnull=False).owner_id}/"
    for path in (ACCOUNTS, "/people/", about, "/status/"):
        page = browser.get(path)
        assert page.status_code == 200
        assert met(page.content) == []
