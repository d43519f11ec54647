"""The set-up: from nothing to the first good answer, and who hears what on the way."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from focusadmin import parsers
from focusadmin.identity.models import User
from integrations.models import Account, Change, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import workers, workspaces
from tests.browsing import read
from tests.conftest import WORKSPACE
from tests.teamwork import give_key, person

PATH = "/setup/"
Asked = Callable[[], list[str]]


@pytest.fixture
def empty(settings: LazySettings, sandbox: Sandbox) -> LazySettings:
    """An installation without a key and without a workspace."""
    settings.FOCUS_API_KEY = settings.FOCUS_EMAIL = settings.FOCUS_PASSWORD = ""
    settings.FOCUS_WORKSPACES = ()
    workspaces.sync()
    return settings


def add_workspace() -> None:
    """Let people open a workspace that a manager has added."""
    values = {"organization_id": 5500001, "label": "Studio", "managed": True}
    Workspace.objects.update_or_create(workspace_id=WORKSPACE, defaults=values)


def steps(client: Client) -> str:
    """Return what the page says."""
    return read(client.get(PATH)).words


def test_a_manager_is_led_to_it_and_sees_what_to_do(
    client: Client, empty: LazySettings, asked: Asked
) -> None:
    for path in ("/", "/workspaces/"):
        assert client.get(path)["Location"] == PATH

    found = read(client.get(PATH))

    for words in (
        "Name a workspace To do",
        "FOCUS_WORKSPACES=Studio=5500001/4400001",
        "Give Focusadmin a key To do",
        "FOCUS_API_KEY=toggl_sk_…",
        "Possible once there are a workspace and a key.",
    ):
        assert words in found.words
    assert found.links["Add a workspace"] == "/workspaces/manage/"
    assert found.links["Add my key"] == "/me/key/"
    assert all(form.action == "/sign-out/" for form in found.forms)
    assert asked() == []


def test_others_hear_whom_to_ask(viewer_client: Client, empty: LazySettings, asked: Asked) -> None:
    empty.CONTACT = "Helpdesk, 4711"
    assert viewer_client.get("/")["Location"] == PATH

    found = read(viewer_client.get(PATH))

    assert "Focusadmin is not set up yet" in found.words
    assert "Ask: Helpdesk, 4711" in found.words
    assert "FOCUS_API_KEY" not in found.words
    assert viewer_client.post(PATH).status_code == 403
    assert asked() == []


def test_the_first_check_asks_once_and_says_what_it_saw(
    client: Client, empty: LazySettings, sandbox: Sandbox, asked: Asked
) -> None:
    empty.FOCUS_API_KEY = sandbox.shared_key
    empty.FOCUS_WORKSPACES = parsers.workspaces(f"Studio=5500001/{WORKSPACE}")
    workspaces.sync()
    workers.beat("one")
    assert "Focus is asked once, through the shared key, for the accounts in Studio." in steps(
        client
    )
    assert asked() == []

    assert client.post(PATH)["Location"] == PATH

    assert asked() == ["list_accounts"]
    found = read(client.get(PATH))
    assert f"Focus has answered: {Account.objects.count()} accounts in Studio." in found.words
    assert "Everything is set up." in found.words
    assert sandbox.shared_key not in client.get(PATH).content.decode()
    assert Change.objects.count() == 0


def test_a_check_that_fails_says_why_and_is_not_repeated_at_once(
    client: Client, empty: LazySettings, sandbox: Sandbox, asked: Asked
) -> None:
    empty.FOCUS_API_KEY = "toggl_sk_" + "00" * 16
    empty.FOCUS_WORKSPACES = parsers.workspaces(f"Studio=5500001/{WORKSPACE}")
    workspaces.sync()

    client.post(PATH)

    found = read(client.get(PATH))
    assert "Ask Focus for the first time Failing" in found.words
    assert "Focus refuses this application’s key" in found.words
    assert len(asked()) == 1
    again = read(client.post(PATH, follow=True)).words
    assert "Focus refuses this application’s key" in again
    assert "Checked with Focus" not in again
    assert asked() == []


def test_a_check_without_anything_to_ask_asks_nothing(
    client: Client, empty: LazySettings, asked: Asked
) -> None:
    assert "First there have to be" in read(client.post(PATH, follow=True)).words
    assert asked() == []


def test_a_key_of_ones_own_is_enough(
    client: Client, manager: User, empty: LazySettings, asked: Asked
) -> None:
    add_workspace()
    give_key(manager, "alex")
    asked()

    assert client.get("/")["Location"] != PATH
    assert "You have added a key of your own." in steps(client)
    found = read(client.get(f"/w/{WORKSPACE}/accounts/"))

    assert "no Focus key yet" not in found.words
    assert list(Source.objects.filter(key__owner=None)) == []
    assert len(asked()) == 1


def test_without_any_key_pages_say_so_and_ask_nothing(
    client: Client, empty: LazySettings, asked: Asked
) -> None:
    add_workspace()

    assert client.get(f"/w/{WORKSPACE}/accounts/connect/")["Location"] == PATH
    for path in ("accounts", "calendars", "activity"):
        answer = client.get(f"/w/{WORKSPACE}/{path}/")
        assert answer.status_code == 200, path
    assert "Focusadmin has no Focus key yet" in read(client.get(f"/w/{WORKSPACE}/accounts/")).words
    for path in ("/status/", "/people/", "/me/", "/help/"):
        assert client.get(path).status_code == 200, path
    assert asked() == []


def test_what_was_done_through_a_shared_key_stays_when_it_is_taken_away(
    client: Client, accounts: dict[str, Account], settings: LazySettings, asked: Asked
) -> None:
    settings.FOCUS_API_KEY = ""
    asked()

    found = read(client.get(f"/w/{WORKSPACE}/accounts/"))

    assert "events@example.com" in found.words
    assert asked() == []


def test_once_it_is_set_up_others_are_told_so(
    viewer_client: Client, accounts: dict[str, Account]
) -> None:
    assert "Focusadmin is set up" in read(viewer_client.get(PATH)).words


def test_somebody_else_may_look_through_a_key_that_they_may_see(
    client: Client, empty: LazySettings
) -> None:
    add_workspace()
    client.get("/people/")  # there is a row of the shared key now
    assert client.get("/")["Location"] == PATH

    give_key(person("chidi"), "chidi")

    assert client.get("/")["Location"] != PATH


def test_a_proxy_that_is_not_known_is_to_be_named(
    client: Client, accounts: dict[str, Account], settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "https://focusadmin.example.com"
    assert "Put a proxy in front Done" in steps(client)

    through = read(client.get(PATH, headers={"X-Forwarded-For": "192.0.2.1"}))

    assert "behind a proxy that it does not know" in through.words
    assert "TRUSTED_PROXIES=" in through.words


def test_passwords_where_people_work_are_to_be_accepted(
    client: Client, accounts: dict[str, Account], settings: LazySettings
) -> None:
    settings.PASSWORDS_IN_PRODUCTION, settings.PASSWORD_SIGN_IN_ACCEPTED = True, False
    assert "PASSWORD_SIGN_IN_ACCEPTED=true" in steps(client)

    settings.PASSWORD_SIGN_IN_ACCEPTED = True

    assert "Decide how people sign in Done" in steps(client)
