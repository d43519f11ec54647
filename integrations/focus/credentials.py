"""Whose requests they are: a key or a password, never shown."""

import base64
import re

from focusadmin.outbound import Authorization

_KEY = re.compile(r"[!-~]{8,200}")
_REDACTED = "[removed]"
# How JSON may write a character that can be in a secret, other than as it is.
_ESCAPE = re.compile(rb'\\(?:u00([0-9a-fA-F]{2})|([/"\\]))')


def _scrubbed(answer: bytes, sent: str) -> bytes:
    secret, removed = sent.encode("ascii"), _REDACTED.encode("ascii")
    answer = answer.replace(secret, removed)
    if secret in _ESCAPE.sub(_unescaped, answer):
        return re.sub(b"".join(map(_written, sent)), removed, answer)
    return answer


def _unescaped(escape: re.Match[bytes]) -> bytes:
    digits, character = escape.groups()
    return bytes.fromhex(digits.decode("ascii")) if digits else character


def _written(character: str) -> bytes:
    """A pattern for every way in which JSON may write a character."""
    plain = re.escape(character)
    return rf"(?:{plain}|\\{plain}|\\u(?i:{ord(character):04x}))".encode("ascii")


class BearerKey:
    """A Focus key; refuses a malformed one with a ValueError that does not contain it."""

    def __init__(self, key: str) -> None:
        self._key = key.strip()
        if not _KEY.fullmatch(self._key):
            del key, self._key
            raise ValueError("A Focus key is 8 to 200 printable ASCII characters without spaces.")

    def authorization(self) -> Authorization:
        return Authorization(f"Bearer {self._key}")

    def redact(self, text: str) -> str:
        """``text`` without the key."""
        return text.replace(self._key, _REDACTED)

    def scrub(self, answer: bytes) -> bytes:
        """An answer without what was sent: whoever sends it back has it stored and shown."""
        return _scrubbed(answer, self._key)

    def __repr__(self) -> str:
        return "<BearerKey>"


class BasicLogin:
    """E-mail and password, sent as UTF-8; refuses what cannot be sent with a ValueError."""

    def __init__(self, email: str, password: str) -> None:
        token = _basic_token(email, password)
        if token is None:
            del email, password
            raise ValueError("The e-mail must not be empty or hold a colon; both must be text.")
        self._token = token
        self._password = password

    def authorization(self) -> Authorization:
        return Authorization(f"Basic {self._token}")

    def redact(self, text: str) -> str:
        """``text`` without the password and its encoded form."""
        without = text.replace(self._token, _REDACTED)
        return without.replace(self._password, _REDACTED) if self._password else without

    def scrub(self, answer: bytes) -> bytes:
        """The same as for a key; a password may be any word, so it is left where it is a word."""
        return _scrubbed(answer, self._token)

    def __repr__(self) -> str:
        return "<BasicLogin>"


def _basic_token(email: str, password: str) -> str | None:
    if not email or ":" in email:
        return None
    try:
        return base64.b64encode(f"{email}:{password}".encode()).decode("ascii")
    except UnicodeEncodeError:
        return None


Credentials = BearerKey | BasicLogin
