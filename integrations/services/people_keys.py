"""A person's own Focus key: added, replaced, removed, and shown as its owner decides.

* KeyEntryError
  * NoVaultError         nothing can be stored here: there is no encryption key
  * TakenError           somebody else has stored the same key
"""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from focusadmin.identity.models import User
from integrations.models import Change, Key, Quota, Source, Workspace
from integrations.services import (
    changes,
    key_checks,
    keys,
    quotas,
    recolouring,
    record,
    snapshots,
    vault,
)
from integrations.services.vault import Secret

logger = logging.getLogger(__name__)

#: An owner is told so long before the last day of their key.
WARNING = timedelta(days=7)


class KeyEntryError(Exception):
    """The key was not stored."""


class NoVaultError(KeyEntryError):
    """FOCUS_ENCRYPTION_KEYS is not set, so nothing can be stored."""


class TakenError(KeyEntryError):
    """Somebody else has stored the same key, and a Focus key is one person's."""


@dataclass(frozen=True)
class Choices:
    """What the owner decides about their key."""

    visibility: str = Key.Visibility.HEALTH
    expires_on: date | None = None


def of(person: User) -> Key | None:
    """Return a person's own key."""
    return Key.objects.filter(owner=person).first()


@sensitive_variables()
def put(person: User, secret: Secret, choices: Choices) -> Key:
    """Check a key with Focus and store it as this person's, in place of the one they had.

    Costs one request of the key. Raises KeyEntryError, TooManyChecksError, or FocusError where the
    check did not succeed; nothing is stored then. The same key again replaces nothing.
    """
    if not settings.FOCUS_ENCRYPTION_KEYS:
        raise NoVaultError
    _refuse_closed(person, secret)
    with key_checks.counted(person, secret):
        _refuse_taken(person, secret)
        client = keys.checking(secret.credentials())
        found = client.settings()
    lock = keys.shared().pk
    with transaction.atomic():
        # Everybody who stores a key waits here, so that two people cannot store the same one.
        Key.objects.select_for_update().get(pk=lock)
        _refuse_taken(person, secret)
        key = Key.objects.select_for_update().filter(owner=person).first() or Key(owner=person)
        is_new = key._state.adding
        if not is_new and key.fingerprint != secret.fingerprint:
            key.generation += 1
            key.replaced_at = timezone.now()
            key.doubted_at = None
            quotas.forget(key)
        key.fingerprint = secret.fingerprint
        key.hint = secret.hint
        key.ciphertext = vault.sealed_for(key, secret)
        key.visibility, key.expires_on = choices.visibility, choices.expires_on
        key.save()
        keys.forget_failures(key)
    workspace = Workspace.objects.filter(workspace_id=found.current_workspace_id or 0).first()
    if workspace is not None:  # the hour that the check was a request of
        quotas.note(Source(key=key, workspace=workspace), client)
    _log("added" if is_new else "entered again", person, key)
    return key


def choose(person: User, choices: Choices) -> None:
    """Keep what the owner decides about their key."""
    key = of(person)
    if key is not None:
        key.visibility, key.expires_on = choices.visibility, choices.expires_on
        key.save(update_fields=["visibility", "expires_on"])
        keys.forget_failures(key)  # it may have been that its last day was over


def remove(person: User) -> bool:
    """Delete a person's key and all that was seen through it; False where there was none.

    The record of what was done through it stays. Raises BusyError while a write goes through it.
    """
    with transaction.atomic():
        key = Key.objects.select_for_update().filter(owner=person).first()
        if key is None:
            return False
        if Change.objects.filter(record.under_way(), key=key.pk).exists():
            raise changes.BusyError
        _log("removed", person, key)
        record.keep_private(Key.objects.filter(pk=key.pk))
        snapshots.forget(Key.objects.filter(pk=key.pk))
        recolouring.forget(Key.objects.filter(pk=key.pk))
        key.delete()
    return True


def is_shared_one(key: Key) -> bool:
    """Say whether a person's key is the same as the environment's."""
    return Key.objects.filter(owner=None, fingerprint=key.fingerprint).exists()


def days_left(key: Key, today: date | None = None) -> int | None:
    """Return in how many days a key's last day is over, where that has to be said; 0 is today.

    Negative when it is over; None where there is nothing to say yet.
    """
    if key.expires_on is None:
        return None
    left = key.expires_on - (today or timezone.localdate())
    return left.days if left <= WARNING else None


def _refuse_taken(person: User, secret: Secret) -> None:
    same = Key.objects.filter(fingerprint=secret.fingerprint, owner__isnull=False)
    if same.exclude(owner=person).exists():
        raise TakenError


def _refuse_closed(person: User, secret: Secret) -> None:
    """Raise QuotaError where it is the stored key and Focus has refused it for want of requests."""
    same = Quota.objects.filter(key__owner=person, key__fingerprint=secret.fingerprint)
    closed = [row for row in same if quotas.is_closed(row)]
    if closed:
        raise quotas.refusal(closed[0])


def _log(what: str, person: User, key: Key) -> None:
    logger.info(
        "key %s %s owner=%s:%s generation=%d",
        key.pk,
        what,
        person.issuer,
        person.subject,
        key.generation,
    )
