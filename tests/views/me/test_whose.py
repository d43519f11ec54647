"""Is this another person's key? Asked when none of the accounts seen before is in a new listing."""

from collections.abc import Callable

import pytest
from django.test import Client

from integrations.models import Account, Key
from integrations.sandbox import Sandbox
from integrations.services import vault
from tests.browsing import read, send
from tests.conftest import WORKSPACE
from tests.teamwork import BO, CHIDI, DANA
from tests.views.me.entering import enter

ACCOUNTS = f"/w/{WORKSPACE}/accounts/"


@pytest.fixture
def doubted(client: Client, own: Key) -> Key:
    """Mia's key, seen as Bo's, then replaced by Chidi's and listed."""
    client.get(ACCOUNTS)
    enter(client, secret=CHIDI)
    client.get(ACCOUNTS)
    own.refresh_from_db()
    return own


def emails(key: Key) -> set[str]:
    """Return the addresses of the accounts that are there."""
    found = Account.objects.filter(source__key=key, gone_at=None)
    return set(found.values_list("email", flat=True))


def test_it_asks_and_takes_nothing_over_meanwhile(
    client: Client, doubted: Key, asked: Callable[[], list[str]], sandbox: Sandbox
) -> None:
    assert doubted.doubted_at is not None
    asked()

    accounts = read(client.get(ACCOUNTS))

    assert accounts.links["Say whose it is"] == "/me/whose/"
    assert "bo@example.com" in accounts.words
    assert "chidi@example.com" not in accounts.words
    question = read(client.get("/me/whose/")).words
    assert "Is this another person’s key?" in question
    assert "bo@example.com" in question
    assert emails(doubted) == {"bo@example.com", "bo.larsen@example.net"}
    sent = [request.headers["authorization"] for request in sandbox.requests[-5:]]
    client.post(f"/w/{WORKSPACE}/check/")
    assert [s for s in sent if CHIDI in s] == [f"Bearer {CHIDI}"] * 2  # the check, and one listing
    assert CHIDI not in sandbox.requests[-1].headers["authorization"]


def test_it_goes_on_with_the_same_person(client: Client, doubted: Key) -> None:
    page = send(client, client.get("/me/whose/"), button="Same", answer="same")

    assert (page.status_code, page["Location"]) == (302, "/me/")
    client.post(f"/w/{WORKSPACE}/check/")
    doubted.refresh_from_db()
    assert doubted.proven_generation == doubted.generation == 2
    assert emails(doubted) == {"chidi@example.com"}
    assert Account.objects.filter(source__key=doubted, gone_at__isnull=False).count() == 2


def test_it_forgets_what_another_person_had(client: Client, doubted: Key) -> None:
    page = send(client, client.get("/me/whose/"), button="Same", answer="other")

    assert page["Location"] == "/me/"
    assert not Account.objects.filter(source__key=doubted).exists()
    client.get(ACCOUNTS)
    doubted.refresh_from_db()
    assert doubted.proven_generation == 2
    assert emails(doubted) == {"chidi@example.com"}
    assert Account.objects.filter(source__key=doubted).count() == 1


def test_it_removes_the_key(client: Client, doubted: Key) -> None:
    page = send(client, client.get("/me/whose/"), button="Same", answer="remove")

    assert page["Location"] == "/me/"
    assert not Key.objects.filter(pk=doubted.pk).exists()
    assert "Your key is removed" in read(client.get("/me/")).words


def test_no_answer_is_no_answer(client: Client, doubted: Key) -> None:
    for answer in (None, "nonsense"):
        page = send(client, client.get("/me/whose/"), button="Same", answer=answer)
        assert page.status_code == 200
    doubted.refresh_from_db()
    assert doubted.doubted_at is not None


def test_an_answer_about_an_earlier_key_does_not_count(client: Client, doubted: Key) -> None:
    question = client.get("/me/whose/")
    enter(client, secret=DANA)
    client.get(ACCOUNTS)

    send(client, question, button="Same", answer="other")

    doubted.refresh_from_db()
    assert doubted.generation == 3
    assert doubted.doubted_at is not None
    assert emails(doubted) == {"bo@example.com", "bo.larsen@example.net"}


def test_the_first_key_again_needs_no_question(client: Client, doubted: Key) -> None:
    enter(client, secret=BO)
    client.get(ACCOUNTS)

    doubted.refresh_from_db()
    assert (doubted.generation, doubted.proven_generation) == (3, 3)
    assert doubted.doubted_at is None
    assert vault.secret_of(doubted).hint == "b0b0"
    assert client.get("/me/whose/")["Location"] == "/me/"


def test_without_a_key_there_is_no_question(client: Client) -> None:
    assert client.get("/me/whose/")["Location"] == "/me/"
