"""Tokens of every kind, good and forged, and the keys they are signed with."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm, get_default_algorithms

from focusadmin.identity import headers
from focusadmin.identity.configuration import SignedProxy

MAKERS: dict[str, Callable[[], Any]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "K-256": lambda: ec.generate_private_key(ec.SECP256K1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "RSA-1024": lambda: rsa.generate_private_key(65537, 1024),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
}
KINDS = {"ES256": "P-256", "ES384": "P-384", "RS256": "RSA", "PS256": "RSA", "EdDSA": "Ed25519"}


@cache
def key(kind: str, number: int = 0) -> Any:
    """Return one private key of a kind and number, the same each time."""
    return MAKERS[kind]()


def jwk(private: Any, kid: str | None = "a", **more: object) -> dict[str, Any]:
    """Return a private key's public half as RFC 7517 writes it."""
    public = private.public_key()
    writer = next(
        writer
        for kind, writer in (
            (ec.EllipticCurvePublicKey, ECAlgorithm),
            (rsa.RSAPublicKey, RSAAlgorithm),
            (ed25519.Ed25519PublicKey, OKPAlgorithm),
        )
        if isinstance(public, kind)
    )
    named = {} if kid is None else {"kid": kid}
    return {**writer.to_jwk(public, as_dict=True), **named, **more}


def jwks(*keys: Mapping[str, Any]) -> bytes:
    """Return a document of keys."""
    return json.dumps({"keys": keys}).encode()


def pem(private: Any) -> bytes:
    """Return a private key's public half as PEM."""
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def b64(raw: bytes, *, padded: bool = False) -> str:
    """Return base64url, without padding as JWTs have it."""
    text = base64.urlsafe_b64encode(raw).decode()
    return text if padded else text.rstrip("=")


def unb64(text: str) -> bytes:
    """Return what base64url without padding means."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value: object) -> bytes:
    """Return JSON; NaN and Infinity as Python writes them, bytes as they are."""
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Draft:
    """A token before it is signed."""

    header: Any
    claims: Any
    private: Any = field(default=None, repr=False)
    algorithm: str = "ES256"
    padded: bool = False

    def text(self) -> str:
        """Sign it, with whatever its header and claims are."""
        parts = [
            b64(compact(self.header), padded=self.padded),
            b64(compact(self.claims), padded=self.padded),
        ]
        signer = get_default_algorithms()[self.algorithm]
        signature = signer.sign(".".join(parts).encode(), self.private)
        return ".".join([*parts, b64(signature, padded=self.padded)])

    def but(self, **claims: object) -> "Draft":
        """Return it with other claims; ``...`` removes one."""
        return replace(self, claims=changed(self.claims, claims))

    def headed(self, **header: object) -> "Draft":
        """Return it with another header; ``...`` removes a member."""
        return replace(self, header=changed(self.header, header))


def changed(members: Mapping[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """Return members with changes; ``...`` removes one."""
    return {name: value for name, value in {**members, **changes}.items() if value is not ...}


def draft(config: SignedProxy, **claims: object) -> Draft:
    """Return a good token for a proxy: signed now, with its first algorithm and key ``a``."""
    now = int(time.time())
    algorithm = config.algorithms[0]
    said: dict[str, Any] = {
        "iss": config.issuer,
        "aud": config.audiences[0] if config.audiences else "",
        "sub": "00u1-alex",
        config.email_claim: "alex@example.com",
        config.name_claim: "Alex Example",
        "iat": now,
        "exp": now + 60,
    }
    header: dict[str, Any] = {"alg": algorithm, "kid": "a", "typ": "JWT"}
    if config.token_type:
        said["type"] = config.token_type
    if config.signer:
        del said["aud"], said["iat"]
        header |= {
            "signer": config.signer,
            "iss": config.issuer,
            "client": config.audiences[0],
            "exp": said["exp"],
        }
    good = Draft(header, said, key(KINDS[algorithm]), algorithm, padded=bool(config.signer))
    return good.but(**claims)


def environ(config: SignedProxy, token: str) -> dict[str, Any]:
    """Return a request's environment with a token where the proxy puts it."""
    value = f"Bearer {token}" if config.bearer else token
    return {headers.key(config.header): value}


def hmac_signed(good: Draft, secret: bytes, algorithm: str) -> str:
    """Return a token signed with what everybody knows, as if it were a shared secret."""
    head = b64(compact({**good.header, "alg": algorithm})) + "." + b64(compact(good.claims))
    signature = get_default_algorithms()[algorithm].sign(head.encode(), secret)
    return f"{head}.{b64(signature)}"
