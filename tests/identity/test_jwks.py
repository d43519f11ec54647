"""Which keys of a document are kept, and which could never verify anything."""

import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm

from focusadmin.identity.jwks import ALGORITHMS, MAX_KEYS, parse, pem
from tests.identity import signing
from tests.identity.signing import KINDS, jwk, jwks, key

EC = "P-256"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_keeps_a_key_for_each_algorithm(algorithm: str) -> None:
    [found] = parse(jwks(jwk(key(KINDS[algorithm]), "a")), [algorithm])

    assert (found.kid, found.algorithms) == ("a", {algorithm})


def test_one_rsa_key_may_serve_two_algorithms_unless_it_names_one() -> None:
    both, one = parse(
        jwks(jwk(key("RSA"), "a"), jwk(key("RSA"), "b", alg="PS256")), ["RS256", "PS256", "ES256"]
    )

    assert both.algorithms == {"RS256", "PS256"}
    assert one.algorithms == {"PS256"}


def private(name: str) -> dict[str, Any]:
    return {**ECAlgorithm.to_jwk(key(EC), as_dict=True), "kid": name}


USELESS = {
    "for encryption": jwk(key(EC), "a", use="enc"),
    "for signing alone": jwk(key(EC), "a", key_ops=["sign"]),
    "with operations that are none": jwk(key(EC), "a", key_ops="verify"),
    "of another algorithm": jwk(key(EC), "a", alg="ES384"),
    "of an algorithm that is none": jwk(key(EC), "a", alg=["ES256"]),
    "unsigned": jwk(key(EC), "a", alg="none"),
    "a shared secret": {"kty": "oct", "k": "c2VjcmV0", "kid": "a"},
    "a shared secret for ES256": {"kty": "oct", "k": "c2VjcmV0", "kid": "a", "alg": "ES256"},
    "private": private("a"),
    "P-521": jwk(key("P-521"), "a"),
    "secp256k1": jwk(key("K-256"), "a"),
    "short RSA": jwk(key("RSA-1024"), "a"),
    "of another kind": jwk(key("P-384"), "a"),
    "called a number": {**jwk(key(EC)), "kid": 7},
    "called nothing": jwk(key(EC), ""),
    "with a long name": jwk(key(EC), "a" * 201),
    "off the curve": jwk(key(EC), "a", x="AAAA"),
    "not on the curve": jwk(key(EC), "a", y=jwk(key(EC))["x"]),
    "without y": {name: text for name, text in jwk(key(EC)).items() if name != "y"},
    "of numbers": jwk(key(EC), "a", x=7),
    "RSA of nonsense": {"kty": "RSA", "n": "!!", "e": "AQAB", "kid": "a"},
    "RSA of nothing": {"kty": "RSA", "n": "", "e": "", "kid": "a"},
    "empty": {},
}


@pytest.mark.parametrize("entry", USELESS.values(), ids=USELESS)
def test_a_useless_key_is_left_out(entry: dict[str, Any]) -> None:
    algorithms = ["ES256", "RS256"]

    with pytest.raises(ValueError, match="no key that could verify"):
        parse(jwks(entry), algorithms)
    [found] = parse(jwks(entry, jwk(key(EC), "good")), algorithms)
    assert found.kid == "good"


def test_a_document_has_no_end_of_keys() -> None:
    document = jwks(*(jwk(key(EC), f"k{number}") for number in range(MAX_KEYS * 3)))

    assert len(parse(document, ["ES256"])) == MAX_KEYS


@pytest.mark.parametrize(
    "document",
    [b"", b"{}", b"null", b"[]", b'{"keys": null}', b"\xff", b"[" * 9999, b'{"keys": 1}', b"NaN"],
)
def test_what_is_no_document_of_keys_says_so(document: bytes) -> None:
    with pytest.raises(ValueError, match="neither a JWK set nor PEM"):
        parse(document, ["ES256"])


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sso.example.com")])
    today = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(name, name, key(EC).public_key(), 1, today, today)
    return made.sign(key(EC), SHA256()).public_bytes(Encoding.PEM)


def test_pem_may_hold_keys_and_certificates() -> None:
    document = signing.pem(key("RSA")) + b"\n# a comment\n" + certificate()

    found = parse(document, ["RS256", "ES256"])

    assert [(item.kid, item.algorithms) for item in found] == [
        (None, {"RS256"}),
        (None, {"ES256"}),
    ]


def test_pem_keys_may_be_given_a_name() -> None:
    assert [item.kid for item in pem(signing.pem(key(EC)), ["ES256"], "a")] == ["a"]


SECRET = key(EC).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (SECRET, "something else than public keys"),
        (signing.pem(key(EC)) + SECRET, "something else than public keys"),
        (signing.pem(key("RSA-1024")), "no public key that could verify"),
        (signing.pem(key("P-521")), "no public key that could verify"),
        (b"-----BEGIN PUBLIC KEY-----\n", "no public key that could verify"),
        (b"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----", "cannot be read"),
        (b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----", "cannot be read"),
    ],
)
def test_pem_without_a_usable_key_says_so(document: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says) as told:
        parse(document, ["ES256", "RS256"])

    assert "MIG" not in str(told.value)
