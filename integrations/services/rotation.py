"""The stored keys as a whole: can they be read, and moving them under the first encryption key."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from integrations.models import Key
from integrations.services import vault

logger = logging.getLogger(__name__)

MAKE_A_KEY = (
    'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
)


@dataclass(frozen=True)
class Rotation:
    """What a run found: how many keys it moved, found moved already, and could not read."""

    moved: int
    already: int
    unreadable: int


def stored() -> QuerySet[Key]:
    """Return the keys whose secret is kept here."""
    return Key.objects.filter(owner__isnull=False).exclude(ciphertext="").order_by("pk")


def rotate() -> Rotation:
    """Encrypt every stored key under the first encryption key, each by itself.

    A key that is replaced or removed meanwhile stays as its owner left it. Killed at any point,
    every key is as it was or as it shall be, and the next run does the rest.
    """
    moved = already = unreadable = 0
    for pk in list(stored().values_list("pk", flat=True)):
        try:
            done = _rotated(pk)
        except vault.VaultError as error:
            logger.warning("key %s cannot be read: %s", pk, error)
            unreadable += 1
        else:
            moved, already = moved + done, already + (not done)
    return Rotation(moved, already, unreadable)


def reencrypt(key: Key) -> bool:
    """Store a key under the first encryption key, unless it is no longer what was read.

    Raises VaultError.
    """
    sealed = vault.sealed_for(key, vault.secret_of(key))
    unchanged = Key.objects.filter(pk=key.pk, ciphertext=key.ciphertext)
    return bool(unchanged.update(ciphertext=sealed))


def forget_unreadable() -> int:
    """Empty what cannot be read, so that its owners are asked for their keys; return how many."""
    forgotten = 0
    for key in stored():
        if not _is_readable(key):
            unchanged = Key.objects.filter(pk=key.pk, ciphertext=key.ciphertext)
            forgotten += unchanged.update(ciphertext="")
    return forgotten


def problem() -> str | None:
    """Return why the stored keys cannot be served, with the remedy; None where they can."""
    keys = list(stored())
    if not keys:
        return None
    if not settings.FOCUS_ENCRYPTION_KEYS:
        return (
            f"FOCUS_ENCRYPTION_KEYS is not set, and the keys of people are stored: {len(keys)}."
            " Set it to the value that they were encrypted with. If that is lost, set a new one"
            f" ({MAKE_A_KEY}) and run: python manage.py rotate_keys --forget-unreadable"
        )
    unreadable = sum(not _is_readable(key) for key in keys)
    if unreadable:
        return (
            f"FOCUS_ENCRYPTION_KEYS cannot decrypt {unreadable} of the {len(keys)} stored keys."
            " Add the key that they were encrypted with, as new,old. If that is lost, run:"
            " python manage.py rotate_keys --forget-unreadable (their owners enter them again)"
        )
    return None


def _rotated(pk: UUID) -> bool:
    """Move one key; False where that was done before, by us or whoever replaced it."""
    while key := stored().filter(pk=pk).first():
        if vault.is_under_first_key(key.ciphertext):
            vault.secret_of(key)
            return False
        if reencrypt(key):
            return True
    return False


def _is_readable(key: Key) -> bool:
    try:
        vault.secret_of(key)
    except vault.VaultError:
        return False
    return True
