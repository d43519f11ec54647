"""The cast, the sandbox at the other end of the wire, and a page-checking test client."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror, outage, workspaces
from integrations.services.actors import Actor

WORKSPACE = 4400001
ORGANIZATION = 5500001
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite in a file, as an installation does: in memory, threads lock each other out."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _net_for_misspelt_variables(_fail_for_invalid_template_variable: None) -> None:
    """Build template engines anew once pytest-django has hung the net into their settings.

    Whoever made one before, such as a system check, has made it without.
    """
    setting_changed.send(sender=None, setting="TEMPLATES", value=None, enter=True)


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """One sandbox for the whole run; ``sandbox`` gives it freshly seeded to each test."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings: LazySettings) -> Sandbox:
    """The seeded sandbox, with the product's settings pointing at it."""
    running_sandbox.reset()
    outage.here.forget()
    settings.FOCUS_API_URL = running_sandbox.api_url
    settings.FOCUS_API_KEY = running_sandbox.shared_key
    settings.FOCUS_CONSENT_ORIGINS = frozenset({running_sandbox.provider_url})
    return running_sandbox


@pytest.fixture
def manager(db: Any) -> User:
    """Mia, who may do everything."""
    return User.objects.create_local(
        email="mia@example.com", name="Mia Manager", password=PASSWORD, role=Role.MANAGER
    )


@pytest.fixture
def editor(db: Any) -> User:
    """Ed, who may edit."""
    return User.objects.create_local(
        email="ed@example.com", name="Ed Editor", password=PASSWORD, role=Role.EDITOR
    )


@pytest.fixture
def viewer(db: Any) -> User:
    """Vera, who may look."""
    return User.objects.create_local(
        email="vera@example.com", name="Vera Viewer", password=PASSWORD, role=Role.VIEWER
    )


@pytest.fixture
def nobody_yet(db: Any) -> User:
    """Noor, who signs in and has no role."""
    return User.objects.create_local(
        email="noor@example.com", name="Noor New", password=PASSWORD, role=None
    )


@pytest.fixture
def stranger_client() -> Client:
    """Nobody: not signed in."""
    return Client()


@pytest.fixture
def client(manager: User, sandbox: Sandbox) -> Client:
    """A browser in which Mia is signed in, in front of the sandbox."""
    return signed_in(manager)


def signed_in(person: User) -> Client:
    """Return a browser in which a person is signed in."""
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def editor_client(editor: User, sandbox: Sandbox) -> Client:
    """A browser in which Ed is signed in, in front of the sandbox."""
    return signed_in(editor)


@pytest.fixture
def viewer_client(viewer: User, sandbox: Sandbox) -> Client:
    """A browser in which Vera is signed in, in front of the sandbox."""
    return signed_in(viewer)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hashed names need a collected directory, which unit tests have no use for.

    It is empty, and nothing else is in it: every new client looks at each file that is there.
    """
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp() / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: LazySettings) -> None:
    """A real hash costs 0.4 s, which is its purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _listed_workspaces(request: pytest.FixtureRequest) -> None:
    """Start with the environment's workspaces, as the server does."""
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker(
        "django_db"
    ):
        request.getfixturevalue("db")
        workspaces.sync()


@pytest.fixture
def source(sandbox: Sandbox, db: Any) -> Source:
    """The shared key in the first workspace."""
    return keys.source(keys.shared(), Workspace.objects.get(workspace_id=WORKSPACE))


@pytest.fixture
def asked(sandbox: Sandbox) -> Callable[[], list[str]]:
    """What was asked of Focus since the last call: the name of each operation, in order."""
    seen = 0

    def since() -> list[str]:
        nonlocal seen
        new = [request.operation for request in sandbox.requests[seen:]]
        seen += len(new)
        return new

    return since


@pytest.fixture
def accounts(source: Source, asked: Callable[[], list[str]]) -> dict[str, Account]:
    """Every account by its address, just mirrored; what that cost is forgotten."""
    mirror.read(source)
    asked()
    return {account.email: account for account in source.accounts.all()}


@pytest.fixture
def actor() -> Actor:
    """Mia, as the record names her."""
    return Actor("local", "mia@example.com", "Mia Manager", "manager", "0" * 32)
