"""``manage.py rotate_keys``: nothing is lost, whatever happens meanwhile."""

import io
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import override_settings

from focusadmin.checks import refuse_unreadable_keys
from focusadmin.config import ConfigurationError
from focusadmin.identity.models import User
from integrations.models import Key
from integrations.services import rotation, vault
from integrations.services.vault import Secret
from tests.check.sources import ROOT
from tests.support import database

OLD, NEW = Fernet.generate_key(), Fernet.generate_key()
KILLS, ROWS = (50, 300) if os.environ.get("PROVE") == "1" else (2, 80)
ROTATE = ("manage.py", "rotate_keys", "--skip-checks")
Secrets = dict[Any, Secret]


def run(*words: str) -> str:
    """Run the command under new and old, and return what it says."""
    out = io.StringIO()
    with override_settings(FOCUS_ENCRYPTION_KEYS=(NEW, OLD)):
        call_command("rotate_keys", *words, stdout=out)
    return out.getvalue()


def secret(number: int) -> Secret:
    """Return somebody's key; every fifth signs in with a password."""
    email = f"p{number}@example.com" if number % 5 == 0 else ""
    return Secret(f"toggl_sk_{number:032x}", email)


def store(count: int) -> Secrets:
    """Store people's keys under the old encryption key; return them by row."""
    people = User.objects.bulk_create(
        User(issuer="tests", subject=str(number)) for number in range(count)
    )
    secrets = {}
    rows = []
    for number, person in enumerate(people):
        key = Key(owner=person, fingerprint="f")
        secrets[key.pk] = secret(number)
        with override_settings(FOCUS_ENCRYPTION_KEYS=(OLD,)):
            key.ciphertext = vault.sealed_for(key, secrets[key.pk])
        rows.append(key)
    Key.objects.bulk_create(rows)
    return secrets


def opened(*keys: bytes) -> Secrets:
    """Return every stored key as these encryption keys read it."""
    with override_settings(FOCUS_ENCRYPTION_KEYS=keys):
        return {key.pk: vault.secret_of(key) for key in rotation.stored()}


def moved() -> int:
    """Return how many keys are under the new encryption key."""
    return rotation.stored().filter(ciphertext__startswith=vault.key_id(NEW)).count()


@pytest.mark.django_db
def test_it_moves_every_key_and_says_when_the_old_one_can_go() -> None:
    secrets = store(7)

    said = run()

    assert said.startswith("Re-encrypted: 7. Under the first key before: 0.\n")
    assert "Every stored key is under the first" in said
    assert "may be dropped" in said
    assert opened(NEW) == secrets


@pytest.mark.django_db
def test_it_does_nothing_the_second_time() -> None:
    store(3)
    run()
    before = list(Key.objects.order_by("pk").values_list("ciphertext", flat=True))

    said = run()

    assert said.startswith("Re-encrypted: 0. Under the first key before: 3.\n")
    assert list(Key.objects.order_by("pk").values_list("ciphertext", flat=True)) == before


@pytest.mark.django_db
def test_it_has_nothing_to_do_with_the_shared_key() -> None:
    Key.objects.create(owner=None, fingerprint="f")

    assert run().startswith("Re-encrypted: 0. Under the first key before: 0.\n")


@pytest.mark.django_db
def test_it_moves_the_others_when_one_cannot_be_read() -> None:
    secrets = store(4)
    lost = rotation.stored()[2]
    Key.objects.filter(pk=lost.pk).update(ciphertext=lost.ciphertext[:-8] + "AAAAAAA=")

    with pytest.raises(CommandError, match=r"any of FOCUS_ENCRYPTION_KEYS: 1\. Keep every old"):
        run()

    assert moved() == 3
    del secrets[lost.pk]
    said = run("--forget-unreadable")
    assert said.startswith("Forgotten: 1.\nRe-encrypted: 0. Under the first key before: 3.\n")
    assert opened(NEW) == secrets
    assert Key.objects.get(pk=lost.pk).ciphertext == ""


@pytest.mark.django_db
def test_it_refuses_without_an_encryption_key() -> None:
    store(1)

    with (
        override_settings(FOCUS_ENCRYPTION_KEYS=()),
        pytest.raises(CommandError, match="is not set"),
    ):
        call_command("rotate_keys", "--forget-unreadable")

    assert rotation.stored().count() == 1


@pytest.mark.django_db
def test_it_leaves_a_key_that_was_replaced_while_it_was_being_moved() -> None:
    store(1)
    stale = rotation.stored().get()
    with override_settings(FOCUS_ENCRYPTION_KEYS=(NEW, OLD)):
        newer = vault.sealed_for(stale, secret(99))
        Key.objects.update(ciphertext=newer)

        assert not rotation.reencrypt(stale)

    assert Key.objects.get().ciphertext == newer
    assert opened(NEW)[stale.pk] == secret(99)


@pytest.mark.django_db(transaction=True)
def test_it_undoes_nothing_that_people_do_meanwhile(settings: LazySettings) -> None:
    settings.FOCUS_ENCRYPTION_KEYS = (NEW, OLD)
    secrets = store(ROWS // 2)
    chosen = [key for number, key in enumerate(rotation.stored()) if number % 3 == 0]
    ready = threading.Barrier(2)

    def replace() -> None:
        ready.wait(10)
        for number, key in enumerate(reversed(chosen), start=1000):
            if number % 7:
                secrets[key.pk] = secret(number)
                sealed = vault.sealed_for(key, secrets[key.pk])
                Key.objects.filter(pk=key.pk).update(ciphertext=sealed)
            else:
                del secrets[key.pk]
                Key.objects.filter(pk=key.pk).delete()
        connection.close()

    people = threading.Thread(target=replace)
    people.start()
    ready.wait(10)
    done = rotation.rotate()
    people.join(30)

    assert done.unreadable == 0
    assert opened(NEW) == secrets


def start(*command: str, **changes: str) -> "subprocess.Popen[str]":
    """Start Python as a process of its own on the database of this test."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": database.address(),
        "FOCUS_ENCRYPTION_KEYS": f"{NEW.decode()},{OLD.decode()}",
    }
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment | changes,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for a minute at most."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_it_may_be_killed_at_any_point() -> None:
    secrets = store(ROWS)
    draw = random.Random(20260801)  # noqa: S311  # moments, not secrets
    killed_midway = 0

    for _ in range(KILLS):
        if moved() == ROWS:
            with override_settings(FOCUS_ENCRYPTION_KEYS=(OLD, NEW)):
                rotation.rotate()  # turn it back, so that there is something to interrupt
        before = moved()
        process = start(*ROTATE)
        eventually(lambda process=process, n=before: moved() > n or process.poll() is not None)
        time.sleep(draw.uniform(0, 0.03))
        process.kill()
        process.communicate(timeout=60)
        killed_midway += process.returncode == -9 and 0 < moved() < ROWS
        assert opened(NEW, OLD) == secrets

    last = start(*ROTATE)
    said, _nothing = last.communicate(timeout=60)
    assert (last.returncode, "may be dropped" in said) == (0, True), said
    assert killed_midway
    assert opened(NEW) == secrets


@pytest.mark.django_db(transaction=True)
def test_nothing_is_served_with_keys_that_cannot_be_read() -> None:
    store(3)

    with override_settings(FOCUS_ENCRYPTION_KEYS=(NEW, OLD)):
        refuse_unreadable_keys()
    for keys, told in (
        ((), r"not set.*stored: 3\..*os\.urandom\(32\).*rotate_keys"),
        ((NEW,), r"cannot decrypt 3 of the 3 stored keys.*new,old.*rotate_keys"),
    ):
        with (
            override_settings(FOCUS_ENCRYPTION_KEYS=keys),
            pytest.raises(ConfigurationError, match=rf"E040.*{told}"),
        ):
            refuse_unreadable_keys()
    Key.objects.all().delete()
    with override_settings(FOCUS_ENCRYPTION_KEYS=()):
        refuse_unreadable_keys()


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_a_server_ends_at_once_and_names_the_check() -> None:
    store(2)

    process = start("-c", "import focusadmin.wsgi", FOCUS_ENCRYPTION_KEYS=NEW.decode())
    said, _nothing = process.communicate(timeout=60)

    assert process.returncode == 3
    assert "focusadmin.E040" in said
    assert "cannot decrypt 2 of the 2" in said
    assert "gAAAA" not in said
