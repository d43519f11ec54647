"""People's keys at rest: encrypted, and bound to their row and owner.

Fernet knows no associated data: whoever can write to the database could move one person's
ciphertext into another's row. So row, owner and purpose are inside the plaintext and are compared
after decryption. What cannot be opened is refused; there is no second way to read it.
"""

import base64
import binascii
import hmac
import json
import unicodedata
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from integrations.focus import BasicLogin, BearerKey, Credentials
from integrations.models import Key

PURPOSE = "focus-key"
#: Characters of a password, and of an e-mail address.
MAX_PASSWORD, MAX_EMAIL = 200, 254


class VaultError(Exception):
    """It cannot be encrypted, or what is stored cannot be read; the message holds nothing of it."""


@dataclass(frozen=True)
class Secret:
    """What a person pasted: a Focus key, or with ``email`` a password; it never shows itself."""

    value: str = field(repr=False)
    email: str = field(default="", repr=False)

    @sensitive_variables()
    def __post_init__(self) -> None:
        """Take the key without the blanks around it; raises ValueError, which does not hold it."""
        if self.email:
            problem = _login_problem(self.email, self.value)
            if problem:
                raise ValueError(problem)
        else:
            object.__setattr__(self, "value", self.value.strip())
        self.credentials()

    @property
    def hint(self) -> str:
        """What may be shown of it: the last four characters, or the login's e-mail address."""
        return self.email or self.value[-4:]

    @property
    def fingerprint(self) -> str:
        """What tells it from others in the database."""
        return fingerprint(self.value, self.email)

    def credentials(self) -> Credentials:
        """Return what the client sends."""
        return BasicLogin(self.email, self.value) if self.email else BearerKey(self.value)


@sensitive_variables()
def fingerprint(value: str, email: str = "") -> str:
    """Return an HMAC under SECRET_KEY: tells one secret from another, and nothing else."""
    text = f"{email}\n{value}" if email else value
    mac = hmac.new(settings.SECRET_KEY.encode(), f"focus key {text}".encode(), "sha256")
    return mac.hexdigest()


@sensitive_variables()
def seal(secret: Secret, *, row: UUID, owner: int) -> str:
    """Return ``secret`` encrypted for one row and owner under the first key; raises VaultError."""
    if not settings.FOCUS_ENCRYPTION_KEYS:
        raise VaultError("FOCUS_ENCRYPTION_KEYS is not set")
    first = settings.FOCUS_ENCRYPTION_KEYS[0]
    plain = _binding(row, owner) | {"email": secret.email, "secret": secret.value}
    token = Fernet(first).encrypt(json.dumps(plain).encode()).decode()
    return f"{key_id(first)}:{token}"


@sensitive_variables()
def unseal(sealed: str, *, row: UUID, owner: int) -> Secret:
    """Return what was sealed for this row and owner; raises VaultError on anything else."""
    plain = _parsed(_decrypted(sealed))
    if {name: plain.get(name) for name in ("purpose", "row", "owner")} != _binding(row, owner):
        raise VaultError("it was encrypted for another row")
    return Secret(value=plain["secret"], email=plain["email"])


def secret_of(key: Key) -> Secret:
    """Return a person's stored key; raises VaultError."""
    return unseal(key.ciphertext, row=key.pk, owner=key.owner_id or 0)


def sealed_for(key: Key, secret: Secret) -> str:
    """Return the ciphertext of ``secret`` for a person's key; raises VaultError."""
    return seal(secret, row=key.pk, owner=key.owner_id or 0)


def is_under_first_key(sealed: str) -> bool:
    """Say whether a ciphertext names the key that new ones are made with."""
    keys = settings.FOCUS_ENCRYPTION_KEYS
    return bool(keys) and sealed.startswith(f"{key_id(keys[0])}:")


def key_id(key: bytes) -> str:
    """Return eight hex digits that name an encryption key and tell nothing about it."""
    return hmac.new(key, b"focusadmin key id", "sha256").hexdigest()[:8]


def _binding(row: UUID, owner: int) -> dict[str, Any]:
    return {"purpose": PURPOSE, "row": str(row), "owner": owner}


@sensitive_variables()
def _decrypted(sealed: str) -> bytes:
    named, _colon, token = sealed.partition(":")
    keys = [key for key in settings.FOCUS_ENCRYPTION_KEYS if key_id(key) == named]
    if not keys or not _is_canonical(token):
        raise VaultError("it names no known encryption key, or is damaged")
    try:
        return MultiFernet([Fernet(key) for key in keys]).decrypt(token.encode())
    except InvalidToken:
        raise VaultError("it is damaged") from None


@sensitive_variables()
def _parsed(text: bytes) -> dict[str, Any]:
    """Return a plaintext that ``seal`` wrote; nobody else's passes Fernet's signature."""
    plain: dict[str, Any] = json.loads(text)
    return plain


def _is_canonical(token: str) -> bool:
    """Say whether it is base64 in its one spelling: a decoder forgives odd bits and characters."""
    try:
        return base64.urlsafe_b64encode(base64.urlsafe_b64decode(token)).decode() == token
    except (binascii.Error, ValueError):
        return False


def _login_problem(email: str, password: str) -> str:
    if len(email) > MAX_EMAIL or any(unicodedata.category(c) in {"Cc", "Cs"} for c in email):
        return "The e-mail address is too long or holds a control character."
    if not password or len(password) > MAX_PASSWORD:
        return "The password is missing or too long."
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in password):
        return "The password holds a control character."
    return ""
