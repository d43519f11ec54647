"""The same question about the environment's key, for managers."""

import pytest
from django.conf import LazySettings
from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account
from integrations.services import keys
from tests.browsing import read, send
from tests.conftest import WORKSPACE
from tests.teamwork import ALEX, BO

ACCOUNTS = f"/w/{WORKSPACE}/accounts/"


@pytest.fixture
def replaced(client: Client, settings: LazySettings) -> None:
    """The environment's key was Alex's and is Bo's; both were listed."""
    client.get(ACCOUNTS)
    settings.FOCUS_API_KEY = BO
    client.get(ACCOUNTS)


@pytest.mark.usefixtures("replaced")
def test_a_manager_is_asked_and_nothing_is_taken_over_meanwhile(client: Client) -> None:
    accounts = read(client.get(ACCOUNTS))

    assert accounts.links["Say whose it is"] == "/shared-key/"
    assert "alex@example.com" in accounts.words
    assert "bo@example.com" not in accounts.words
    question = read(client.get("/shared-key/"))
    assert "The shared Focus key of the configuration was replaced" in question.words
    assert "Remove this key" not in question.words


@pytest.mark.usefixtures("replaced")
def test_others_are_told_but_not_asked(client: Client) -> None:
    ed = User.objects.create_local(
        email="ed@example.com", name="Ed", password=None, role=Role.EDITOR
    )
    browser = Client()
    browser.force_login(ed)

    page = read(browser.get(ACCOUNTS))

    assert "Say whose it is" not in page.links
    assert "The key may be another person’s" in page.words
    assert browser.get("/shared-key/").status_code == 403


@pytest.mark.usefixtures("replaced")
@pytest.mark.parametrize("answer", ["same", "other"])
def test_a_managers_answer_counts(client: Client, answer: str) -> None:
    page = send(client, client.get("/shared-key/"), button="Same", answer=answer)

    assert (page.status_code, page["Location"]) == (302, "/")
    client.post(f"/w/{WORKSPACE}/check/")
    shown = read(client.get(ACCOUNTS)).words
    assert "bo@example.com" in shown
    assert "studio@example.com" not in shown
    gone = Account.objects.filter(gone_at__isnull=False).count()
    assert gone == (6 if answer == "same" else 0)


@pytest.mark.usefixtures("replaced")
def test_the_shared_key_cannot_be_removed_here(client: Client) -> None:
    send(client, client.get("/shared-key/"), button="Same", answer="remove")

    assert keys.shared().doubted_at is not None
    assert Account.objects.filter(source__key=keys.shared()).count() == 6


@pytest.mark.usefixtures("replaced")
def test_the_old_key_put_back_is_known_at_once(
    client: Client, settings: LazySettings, sandbox: object
) -> None:
    settings.FOCUS_API_KEY = ALEX

    client.get(ACCOUNTS)

    key = keys.shared()
    assert (key.generation, key.proven_generation, key.doubted_at) == (3, 3, None)


def test_without_doubt_there_is_no_question(client: Client) -> None:
    assert client.get("/shared-key/")["Location"] == "/"
