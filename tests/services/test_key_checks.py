"""Failed checks of entered keys: counted by person and by e-mail address, for an hour."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Key, KeyCheck
from integrations.sandbox import Sandbox
from integrations.services import key_checks, people_keys
from integrations.services.key_checks import LIMIT, TooManyChecksError
from integrations.services.vault import Secret
from tests.teamwork import BO, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]
Asked = Callable[[], list[str]]
RIGHT = Secret("bo-example-password", "bo@example.com")
WRONG = Secret("not-the-password", "bo@example.com")
KEY = Secret(BO)


def check(who: User, secret: Secret) -> None:
    """Enter a key as this person."""
    people_keys.put(who, secret, people_keys.Choices())


def fail(*people: User) -> None:
    """Let a check of Bo's password fail, once for each of these."""
    for who in people:
        with pytest.raises(focus.CredentialsError):
            check(who, WRONG)


def test_only_what_failed_is_counted(asked: Asked) -> None:
    ed = person("ed")

    fail(ed, ed)
    check(ed, RIGHT)

    assert asked() == ["settings"] * 3
    assert key_checks.failed(ed) == 2
    assert key_checks.failed(person("vera")) == 0


def test_a_check_that_focus_did_not_answer_is_not_counted(sandbox: Sandbox) -> None:
    ed = person("ed")
    sandbox.fault("settings", "status", status=503)

    with pytest.raises(focus.UnavailableError):
        check(ed, WRONG)

    assert key_checks.failed(ed) == 0


def test_whoever_failed_too_often_checks_nothing_until_the_oldest_is_an_hour_old(
    asked: Asked,
) -> None:
    ed = person("ed")
    fail(*[ed] * LIMIT)
    asked()
    oldest = KeyCheck.objects.order_by("at").first()
    assert oldest is not None
    KeyCheck.objects.filter(pk=oldest.pk).update(at=timezone.now() - timedelta(minutes=40))

    for secret in (RIGHT, KEY):
        with pytest.raises(TooManyChecksError) as told:
            check(ed, secret)
        assert told.value.minutes == 20
    assert asked() == []
    assert key_checks.failed(ed) == LIMIT, "what was not checked did not fail"

    KeyCheck.objects.filter(pk=oldest.pk).update(at=timezone.now() - timedelta(hours=1))
    check(ed, RIGHT)
    assert Key.objects.filter(owner=ed).exists()


def test_an_address_is_counted_whoever_tries_and_a_key_is_not(asked: Asked) -> None:
    fail(*(person(f"p{number}") for number in range(LIMIT)))
    asked()
    ed = person("ed")

    with pytest.raises(TooManyChecksError):
        check(ed, Secret("bo-example-password", "BO@example.com"))

    assert asked() == []
    check(ed, KEY)
    assert asked() == ["settings"]
