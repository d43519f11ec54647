"""Signs who is asking, as short-lived ES256 tokens, and says with which keys."""

import secrets
import time
from dataclasses import asdict
from threading import Lock
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt.algorithms import ECAlgorithm

from integrations.sandbox.messages import encode
from integrations.sandbox.sso.people import Somebody

#: Seconds for which one assertion is good; each request gets one of its own.
LIFETIME = 300


class Signer:
    """Keys by id: the last one, the present one, and the next one.

    The next one is published before it is used, so that whoever knows the keys can follow a
    rotation without asking again.
    """

    def __init__(self, issuer: str, audience: str) -> None:
        self._fixed = {"iss": issuer, "aud": audience}
        self._guard = Lock()
        self._keys = [new_key(), new_key()]

    @property
    def kid(self) -> str:
        """The id of the key that signs now."""
        return self._keys[-2][0]

    def rotate(self) -> None:
        """Sign with the next key from now on; the last one stays published."""
        with self._guard:
            self._keys = [*self._keys[-2:], new_key()]

    def jwks(self) -> bytes:
        """Return the public keys, as RFC 7517 writes them."""
        keys = [
            ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": kid, "alg": "ES256", "use": "sig"}
            for kid, key in self._keys
        ]
        return encode({"keys": keys})

    def sign(self, who: Somebody) -> str:
        """Return an assertion that begins now."""
        now = int(time.time())
        kid, key = self._keys[-2]
        claims = {name: value for name, value in asdict(who).items() if value is not None}
        claims |= self._fixed | {"sub": claims.pop("subject"), "iat": now, "exp": now + LIFETIME}
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid})


def new_key() -> tuple[str, Any]:
    """Return an id and a fresh private key."""
    return secrets.token_hex(8), generate_private_key(SECP256R1())
