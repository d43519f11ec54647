"""The company's identity provider, reduced to the key it signs with."""

import json
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://idp.example.com/"
AUDIENCE = "focusadmin"
KID = "one"


class Provider:
    """Signs ID tokens; its public key is in the file ``keys``."""

    def __init__(self, folder: Path) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        public |= {"kid": KID, "alg": "RS256", "use": "sig"}
        self.keys = folder / "keys.json"
        self.keys.write_text(json.dumps({"keys": [public]}))

    def token(self, person: str, **claims: Any) -> str:
        """Return an ID token for ``person``; ``claims`` win over what is usual."""
        now = int(time.time())
        usual = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": f"id-of-{person}",
            "email": f"{person}@example.com",
            "name": person.title(),
            "groups": ["calendar-managers"],
            "iat": now,
            "exp": now + 600,
        }
        return jwt.encode(usual | claims, self._key, algorithm="RS256", headers={"kid": KID})
