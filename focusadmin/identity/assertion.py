"""A proxy's signed word on who is asking, verified anew on every request."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt

from focusadmin.identity.configuration import SignedProxy
from focusadmin.identity.errors import SignInError
from focusadmin.identity.roles import Asserted

#: Seconds by which two machines' clocks may differ.
LEEWAY = 30


def verify(config: SignedProxy, environ: Mapping[str, Any]) -> Asserted:
    """Return who the request's one assertion says is asking; raises SignInError."""
    text = environ.get("HTTP_" + config.header.upper().replace("-", "_"), "")
    if not text:
        raise SignInError("missing", f"The request has no {config.header} header.")
    token = text.removeprefix("Bearer ") if config.bearer else text
    try:
        document = json.loads(Path(config.keys).read_text())
        keys = jwt.PyJWKSet.from_dict(document)
        claims = jwt.decode(
            token,
            keys[jwt.get_unverified_header(token).get("kid", "")],
            algorithms=config.algorithms,
            audience=config.audiences,
            issuer=config.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )
    except (jwt.PyJWTError, OSError, ValueError, KeyError) as error:
        raise SignInError("malformed", "The assertion cannot be verified.") from error
    groups = claims.get(config.groups_claim)
    return Asserted(
        issuer=config.issuer,
        subject=str(claims[config.subject_claim]),
        email=str(claims.get(config.email_claim, "")),
        name=str(claims.get(config.name_claim, "")),
        groups=None if groups is None else frozenset(groups),
        claims=claims,
    )
