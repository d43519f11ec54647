"""Guessing passwords is slow, for one person from anywhere and from one address for anybody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import LazySettings, settings
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from focusadmin.identity import throttle
from focusadmin.identity.models import User
from tests.browsing import read, send
from tests.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
LIMIT = settings.AXES_FAILURE_LIMIT
OFFICE = LIMIT * throttle.PEOPLE_AT_AN_ADDRESS
HERE, THERE = "192.0.2.1", "198.51.100.7"
WRONG = "not-the-secret-of-mia"


def attempt(email: str, password: str, address: str = HERE, **headers: str) -> Any:
    """Send the sign-in form once, from an address."""
    browser = Client(REMOTE_ADDR=address, headers=headers)
    return browser.post("/sign-in/", {"username": email, "password": password})


def guess(times: int, email: str = "mia@example.com", address: str = HERE) -> Any:
    """Fail so often; return the last answer."""
    for _ in range(times - 1):
        assert attempt(email, WRONG, address).status_code == 200
    return attempt(email, WRONG, address)


def later(**passed: int) -> None:
    """Let time pass for what was counted."""
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(**passed))


def test_a_person_is_locked_from_anywhere_even_with_the_right_password(manager: User) -> None:
    assert guess(LIMIT).status_code == 429

    assert attempt("mia@example.com", PASSWORD, THERE).status_code == 429
    assert attempt(" MIA@Example.com", PASSWORD, THERE).status_code == 429


def test_one_less_locks_nobody(manager: User) -> None:
    assert guess(LIMIT - 1).status_code == 200

    assert attempt("mia@example.com", PASSWORD)["Location"] == "/"


def test_another_person_at_the_same_address_is_not_locked(manager: User, editor: User) -> None:
    guess(LIMIT)

    assert attempt("ed@example.com", PASSWORD)["Location"] == "/"


def test_the_page_says_when_and_not_for_whom(manager: User, settings: LazySettings) -> None:
    settings.CONTACT = "the help desk"
    guess(LIMIT)
    later(minutes=5)

    response = attempt("mia@example.com", PASSWORD)

    page = read(response)
    assert "Too many attempts" in page.words
    assert "Try again in 9 minutes" in page.words
    assert "Ask: the help desk" in page.words
    assert 9 * 60 < int(response["Retry-After"]) <= 10 * 60
    assert "mia" not in response.content.decode()


def test_it_reads_the_same_for_an_address_that_nobody_has(manager: User) -> None:
    known, unknown = guess(LIMIT), guess(LIMIT, "nobody@example.com", THERE)

    assert unknown.status_code == known.status_code == 429
    assert read(unknown).words == read(known).words


def test_the_lock_ends_by_itself_and_trying_meanwhile_does_not_prolong_it(manager: User) -> None:
    guess(LIMIT)
    later(minutes=14)
    assert attempt("mia@example.com", PASSWORD).status_code == 429

    later(minutes=2)

    assert attempt("mia@example.com", PASSWORD)["Location"] == "/"


def test_an_address_that_tries_many_people_is_locked(manager: User) -> None:
    for number in range(OFFICE - 1):
        assert attempt(f"person-{number}@example.com", WRONG).status_code == 200
    assert attempt("one-more@example.com", WRONG).status_code == 429

    assert attempt("mia@example.com", PASSWORD).status_code == 429
    assert attempt("mia@example.com", PASSWORD, THERE)["Location"] == "/"


def test_ones_own_success_forgets_ones_slips_and_nobody_elses(manager: User) -> None:
    guess(LIMIT - 2, address=THERE)
    guess(1)
    attempt("mia@example.com", PASSWORD)

    assert guess(1).status_code == 200
    assert guess(1).status_code == 429


def test_a_success_does_not_free_an_address_that_guesses(manager: User, editor: User) -> None:
    for number in range(OFFICE - 1):
        attempt(f"person-{number}@example.com", WRONG)
    attempt("ed@example.com", PASSWORD)

    assert attempt("one-more@example.com", WRONG).status_code == 429


def test_a_forged_forwarded_address_is_not_believed(manager: User) -> None:
    for number in range(OFFICE):
        attempt(f"person-{number}@example.com", WRONG, **{"X-Forwarded-For": f"10.0.0.{number}"})

    assert attempt("mia@example.com", PASSWORD).status_code == 429


def test_ipv6_addresses_of_one_network_count_as_one(manager: User) -> None:
    for number in range(OFFICE):
        attempt(f"person-{number}@example.com", WRONG, f"2001:db8:1:2::{number:x}")

    assert attempt("mia@example.com", PASSWORD, "2001:db8:1:2:ffff::1").status_code == 429
    assert attempt("mia@example.com", PASSWORD, "2001:db8:1:3::1")["Location"] == "/"


@pytest.mark.parametrize("address", ["", "unix:", "not an address"])
def test_without_an_address_only_people_are_counted(manager: User, address: str) -> None:
    for number in range(OFFICE + 1):
        assert attempt(f"person-{number}@example.com", WRONG, address).status_code == 200

    assert guess(LIMIT, address=address).status_code == 429


def test_nothing_that_was_typed_is_kept_or_logged(
    manager: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    typed = "the-secret-in-the-wrong-field"

    browser = Client(enforce_csrf_checks=True)
    send(browser, browser.get("/sign-in/"), button="Sign in", username=typed, password=WRONG)
    guess(LIMIT)
    attempt("mia@example.com", PASSWORD)

    kept = str(list(AccessAttempt.objects.values()))
    assert AccessAttempt.objects.count() == 2
    for text in (typed, WRONG, PASSWORD, "mia"):
        assert text not in kept + caplog.text
    assert not re.search(r"csrfmiddlewaretoken=(?!\*)", kept)
    assert not AccessLog.objects.exists()
    assert not AccessFailureLog.objects.exists()


def test_each_failure_is_one_line_of_the_log(
    manager: User, caplog: pytest.LogCaptureFixture
) -> None:
    guess(LIMIT)

    lines = [message for message in caplog.messages if message.startswith("sign-in ")]
    assert len(lines) == LIMIT
    assert lines[0].startswith(f"sign-in failed address={HERE} person=")
    assert lines[-1].startswith(f"sign-in locked address={HERE} person=")
    assert len({line.rpartition("=")[2] for line in lines}) == 1


def test_whoever_is_signed_in_stays_so(manager: User, client: Client) -> None:
    guess(LIMIT)

    assert client.get("/workspaces/").status_code == 200
    assert signed_in(manager).get("/workspaces/").status_code == 200


def test_the_operator_can_unlock_a_person(manager: User) -> None:
    guess(LIMIT)

    call_command("user", "unlock", "Mia@example.com")

    assert attempt("mia@example.com", PASSWORD)["Location"] == "/"


def test_behind_a_proxy_nothing_is_counted(manager: User, settings: LazySettings) -> None:
    settings.AXES_ENABLED = False

    for _ in range(LIMIT + 1):
        assert attempt("mia@example.com", WRONG).status_code == 200
    assert not AccessAttempt.objects.exists()
