"""Moving a key under the first encryption key at the moment in which its owner touches it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import override_settings

from integrations.models import Key
from integrations.services import rotation, vault
from tests.commands.test_rotate_keys import NEW, OLD, opened, secret, store

pytestmark = pytest.mark.django_db


def before_the_first_update(act: Callable[[], Any]) -> Callable[..., Any]:
    """Return a wrapper of statements that acts once: just before a row is written."""
    waiting = [act]

    def wrapped(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if waiting and sql.startswith("UPDATE"):
            waiting.pop()()
        return execute(sql, *rest)

    return wrapped


@pytest.mark.parametrize(("under", "moved_now"), [(NEW, 0), (OLD, 1)], ids=["new", "old"])
def test_a_key_that_is_replaced_just_before_it_is_written_is_read_again(
    under: bytes, moved_now: int, settings: LazySettings
) -> None:
    store(1)
    stale = rotation.stored().get()
    with override_settings(FOCUS_ENCRYPTION_KEYS=(under,)):
        newer = vault.sealed_for(stale, secret(99))
    settings.FOCUS_ENCRYPTION_KEYS = (NEW, OLD)

    replace = before_the_first_update(lambda: Key.objects.update(ciphertext=newer))
    with connection.execute_wrapper(replace):
        done = rotation.rotate()

    assert done == rotation.Rotation(moved=moved_now, already=1 - moved_now, unreadable=0)
    assert opened(NEW) == {stale.pk: secret(99)}


def test_a_key_that_is_removed_just_before_it_is_written_stays_removed(
    settings: LazySettings,
) -> None:
    store(1)
    settings.FOCUS_ENCRYPTION_KEYS = (NEW, OLD)

    remove = before_the_first_update(lambda: Key.objects.all().delete())
    with connection.execute_wrapper(remove):
        assert rotation.rotate().moved == 0

    assert not Key.objects.exists()
