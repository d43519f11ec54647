"""Plain headers: whom they name, and when they are not believed."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focusadmin.config import ConfigurationError, Reader
from focusadmin.identity import header_reading, headers, names, peers
from focusadmin.identity.configuration import HeaderProxy, TrustedPeers
from focusadmin.identity.errors import SignInError
from tests.identity.proxied import CONFIG, NEW_SECRET, SECRET, environ

#: What all look like "alice" or "Alice Smith" to somebody, or once did to some software.
CONFUSABLE = [
    *("alice", "Alice", "ALICE", "aLiCe", "alice ", " alice", "alice\t", "alice\n", "alice\r"),
    *("ａlice", "Ａlice", "ａｌｉｃｅ", "alice\u200b", "al\u200dice", "\ufeffalice", "alice\u2060"),
    *("alice\u00ad", "alice\u034f", "alice\ufe0f", "alice\u0301", "álice", "a\u0301lice", "Álice"),
    *("\u202ealice", "alice\u202c", "alice\u200e", "alice\u061c", "alice\u2066", "alice\u115f"),
    *("alice\u1160", "alice\u3164", "alice\uffa0", "alice\u2800", "alice\x00", "alice\x7f"),
    *("alice\x85", "alice\xa0", "alice\u2003", "alice\u3000", "alice\u2028", "аlice", "alіce"),
    *("аӏісе", "αlice", "alicе", "ɑlice", "alıce", "alİce", "ALİCE", "al1ce", "a1ice", "aliсe"),
    *("ⓐlice", "ªlice", "𝐚lice", "𝒶lice", "𝗮lice", "ᵃlice", "alⅰce", "ﬀlice", "alic℮", "alicə"),
    *("alice.", ".alice", "alice@", "alice@example.com", "Alice@Example.com", "alice@ｅxample.com"),
    *("alice,", ",alice", "alice,admin", "alice;admin", "alice  smith", "alice smith"),
    *("alice\xa0smith", "straße", "strasse", "STRASSE", "straẞe", "ſmith", "Alice Smith"),
    *("smith", "Kelvin", "\u212aelvin"),
    *("ǅ", "ǆ", "dž", "Élise", "élise", "e\u0301lise", "νικος", "νικοσ", "Νίκος", "李", "⽊", "木"),
]  # fmt: skip


def subject(name: str) -> str | None:
    """Return who a name is, None where nobody."""
    try:
        return headers.read(CONFIG, environ(name)).subject
    except SignInError:
        return None


def test_it_reads_who_is_asking() -> None:
    found = headers.read(
        CONFIG,
        environ("bo", "it, calendar-admins", Remote_Email="bo@example.com", Remote_Name="Bo Ünal"),
    )

    assert (found.issuer, found.subject) == ("headers:authelia", "bo")
    assert (found.email, found.name) == ("bo@example.com", "Bo Ünal")
    assert found.groups == {"it", "calendar-admins"}
    assert found.claims["user"] == "bo"


@pytest.mark.parametrize("name", ["{http.reverse_proxy.header.Remote-User}", "{", "bo}"])
def test_the_name_of_a_proxys_variable_is_nobody(name: str) -> None:
    assert subject(name) is None


def test_absent_groups_are_not_an_empty_list() -> None:
    assert headers.read(CONFIG, environ("bo")).groups is None
    assert headers.read(CONFIG, environ("bo", "")).groups == frozenset()
    assert headers.read(CONFIG, environ("bo", " , ")).groups == frozenset()
    assert headers.read(replace(CONFIG, groups_header=""), environ("bo", "it")).groups is None


def test_there_are_enough_confusable_names() -> None:
    assert len(set(CONFUSABLE)) >= 60


#: Every set of names above that are one person, by their spellings; all others are nobody.
ALICE = {"alice", "Alice", "ALICE", "aLiCe"}


def test_confusable_names_neither_merge_nor_split_people() -> None:
    known = {name: subject(name) for name in CONFUSABLE}

    assert {name for name, who in known.items() if who == "alice"} == ALICE
    for one, other in combinations([name for name in CONFUSABLE if known[name]], 2):
        # The same person if, and only if, A to Z alone differ in their case.
        assert (known[one] == known[other]) == (ascii_lower(one) == ascii_lower(other))


def ascii_lower(text: str) -> str:
    """Return the text with A to Z in lower case."""
    return text.encode().lower().decode()


@pytest.mark.parametrize(
    "name",
    ["alice ", "ａlice", "alice\u200b", "alice\u034f", "alice\ufe0f", "a\u0301lice", "alice\xa0"]
    + ["аlice", "alİce", "Élise", "ⓐlice", "alice  smith", "alice\u115f", "alice\u2800", "ſmith"]
    + ["\u212aelvin", "ǅ", "⽊", "\ud800", "alice\x00", "a" * 201, "alice;admin"],
)
def test_what_is_no_canonical_name_is_nobody(name: str) -> None:
    with pytest.raises((SignInError, UnicodeEncodeError)) as refused:
        headers.read(CONFIG, environ(name))

    if isinstance(refused.value, SignInError):
        assert refused.value.reason == "malformed"
        assert name.strip() not in refused.value.detail


@pytest.mark.parametrize(
    "name",
    ["bo", "bo.bright", "example\\bo", "bo@example.com", "bo bright", "élise", "straße", "李", "42"]
    + ["auth0|5f7c8ec7c33c6c004bbafe82", "x" * 200],
)
def test_a_canonical_name_is_itself(name: str) -> None:
    assert subject(name) == name


@given(st.text(max_size=30))
def test_a_name_is_kept_in_one_form_or_not_at_all(name: str) -> None:
    try:
        found = names.user(name)
    except ValueError:
        return

    assert names.user(found) == found == ascii_lower(name)


@pytest.mark.parametrize(
    ("brought", "reason"),
    [
        (environ(None), "missing"),
        (environ(""), "missing"),
        (environ("bo", secret=None), "secret"),
        (environ("bo", secret=""), "secret"),
        (environ("bo", secret=SECRET + "x"), "secret"),
        (environ("bo", secret=SECRET[:-1]), "secret"),
        (environ("bo", secret=SECRET.upper()), "secret"),
        (environ("bo", secret=f"{SECRET},{SECRET}"), "secret"),
        (environ("bo", secret=f"{SECRET},{NEW_SECRET}"), "secret"),
        (environ("bo", secret="ü"), "secret"),
        (environ("bo", peer="127.0.0.2"), "peer"),
        (environ("bo", peer="::1"), "peer"),
        (environ("bo", peer="::ffff:127.0.0.1"), "peer"),
        (environ("bo", peer=None), "peer"),
        (environ("bo,admin"), "duplicate"),
        (environ("bo,"), "duplicate"),
        (environ(",bo"), "duplicate"),
        (environ("bo, admin"), "duplicate"),
        (environ("bo,bo"), "duplicate"),
        (environ("bo", Focusadmin_Repeated="REMOTE-USER"), "duplicate"),
        (environ("bo", "it", Focusadmin_Repeated="COOKIE,REMOTE-GROUPS"), "duplicate"),
        (environ("bo", Remote_Email="bo@example.com,admin@example.com"), "duplicate"),
        (environ("bo", Remote_Name="Bo,Admin"), "duplicate"),
        (environ("bo", Remote_Email="bo"), "malformed"),
        (environ("bo", Remote_Email="bo@a@example.com"), "malformed"),
        (environ("bo", Remote_Email="Bo <bo@example.com>"), "malformed"),
        (environ("bo", Remote_Email="bo@ｅxample.com"), "malformed"),
        (environ("bo", Remote_Email="b" * 250 + "@example.com"), "malformed"),
        (environ("bo", Remote_Name="Bo\u202eoB"), "malformed"),
        (environ("bo", Remote_Name="B" * 201), "malformed"),
        (environ("bo", "it\x7f"), "malformed"),
        (environ("bo", "it," * 3000), "malformed"),
        (environ("bo") | {"HTTP_REMOTE_USER": "b\xe4r"}, "malformed"),
        (environ("bo") | {"HTTP_REMOTE_USER": "bo\xa0"}, "malformed"),
        (environ("bo") | {"HTTP_REMOTE_GROUPS": "\xff"}, "malformed"),
    ],
)
def test_it_believes_exactly_one_good_value_from_a_peer_with_the_secret(
    brought: dict[str, str], reason: str
) -> None:
    with pytest.raises(SignInError) as refused:
        headers.read(CONFIG, brought)

    assert refused.value.reason == reason
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("peer", ["127.0.0.1", ""])
@pytest.mark.parametrize("secret", [SECRET, NEW_SECRET])
def test_both_secrets_count_while_one_replaces_the_other(peer: str, secret: str) -> None:
    assert headers.read(CONFIG, environ("bo", peer=peer, secret=secret)).subject == "bo"


@pytest.mark.parametrize("weak", [(), ("",)])
def test_no_configured_secret_is_no_secret_to_send(weak: tuple[str, ...]) -> None:
    for given_secret in ("", None):
        with pytest.raises(SignInError):
            headers.read(replace(CONFIG, secrets=weak), environ("bo", secret=given_secret))


def test_a_display_name_may_hold_a_comma_before_a_blank() -> None:
    assert headers.read(CONFIG, environ("bo", Remote_Name="Bright, Bo")).name == "Bright, Bo"


# --- What is refused before anything is served --------------------------------------------------

GOOD = {"PROXY_SECRET": SECRET}


def configured(preset: str, peers_text: str = "127.0.0.1/32", **variables: str) -> HeaderProxy:
    """Read a configuration; raises ConfigurationError."""
    read = Reader(GOOD | variables)
    trusted = peers.parse(peers_text) if peers_text else TrustedPeers()
    found = header_reading.proxy(read, preset, trusted)
    read.finish()
    return found


def test_a_preset_knows_the_names() -> None:
    assert configured("authelia", "unix 127.0.0.1/32", PROXY_SECRET=f"{NEW_SECRET}, {SECRET}") == (
        replace(CONFIG, peers=peers.parse("unix 127.0.0.1/32"))
    )


def test_the_names_may_be_others() -> None:
    found = configured("headers", HEADER_USER="X-Forwarded-User", HEADER_SECRET="X-Secret")

    assert (found.user_header, found.secret_header) == ("X-Forwarded-User", "X-Secret")
    assert (found.email_header, found.name_header, found.groups_header) == ("", "", "")
    assert headers.read(
        found, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_USER": "bo", "HTTP_X_SECRET": SECRET}
    ).subject == "bo"  # fmt: skip


@pytest.mark.parametrize(
    ("preset", "variables", "says"),
    [
        ("authelia", {"peers_text": ""}, "focusadmin.E023"),
        ("authelia", {"PROXY_SECRET": ""}, "focusadmin.E024"),
        ("authelia", {"PROXY_SECRET": "short"}, "focusadmin.E025"),
        ("authelia", {"PROXY_SECRET": SECRET[:31]}, "focusadmin.E025"),
        ("authelia", {"PROXY_SECRET": "x" * 64}, "focusadmin.E025"),
        ("authelia", {"PROXY_SECRET": SECRET + "ü"}, "focusadmin.E025"),
        ("authelia", {"PROXY_SECRET": SECRET[:20] + " " + SECRET[20:]}, "focusadmin.E025"),
        ("authelia", {"PROXY_SECRET": f"{SECRET},"}, "focusadmin.E025"),
        ("authelia", {"PROXY_SECRET": f"{SECRET},{SECRET}"}, "focusadmin.E026"),
        ("authelia", {"PROXY_SECRET": f"{SECRET},{NEW_SECRET},{'z0123456789' * 4}"}, "E026"),
        ("headers", {}, "HEADER_USER: it is missing"),
        ("headers", {"HEADER_USER": "Remote_User"}, "focusadmin.E027"),
        ("headers", {"HEADER_USER": "Remote User"}, "focusadmin.E027"),
        ("headers", {"HEADER_USER": "Remote-Üser"}, "focusadmin.E027"),
        ("headers", {"HEADER_USER": "Host"}, "another meaning"),
        ("headers", {"HEADER_USER": "Cookie"}, "another meaning"),
        ("headers", {"HEADER_USER": "X-Forwarded-For"}, "another meaning"),
        ("headers", {"HEADER_USER": "x-forwarded-protocol"}, "another meaning"),
        ("headers", {"HEADER_USER": headers.REPEATED}, "another meaning"),
        ("authelia", {"HEADER_EMAIL": "remote-user"}, "name the same header"),
        ("authelia", {"HEADER_SECRET": "Remote-Groups"}, "name the same header"),
    ],
)
def test_an_unsafe_configuration_is_refused_with_an_id_and_the_remedy(
    preset: str, variables: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        configured(preset, **variables)

    assert says in str(refused.value)
    assert SECRET not in str(refused.value)
