"""Public keys out of a document: a JWK set, or PEM blocks; what cannot verify is left out."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from focusadmin.identity.errors import SignInError

PublicKey = EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey

#: The signatures that are believed at all, and the kind of key each needs.
ALGORITHMS = {"ES256": "EC", "ES384": "EC", "RS256": "RSA", "PS256": "RSA", "EdDSA": "OKP"}
#: Keys of one document; Entra publishes about ten.
MAX_KEYS = 100
MAX_KID = 200
#: Bits: shorter ones can be broken, longer ones are slow to verify with.
RSA_SIZES = range(2048, 8193)
PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


@dataclass(frozen=True)
class Key:
    """One key; ``kid`` is None where its document names none, which fits every token's."""

    kid: str | None
    algorithms: frozenset[str]
    public: PublicKey = field(repr=False)


def parse(document: bytes, algorithms: Iterable[str]) -> tuple[Key, ...]:
    """Return the usable keys of a JWK set or of PEM blocks; raises ValueError when there is none.

    A key must fit one of ``algorithms``; private ones, short ones and those for encryption do not.
    """
    wanted = frozenset(algorithms)
    if document.lstrip().startswith(b"-----BEGIN"):
        return pem(document, wanted)
    try:
        jwks = json.loads(document.decode())["keys"]
        entries = [entry for entry in jwks if isinstance(entry, dict)][:MAX_KEYS]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError("it is neither a JWK set nor PEM") from error
    keys = tuple(filter(None, (_from_jwk(entry, wanted) for entry in entries)))
    if not keys:
        raise ValueError("it holds no key that could verify a signature")
    return keys


def pem(document: bytes, algorithms: Iterable[str], kid: str | None = None) -> tuple[Key, ...]:
    """Return the keys of PEM blocks, public keys or certificates, all of them called ``kid``."""
    keys = []
    for block in list(PEM_BLOCK.finditer(document))[:MAX_KEYS]:
        public = _from_pem(block[1], block[0])
        fits = frozenset(algorithms) & _verifies(public)
        if fits and isinstance(public, PublicKey):
            keys.append(Key(kid, fits, public))
    if not keys:
        raise ValueError("it holds no public key that could verify a signature")
    return tuple(keys)


def fitting(keys: tuple[Key, ...], algorithm: str) -> tuple[Key, ...]:
    """Return the keys that verify ``algorithm``; raises SignInError when none does."""
    fitting = tuple(key for key in keys if algorithm in key.algorithms)
    if not fitting:
        raise SignInError("algorithm", "The assertion's algorithm does not fit its key.")
    return fitting


def _from_pem(label: bytes, block: bytes) -> object:
    try:
        if label == b"CERTIFICATE":
            return x509.load_pem_x509_certificate(block).public_key()
        if label == b"PUBLIC KEY":
            return load_pem_public_key(block)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("it holds a PEM block that cannot be read") from error
    raise ValueError("it holds something else than public keys and certificates")


def _from_jwk(entry: Mapping[str, Any], wanted: frozenset[str]) -> Key | None:
    """Return the key, or None when it is not one that verifies any of ``wanted``."""
    kid, operations = entry.get("kid"), entry.get("key_ops", ["verify"])
    named = kid is None or (isinstance(kid, str) and 0 < len(kid) <= MAX_KID)
    for_signatures = entry.get("use", "sig") == "sig" and (
        isinstance(operations, list) and "verify" in operations
    )
    if not named or not for_signatures or "d" in entry:
        return None
    stated = entry.get("alg")
    for algorithm in sorted(wanted if stated is None else wanted & {str(stated)}):
        if entry.get("kty") != ALGORITHMS[algorithm]:
            continue
        try:
            public = jwt.PyJWK(dict(entry), algorithm).key
        except (jwt.PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
            return None
        fits = wanted & _verifies(public) & ({str(stated)} if stated else wanted)
        return Key(kid, fits, public) if fits else None
    return None


def _verifies(public: object) -> frozenset[str]:
    """Return the algorithms whose signatures a key can verify."""
    if isinstance(public, EllipticCurvePublicKey):
        curves = {SECP256R1: "ES256", SECP384R1: "ES384"}
        return frozenset({curves[kind] for kind in curves if isinstance(public.curve, kind)})
    if isinstance(public, RSAPublicKey) and public.key_size in RSA_SIZES:
        return frozenset({"RS256", "PS256"})
    return frozenset({"EdDSA"}) if isinstance(public, Ed25519PublicKey) else frozenset()
