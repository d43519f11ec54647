"""A proxy's signed word on who is asking, verified anew on every request."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from focusadmin.identity import claims, tokens
from focusadmin.identity.asserted import Asserted
from focusadmin.identity.configuration import SignedProxy
from focusadmin.identity.errors import SignInError
from focusadmin.identity.jwks import Key
from focusadmin.identity.keyring import Keys, keys_of
from focusadmin.identity.tokens import Token

#: What PyJWT found: (its error, our reason, what the operator should check), narrow ones first.
FAULTS: tuple[tuple[type[Exception], str, str], ...] = (
    (jwt.InvalidSignatureError, "signature", "The assertion was not signed with the proxy's key."),
    (jwt.ExpiredSignatureError, "expired", "The assertion has expired; do both clocks agree?"),
    (jwt.ImmatureSignatureError, "not-yet", "The assertion is of the future; do clocks agree?"),
    (jwt.InvalidAudienceError, "audience", "The assertion's aud is not JWT_AUDIENCE."),
    (jwt.InvalidIssuerError, "issuer", "The assertion's iss is not JWT_ISSUER."),
    (jwt.MissingRequiredClaimError, "incomplete", "The assertion lacks aud, iss or sub."),
    (jwt.InvalidAlgorithmError, "algorithm", "The assertion's algorithm is not accepted."),
    (jwt.InvalidKeyError, "algorithm", "The assertion's algorithm does not fit its key."),
    (Exception, "malformed", "The assertion is not a well-formed JWT."),
)


def verify(
    config: SignedProxy, environ: Mapping[str, Any], *, keys: Keys | None = None
) -> Asserted:
    """Return who the request's one assertion says is asking; raises SignInError.

    A token's own words are checked before its signature, so that only one that would be right
    makes the key server be asked; they are believed after it.
    """
    token = tokens.of_request(config, environ)
    claims.check_header(config, token.header)
    claims.check_times(config, token.claims, time.time())
    claims.check_purpose(config, token.header, token.claims)
    _decode(config, token, None)
    source = keys or keys_of(config)
    candidates = source.find(token.header.get("kid"), token.header["alg"])
    return claims.asserted(config, _verified(config, token, candidates))


def _verified(config: SignedProxy, token: Token, candidates: Sequence[Key]) -> dict[str, Any]:
    """Return the claims that one of the keys has signed; raises SignInError."""
    first, *others = candidates
    try:
        return _decode(config, token, first)
    except SignInError:
        if not others:
            raise
    return _verified(config, token, others)


def _decode(config: SignedProxy, token: Token, key: Key | None) -> dict[str, Any]:
    """Return the claims as PyJWT reads and checks them, without the signature where no key is."""
    required = ["exp", "iss", "sub"] if config.signer else ["exp", "iat", "aud", "iss", "sub"]
    try:
        return jwt.decode(
            token.text,
            key.public if key else "",
            algorithms=config.algorithms,
            audience=None if config.signer else config.audiences,
            issuer=config.issuer,
            leeway=claims.LEEWAY,
            options={
                "require": required,
                "verify_signature": key is not None,
                "verify_exp": True,
                "verify_nbf": True,
                "verify_iat": True,
                "verify_iss": True,
                "verify_aud": not config.signer,
                "verify_sub": True,
                "verify_jti": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        reason, detail = next(fault[1:] for fault in FAULTS if isinstance(error, fault[0]))
        raise SignInError(reason, detail) from error
