"""The vault: what goes in comes out for its own row alone, and nothing else comes out ever."""

import base64
import json
import os
import traceback
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from integrations.focus import BasicLogin, BearerKey
from integrations.services import vault
from integrations.services.vault import Secret, VaultError

ROW, OWNER = UUID("12345678-1234-1234-1234-123456789012"), 7
KEY = "toggl_sk_" + "e7" * 16
OLD, NEW = Fernet.generate_key(), Fernet.generate_key()

keys = st.from_regex(r"[!-~]{8,200}", fullmatch=True)
passwords = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=vault.MAX_PASSWORD
)
secrets = st.builds(Secret, keys) | st.builds(Secret, passwords, st.just("bo@example.com"))


def sealed(secret: Secret | None = None) -> str:
    """Return a ciphertext of the one row."""
    return vault.seal(secret or Secret(KEY), row=ROW, owner=OWNER)


def unsealed(text: str) -> Secret:
    """Open a ciphertext as the one row's."""
    return vault.unseal(text, row=ROW, owner=OWNER)


def forged(plain: object) -> str:
    """Encrypt anything under the right key: what only a bug of ours could have written."""
    first = django_settings.FOCUS_ENCRYPTION_KEYS[0]
    return f"{vault.key_id(first)}:{Fernet(first).encrypt(json.dumps(plain).encode()).decode()}"


@given(secrets)
def test_it_gives_back_what_was_put_in(secret: Secret) -> None:
    text = sealed(secret)

    assert unsealed(text) == secret
    assert len(secret.value) < 8 or secret.value not in text
    assert secret.email == "" or secret.email not in text


@given(st.data())
def test_it_refuses_a_flipped_bit(data: st.DataObject) -> None:
    text = bytearray(sealed().encode())
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(VaultError):
        unsealed(text.decode("latin-1"))


def test_it_refuses_every_last_character_but_the_one_written() -> None:
    """Base64 forgives bits at the end of a text that are not part of any byte."""
    token = sealed(Secret(KEY + "x"))
    ends = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="
    stem = token.rstrip("=")
    others = [stem[:-1] + end + token[len(stem) :] for end in ends if end != stem[-1]]

    for other in others:
        with pytest.raises(VaultError):
            unsealed(other)


@given(st.integers(0, 400))
def test_it_refuses_what_was_cut(length: int) -> None:
    text = sealed()
    cut = text[: min(length, len(text) - 1)]

    with pytest.raises(VaultError):
        unsealed(cut)


@given(st.text() | st.text("ABab01-_=:", max_size=300))
def test_it_refuses_any_other_text(text: str) -> None:
    with pytest.raises(VaultError):
        unsealed(text)
    with pytest.raises(VaultError):
        unsealed(sealed() + text + "!")


@given(st.uuids(), st.integers(1, 2**63 - 1))
def test_it_refuses_another_row_and_another_owner(row: UUID, owner: int) -> None:
    text = sealed()

    with pytest.raises(VaultError, match="another row"):
        vault.unseal(text, row=row, owner=OWNER)
    if owner != OWNER:
        with pytest.raises(VaultError, match="another row"):
            vault.unseal(text, row=ROW, owner=owner)


def test_it_refuses_what_was_encrypted_for_something_else() -> None:
    plain = {"purpose": "session", "row": str(ROW), "owner": OWNER, "email": "", "secret": KEY}

    with pytest.raises(VaultError, match="another row"):
        unsealed(forged(plain))
    assert unsealed(forged(plain | {"purpose": vault.PURPOSE})) == Secret(KEY)


def test_it_refuses_a_wrong_key_and_never_reads_without_any() -> None:
    text = sealed()

    for others in ((NEW,), (NEW, OLD), ()):
        with override_settings(FOCUS_ENCRYPTION_KEYS=others), pytest.raises(VaultError):
            unsealed(text)


def test_it_never_stores_without_a_key() -> None:
    with override_settings(FOCUS_ENCRYPTION_KEYS=()), pytest.raises(VaultError, match="not set"):
        sealed()


def test_it_reads_under_each_key_and_writes_under_the_first() -> None:
    with override_settings(FOCUS_ENCRYPTION_KEYS=(OLD,)):
        before = sealed()
    with override_settings(FOCUS_ENCRYPTION_KEYS=(NEW, OLD)):
        after = sealed()
        assert unsealed(before) == unsealed(after) == Secret(KEY)
        assert (vault.is_under_first_key(before), vault.is_under_first_key(after)) == (False, True)
    with override_settings(FOCUS_ENCRYPTION_KEYS=(NEW,)):
        assert unsealed(after) == Secret(KEY)
        with pytest.raises(VaultError):
            unsealed(before)


def test_a_ciphertext_that_names_another_of_our_keys_is_refused() -> None:
    with override_settings(FOCUS_ENCRYPTION_KEYS=(NEW, OLD)):
        _name, _colon, token = sealed().partition(":")

        with pytest.raises(VaultError):
            unsealed(f"{vault.key_id(OLD)}:{token}")


def test_the_same_secret_never_looks_the_same() -> None:
    assert sealed() != sealed()
    assert vault.seal(Secret(KEY), row=uuid4(), owner=OWNER) != sealed()


@pytest.mark.parametrize(
    ("value", "email"),
    [
        ("", ""),
        ("short", ""),
        ("with a blank inside", ""),
        ("naïve-key-of-some-length", ""),
        ("x" * 201, ""),
        ("toggl_sk_\nabcdef", ""),
        ("password", "with:colon@example.com"),
        ("password", "new\nline@example.com"),
        ("password", f"{'x' * 250}@example.com"),
        ("", "bo@example.com"),
        ("pass\x00word", "bo@example.com"),
        ("pass\nword", "bo@example.com"),
        ("p" * 201, "bo@example.com"),
        ("\ud800", "bo@example.com"),
    ],
)
def test_it_takes_nothing_that_cannot_be_sent_and_does_not_repeat_it(
    value: str, email: str
) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011  # several sentences, none with the value
        Secret(value, email)

    assert not value or value not in str(told.value)


def test_it_strips_a_pasted_key_but_no_password() -> None:
    assert Secret(f"\t {KEY}\r\n") == Secret(KEY)
    assert Secret(" p ", "bo@example.com").value == " p "


def test_a_secret_never_shows_itself() -> None:
    for secret in (Secret(KEY), Secret("dragon-horse", "bo@example.com")):
        shown = f"{secret} {secret!r} {[secret]} {secret.credentials()!r} {secret.fingerprint}"
        assert secret.value not in shown
        assert "bo@example" not in shown


def test_it_shows_the_last_four_characters_or_the_address() -> None:
    assert Secret(KEY).hint == "e7e7"
    assert Secret("dragon-horse", "bo@example.com").hint == "bo@example.com"
    assert isinstance(Secret(KEY).credentials(), BearerKey)
    assert isinstance(Secret("dragon-horse", "bo@example.com").credentials(), BasicLogin)


def test_the_fingerprint_needs_the_secret_key() -> None:
    before = Secret(KEY).fingerprint

    assert Secret(KEY).fingerprint == before != Secret(KEY + "x").fingerprint
    assert Secret(KEY, "bo@example.com").fingerprint != before
    with override_settings(SECRET_KEY="another" * 10):
        assert Secret(KEY).fingerprint != before


def failures() -> Iterator[VaultError]:
    """Yield each way in which reading the one ciphertext can fail."""
    text = sealed()
    for row, owner, stored in (
        (uuid4(), OWNER, text),
        (ROW, 8, text),
        (ROW, OWNER, text[:-3]),
        (ROW, OWNER, text[:-9] + base64.urlsafe_b64encode(os.urandom(6)).decode() + "="),
    ):
        with pytest.raises(VaultError) as told:
            vault.unseal(stored, row=row, owner=owner)
        yield told.value


def test_no_failure_holds_anything_of_the_secret_or_the_ciphertext() -> None:
    for error in failures():
        trace = traceback.TracebackException.from_exception(error)
        shown = "".join(trace.format()) + repr(error)
        assert KEY not in shown
        assert "gAAAA" not in shown
