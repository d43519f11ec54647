"""What a key is sent as: the environment's from settings, a person's from the vault."""

from datetime import date

from django.conf import settings
from django.utils import timezone

from integrations.focus import BasicLogin, BearerKey, Credentials, CredentialsError
from integrations.models import Key
from integrations.services import vault

REQUEST = "Authorization"


class UnreadableKeyError(CredentialsError):
    """The stored key cannot be decrypted, so nothing was sent."""

    code = "key-unreadable"


class MissingKeyError(CredentialsError):
    """The environment holds no shared key, so nothing was sent."""

    code = "key-missing"


class ExpiredKeyError(CredentialsError):
    """The date has passed that its owner gave for it, so nothing was sent."""

    code = "key-expired"


class DoubtedKeyError(CredentialsError):
    """The key replaced another person's, it seems; nothing is sent until its owner has answered."""

    code = "key-doubted"


class ReplacedKeyError(CredentialsError):
    """The key was replaced while it was being asked: whose answer this is cannot be told."""

    code = "key-replaced"
    retryable = True


def of(key: Key) -> Credentials:
    """Return what ``key`` is sent as.

    Raises MissingKeyError, UnreadableKeyError, ExpiredKeyError or DoubtedKeyError where it may not
    be used.
    """
    if key.doubted_at is not None:
        raise DoubtedKeyError(REQUEST, detail="its owner has to say whose it is", sent=False)
    if key.owner_id is None:
        return _shared()
    if is_expired(key):
        raise ExpiredKeyError(REQUEST, detail=f"expired on {key.expires_on}", sent=False)
    try:
        return vault.secret_of(key).credentials()
    except vault.VaultError as error:
        raise UnreadableKeyError(REQUEST, detail=str(error), sent=False) from None


def is_expired(key: Key, today: date | None = None) -> bool:
    """Say whether the last day of a key is over, where its owner named one."""
    return key.expires_on is not None and key.expires_on < (today or timezone.localdate())


def has_shared() -> bool:
    """Say whether the environment holds a shared key."""
    return bool(settings.FOCUS_API_KEY or settings.FOCUS_EMAIL)


def _shared() -> Credentials:
    if not has_shared():
        raise MissingKeyError(REQUEST, detail="FOCUS_API_KEY is not set", sent=False)
    if settings.FOCUS_API_KEY:
        return BearerKey(settings.FOCUS_API_KEY)
    return BasicLogin(settings.FOCUS_EMAIL, settings.FOCUS_PASSWORD)
