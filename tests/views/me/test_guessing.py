"""Guessing a colleague's Toggl password through the entry of one's own key."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Key, KeyCheck
from integrations.sandbox import Sandbox
from integrations.services import people_keys
from integrations.services.key_checks import LIMIT
from integrations.services.vault import Secret
from tests.browsing import read
from tests.conftest import signed_in
from tests.teamwork import BO, person
from tests.views.me.entering import enter

Asked = Callable[[], list[str]]
RIGHT = {"email": "bo@example.com", "password": "bo-example-password"}
TOO_MANY = "Too many checks have failed within an hour"


def guess(client: Client, number: int, email: str = "bo@example.com") -> str:
    """Enter a wrong password and return what the page says."""
    return read(enter(client, email=email, password=f"wrong-{number}")).words


def ago(**age: int) -> None:
    """Let all that was counted have happened earlier."""
    KeyCheck.objects.update(at=timezone.now() - timedelta(**age))


def test_after_ten_failures_not_even_the_right_password_is_checked(
    client: Client, manager: User, asked: Asked
) -> None:
    told = [guess(client, number) for number in range(LIMIT)]
    assert all("Focus refuses it" in words for words in told)
    assert asked() == ["settings"] * LIMIT

    page = enter(client, **RIGHT)

    assert TOO_MANY in read(page).words
    assert "The next is possible in 60 minutes." in read(page).words
    assert RIGHT["password"] not in page.content.decode()
    assert asked() == []
    assert not Key.objects.filter(owner=manager).exists()


def test_an_hour_later_it_is_checked_again(client: Client, manager: User) -> None:
    for number in range(LIMIT):
        guess(client, number)
    ago(minutes=59, seconds=30)
    assert "possible in 1 minute." in guess(client, LIMIT)
    ago(minutes=60)

    assert enter(client, **RIGHT).status_code == 302

    assert not KeyCheck.objects.exists()


def test_another_address_or_a_key_is_no_way_around_it(client: Client, asked: Asked) -> None:
    for number in range(LIMIT):
        guess(client, number, f"somebody{number}@example.com")
    asked()

    assert TOO_MANY in guess(client, LIMIT, "chidi@example.com")
    assert TOO_MANY in read(enter(client, secret=BO)).words
    assert asked() == []


def test_an_address_is_counted_whoever_tries_and_however_it_is_spelt(
    client: Client, asked: Asked
) -> None:
    for number in range(LIMIT):
        spelling = ("bo@example.com", "BO@Example.com")[number % 2]
        guess(signed_in(person(f"p{number}", Role.VIEWER)), number, spelling)
    asked()

    assert TOO_MANY in guess(client, LIMIT, " Bo@example.com")
    assert asked() == []
    assert enter(client, secret=BO).status_code == 302, "a key cannot be guessed"


def test_that_somebody_has_stored_the_same_one_is_a_failure_too(
    client: Client, sandbox: Sandbox, asked: Asked
) -> None:
    bo = person("bo", Role.VIEWER)
    people_keys.put(bo, Secret(RIGHT["password"], RIGHT["email"]), people_keys.Choices())
    for number in range(LIMIT):
        guess(client, number)
    asked()

    words = read(enter(client, **RIGHT)).words

    assert TOO_MANY in words
    assert "Somebody else" not in words
    assert asked() == []


def test_a_check_that_focus_did_not_answer_does_not_count(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("settings", "status", times=None, status=503)

    assert "could not be reached" in guess(client, 1)

    assert not KeyCheck.objects.exists()


def test_a_success_forgives_no_failure(client: Client, manager: User) -> None:
    guess(client, 1)

    assert enter(client, secret=BO).status_code == 302

    assert KeyCheck.objects.count() == 1
    assert "Checks of a key that failed 1" in read(client.get("/me/stored/")).words


@pytest.mark.usefixtures("sandbox")
def test_a_check_that_is_under_way_counts(manager: User, viewer: User) -> None:
    KeyCheck.objects.bulk_create(KeyCheck(person=manager) for _number in range(LIMIT))

    assert TOO_MANY in guess(signed_in(manager), 1)
    assert "Focus refuses it" in guess(signed_in(viewer), 1)


def test_nothing_that_was_typed_is_kept(client: Client) -> None:
    guess(client, 1)

    [check] = KeyCheck.objects.values_list("login", flat=True)
    assert len(check) == 64
    assert "bo" not in check
