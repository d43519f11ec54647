"""Entering one's key: checked at once, stored encrypted, and told truthfully why not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Key
from integrations.sandbox import Sandbox
from integrations.services import keys, people_keys, vault
from integrations.services.vault import Secret
from tests.browsing import read
from tests.teamwork import BO, CHIDI
from tests.views.me.entering import enter

NOTHING = "Nothing was stored."


def test_it_checks_and_stores_a_key_and_shows_its_end_alone(
    client: Client, manager: User, asked: Callable[[], list[str]]
) -> None:
    page = enter(client, secret=f"  {BO}\n")

    assert (page.status_code, page["Location"]) == (302, "/me/")
    assert asked() == ["settings"]
    key = Key.objects.get(owner=manager)
    assert vault.secret_of(key) == Secret(BO)
    assert (key.generation, key.proven_generation, key.hint) == (1, 1, "b0b0")
    assert key.visibility == Key.Visibility.HEALTH
    shown = read(client.get("/me/"))
    assert "Focus accepts your key" in shown.words
    assert "Ends in b0b0" in shown.words
    assert "b0b0b" not in shown.words


def test_it_takes_an_e_mail_address_and_a_password(client: Client, manager: User) -> None:
    page = enter(client, email="bo@example.com", password="bo-example-password")

    assert page.status_code == 302
    key = Key.objects.get(owner=manager)
    assert vault.secret_of(key) == Secret("bo-example-password", "bo@example.com")
    assert "The Toggl password of bo@example.com" in read(client.get("/me/")).words


def test_it_keeps_what_the_owner_chose_with_it(client: Client, manager: User) -> None:
    day = timezone.localdate() + timedelta(days=30)

    enter(client, secret=BO, visibility="private", expires_on=day.isoformat())

    key = Key.objects.get(owner=manager)
    assert (key.visibility, key.expires_on) == (Key.Visibility.PRIVATE, day)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (("status", {"status": 401}), "Focus refuses it: it may be mistyped, expired"),
        (("status", {"status": 403}), "Focus knows it, but does not let it be used"),
        (("quota", {"resets_in": 60}), "requests of this hour are used up"),
        (("status", {"status": 400}), "did not accept the question"),
        (("status", {"status": 503}), "could not be reached"),
        (("reset", {}), "could not be reached"),
        (("bad_json", {}), "answered something that cannot be read"),
    ],
)
def test_it_stores_nothing_when_the_check_does_not_succeed(
    client: Client, sandbox: Sandbox, fault: tuple[str, dict[str, int]], says: str
) -> None:
    sandbox.fault("settings", fault[0], times=None, **fault[1])

    page = enter(client, secret=BO)

    assert page.status_code == 200
    assert says in read(page).words
    assert NOTHING in read(page).words
    assert BO not in page.content.decode()
    assert not Key.objects.filter(owner__isnull=False).exists()


def test_it_says_when_focus_does_not_know_the_key(client: Client, sandbox: Sandbox) -> None:
    page = enter(client, secret="toggl_sk_" + "99" * 16)

    assert "Focus refuses it" in read(page).words
    assert not Key.objects.filter(owner__isnull=False).exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Paste your Focus key."),
        ({"secret": "seven77"}, "8 to 200 letters, digits and signs"),
        ({"secret": "with a blank inside it"}, "8 to 200 letters, digits and signs"),
        ({"secret": "x" * 201}, "8 to 200 letters, digits and signs"),
        ({"secret": "clé-secrète-à-moi"}, "8 to 200 letters, digits and signs"),
        ({"secret": BO, "email": "bo@example.com"}, "either a key, or an e-mail"),
        ({"email": "bo@example.com"}, "both the e-mail address and the password"),
        ({"password": "dragon-horse"}, "both the e-mail address and the password"),
        ({"email": "a:b@example.com", "password": "dragon-horse"}, "cannot be sent to Toggl"),
        ({"email": "bo@example.com", "password": "dragon\x07horse"}, "cannot be sent to Toggl"),
        ({"email": "bo@example.com", "password": "p" * 201}, "at most 200 characters"),
        ({"email": "x" * 255, "password": "dragon-horse"}, "at most 254 characters"),
        ({"secret": "x" * 1001}, "at most 1000 characters"),
        ({"secret": "naught\x00naught"}, "Null characters are not allowed"),
        ({"secret": BO, "visibility": "everyone"}, "Select a valid choice"),
        ({"secret": BO, "visibility": None}, "Choose what managers may do"),
        ({"secret": BO, "expires_on": "2020-01-01"}, "This day is over"),
        ({"secret": BO, "expires_on": "soon"}, "Enter a valid date"),
    ],
)
def test_it_asks_focus_nothing_about_what_makes_no_sense_and_repeats_no_secret(
    client: Client,
    asked: Callable[[], list[str]],
    typed: dict[str, str | None],
    says: str,
) -> None:
    page = enter(client, **typed)

    assert page.status_code == 200
    assert says in read(page).words
    assert asked() == []
    for name in ("secret", "password"):
        assert read(page).form(button="Check and store").values[name] == ""
        assert not typed.get(name) or str(typed[name]) not in page.content.decode()


def test_a_key_that_is_replaced_has_to_be_proven(client: Client, manager: User) -> None:
    enter(client, secret=BO)
    before = Key.objects.get(owner=manager)

    page = enter(client, secret=CHIDI)

    assert page.status_code == 302
    after = Key.objects.get(owner=manager)
    assert after.pk == before.pk
    assert (after.generation, after.proven_generation) == (2, 1)
    assert after.replaced_at is not None
    assert after.fingerprint != before.fingerprint
    assert vault.secret_of(after) == Secret(CHIDI)
    assert "Not proven yet" in read(client.get("/me/")).words


def test_a_replacement_that_is_refused_leaves_the_old_key(client: Client, manager: User) -> None:
    enter(client, secret=BO)
    before = Key.objects.filter(owner=manager).values().get()

    enter(client, secret="toggl_sk_" + "99" * 16)

    assert Key.objects.filter(owner=manager).values().get() == before


def test_the_same_key_again_replaces_nothing_but_can_be_read_again(
    client: Client, manager: User
) -> None:
    enter(client, secret=BO)
    Key.objects.filter(owner=manager).update(ciphertext="damaged")
    assert "Cannot be read" in read(client.get("/me/")).words

    enter(client, secret=BO)

    key = Key.objects.get(owner=manager)
    assert key.generation == key.proven_generation == 1
    assert vault.secret_of(key) == Secret(BO)


def test_it_refuses_a_key_that_somebody_else_has_stored(
    client: Client, sandbox: Sandbox, asked: Callable[[], list[str]]
) -> None:
    other = User.objects.create_local(email="ed@example.com", name="Ed", password=None)
    people_keys.put(other, Secret(BO), people_keys.Choices())
    asked()

    page = enter(client, secret=BO)

    assert "Somebody else has stored the same key" in read(page).words
    assert "Ed" not in read(page).words
    assert asked() == []
    assert Key.objects.filter(owner__isnull=False).count() == 1


def test_it_says_when_it_is_the_shared_key(client: Client, sandbox: Sandbox) -> None:
    keys.shared()

    assert enter(client, secret=sandbox.shared_key).status_code == 302

    assert "It is the same key as the shared one" in read(client.get("/me/")).words


def test_it_stores_nothing_without_an_encryption_key(
    client: Client, settings: LazySettings, asked: Callable[[], list[str]]
) -> None:
    settings.FOCUS_ENCRYPTION_KEYS = ()

    page = enter(client, secret=BO)

    assert "has to set FOCUS_ENCRYPTION_KEYS first" in read(page).words
    assert asked() == []
    assert not Key.objects.filter(owner__isnull=False).exists()


def test_a_viewer_may_have_a_key_too(sandbox: Sandbox, db: None) -> None:
    vera = User.objects.create_local(
        email="vera@example.com", name="Vera", password=None, role=Role.VIEWER
    )
    browser = Client()
    browser.force_login(vera)

    assert enter(browser, secret=BO).status_code == 302

    assert "bo.larsen@example.net" in read(browser.get("/w/4400001/accounts/")).words
    assert Account.objects.filter(source__key__owner=vera).count() == 2
