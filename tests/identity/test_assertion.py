"""A proxy's signed word: the good one is believed, and nothing else."""

import json
import logging
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from focusadmin.identity import assertion
from focusadmin.identity.configuration import SignedProxy
from focusadmin.identity.errors import SignInError
from tests.identity.forgeries import FORGERIES
from tests.identity.forging import Forge
from tests.identity.signing import KINDS, b64, compact, draft, environ, jwk, jwks, key, pem, unb64

MUTANTS = 15_000 if os.environ.get("PROVE") == "1" else 500


def proxy(path: Path, *algorithms: str, **changes: Any) -> SignedProxy:
    """Return a proxy whose keys are in a file: one for each algorithm, all of them called ``a``."""
    path.write_bytes(jwks(*(jwk(key(kind)) for kind in {KINDS[name] for name in algorithms})))
    fields = {
        "preset": "jwt",
        "header": "X-Signed-Assertion",
        "bearer": False,
        "algorithms": algorithms,
        "keys": str(path),
        "issuer": "https://sso.example.com",
        "audiences": ("focusadmin",),
        "max_lifetime": 3600,
        "subject_claim": "sub",
        "email_claim": "email",
        "name_claim": "name",
        "groups_claim": "groups",
    }
    return SignedProxy(**{**fields, **changes})


@pytest.fixture
def config(tmp_path: Path) -> SignedProxy:
    """A proxy that signs with ES256."""
    return proxy(tmp_path / "jwks.json", "ES256")


def test_it_knows_whom_a_good_assertion_names(config: SignedProxy) -> None:
    token = draft(config, groups=["admins", "staff"]).text()

    who = assertion.verify(config, environ(config, token))

    assert (who.issuer, who.subject) == ("https://sso.example.com", "00u1-alex")
    assert (who.email, who.name) == ("alex@example.com", "Alex Example")
    assert who.groups == {"admins", "staff"}
    assert who.claims["sub"] == "00u1-alex"


@pytest.mark.parametrize("algorithm", KINDS)
def test_it_verifies_every_algorithm(tmp_path: Path, algorithm: str) -> None:
    config = proxy(tmp_path / "jwks.json", algorithm)

    assert assertion.verify(config, environ(config, draft(config).text())).subject == "00u1-alex"


def test_there_are_enough_forgeries() -> None:
    names = [name for name, _, _ in FORGERIES]

    assert len(set(names)) == len(names) >= 120


@pytest.mark.parametrize(
    ("reason", "forge"), [pytest.param(*rest, id=name) for name, *rest in FORGERIES]
)
def test_a_forged_token_is_refused(config: SignedProxy, reason: str, forge: Forge) -> None:
    good = draft(config, groups=["admins"])
    token = forge(good)

    with pytest.raises(SignInError) as refused:
        assertion.verify(config, environ(config, token))

    assert refused.value.reason == reason
    assert len(token) < 9 or token not in str(refused.value)
    assert assertion.verify(config, environ(config, good.text())).groups == {"admins"}


def mutate(token: str, chance: random.Random) -> str:
    """Return a token with small changes: in its text, in its bytes, or in one of its words."""
    header, claims, signature = token.split(".")
    match chance.randrange(4):
        case 0:
            return scrambled(token, chance, "ABCXYZabcxyz0189-_=.,+/ \n\0é")
        case 1:
            return f"{header}.{claims}.{b64(flipped(unb64(signature), chance))}"
        case 2:
            return f"{header}.{b64(flipped(unb64(claims), chance))}.{signature}"
        case _:
            said = json.loads(unb64(claims))
            name = chance.choice(sorted(said))
            said[name] = chance.choice([said["sub"], "bo", said["exp"] - 1, ["admins", "x"], None])
            return f"{header}.{b64(compact(said))}.{signature}"


def flipped(raw: bytes, chance: random.Random) -> bytes:
    """Return bytes with one to three bits turned over."""
    found = bytearray(raw)
    for _ in range(chance.randint(1, 3)):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(7)
    return bytes(found)


def scrambled(token: str, chance: random.Random, alphabet: str) -> str:
    """Return text with one to three signs replaced, added, removed, swapped or cut off."""
    signs = list(token)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(signs))
        match chance.randrange(5):
            case 0:
                signs[at] = chance.choice(alphabet)
            case 1:
                signs.insert(at, chance.choice(alphabet))
            case 2:
                del signs[at]
            case 3:
                signs[at] = signs[at].swapcase()
            case _:
                to = chance.randrange(len(signs))
                signs[at], signs[to] = signs[to], signs[at]
    return "".join(signs)


@pytest.mark.parametrize("algorithm", KINDS)
def test_no_mutated_token_is_accepted(tmp_path: Path, algorithm: str) -> None:
    config = proxy(tmp_path / "jwks.json", algorithm)
    chance = random.Random(algorithm)
    token = draft(config, groups=["admins"]).text()
    mutants = {mutate(token, chance) for _ in range(MUTANTS // len(KINDS))} - {token}
    reasons = Counter()

    for mutant in mutants:
        with pytest.raises(SignInError) as refused:
            assertion.verify(config, environ(config, mutant))
        reasons[refused.value.reason] += 1

    assert len(mutants) > MUTANTS // len(KINDS) * 0.7
    assert reasons["signature"] > len(mutants) * 0.3
    assert reasons["malformed"] > len(mutants) * 0.1


@pytest.mark.parametrize("value", [None, 7, b"x", ["x"], ""])
def test_what_is_no_header_is_missing(config: SignedProxy, value: object) -> None:
    with pytest.raises(SignInError, match="missing"):
        assertion.verify(config, {"HTTP_X_SIGNED_ASSERTION": value})


def test_an_assertion_in_another_header_is_none(config: SignedProxy) -> None:
    token = draft(config).text()

    with pytest.raises(SignInError, match="missing"):
        assertion.verify(
            config,
            {
                "HTTP_AUTHORIZATION": f"Bearer {token}",
                "HTTP_COOKIE": f"X-Signed-Assertion={token}",
                "X-Signed-Assertion": token,
                "HTTP_X_SIGNED_ASSERTION2": token,
            },
        )


@pytest.mark.parametrize("scheme", ["bearer ", "Basic ", "Token ", "", "Bearer", " Bearer "])
def test_a_bearer_token_says_so(tmp_path: Path, scheme: str) -> None:
    config = proxy(tmp_path / "k", "ES256", header="Authorization", bearer=True)
    token = draft(config).text()

    with pytest.raises(SignInError, match=r"missing|malformed"):
        assertion.verify(config, {"HTTP_AUTHORIZATION": scheme + token})
    assert assertion.verify(config, {"HTTP_AUTHORIZATION": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (..., None),
        (None, None),
        ([], frozenset()),
        ("", frozenset()),
        (["a", "b", "a"], {"a", "b"}),
        ("a", {"a"}),
        ("a|b", {"a|b"}),
    ],
)
def test_an_absent_claim_is_not_an_empty_one(
    config: SignedProxy, said: object, meant: object
) -> None:
    token = draft(config, groups=said).text()

    assert assertion.verify(config, environ(config, token)).groups == meant


def test_groups_may_be_one_text_with_separators(tmp_path: Path) -> None:
    config = proxy(tmp_path / "k", "ES256", groups_separator="|")
    token = draft(config, groups="admins|| staff |").text()

    assert assertion.verify(config, environ(config, token)).groups == {"admins", "staff"}


def test_a_claim_may_be_inside_another(tmp_path: Path) -> None:
    config = proxy(tmp_path / "k", "ES256", groups_claim="realm.roles", name_claim="x.y.z")
    token = draft(config, realm={"roles": ["admins"]}, x={"y": "text"})
    token = token.but(**{"x.y.z": ...}).text()

    who = assertion.verify(config, environ(config, token))

    assert who.groups == {"admins"}
    assert who.name == ""


def test_who_has_no_address_and_no_name_is_somebody_too(config: SignedProxy) -> None:
    token = draft(config, email=..., name=None).text()

    who = assertion.verify(config, environ(config, token))

    assert (who.subject, who.email, who.name) == ("00u1-alex", "", "")


def test_a_name_is_shown_in_one_piece(config: SignedProxy) -> None:
    token = draft(config, name="\u202eE\u0301lise " + "x" * 300).text()

    name = assertion.verify(config, environ(config, token)).name

    assert name == ("Élise " + "x" * 300)[:200]


def test_a_key_that_stands_alone_in_a_pem_file_needs_no_id(tmp_path: Path) -> None:
    config = proxy(tmp_path / "k", "ES256", keys=str(tmp_path / "key.pem"))
    (tmp_path / "key.pem").write_bytes(pem(key("P-256", 1)) + pem(key("P-256")))

    for kid in ("a", "anything", ...):
        token = draft(config).headed(kid=kid).text()
        assert assertion.verify(config, environ(config, token)).subject == "00u1-alex"
    forged = replace(draft(config), private=key("P-256", 2)).text()
    with pytest.raises(SignInError, match="signature"):
        assertion.verify(config, environ(config, forged))


def test_an_algorithm_that_does_not_fit_its_key_is_refused(tmp_path: Path) -> None:
    config = proxy(tmp_path / "k", "ES256", algorithms=("ES256", "RS256", "EdDSA", "ES384"))

    for algorithm in ("RS256", "EdDSA", "ES384"):
        forged = replace(
            draft(config).headed(alg=algorithm), private=key(KINDS[algorithm]), algorithm=algorithm
        )
        with pytest.raises(SignInError, match="algorithm"):
            assertion.verify(config, environ(config, forged.text()))


def test_without_an_audience_nobody_is_believed(tmp_path: Path) -> None:
    config = proxy(tmp_path / "k", "ES256")
    token = draft(config).text()
    careless = proxy(tmp_path / "k", "ES256", audiences=())

    with pytest.raises(SignInError, match="audience"):
        assertion.verify(careless, environ(careless, token))


def test_a_token_is_in_no_log_line(config: SignedProxy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = draft(config).text()

    assertion.verify(config, environ(config, token))
    with pytest.raises(SignInError):
        assertion.verify(config, environ(config, token[:-8]))

    assert token[:40] not in caplog.text
