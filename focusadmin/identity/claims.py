"""What a token must say before its key is looked for, and whom a verified one names."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from focusadmin.identity.asserted import Asserted, claim
from focusadmin.identity.configuration import SignedProxy
from focusadmin.identity.errors import SignInError

#: Seconds by which two machines' clocks may differ.
LEEWAY = 30
#: Characters; the columns hold as many.
LONGEST = 200
LONGEST_EMAIL = 254
LONGEST_GROUP = 500
MAX_GROUPS = 2000

#: Seconds since 1970 that no clock will show; what is no number or infinite is not below it.
FOREVER = 10**11

Members = Mapping[str, Any]


def check_header(config: SignedProxy, header: Members) -> None:
    """Refuse what another verifier would have to understand; raises SignInError.

    Keys and addresses of keys that a token brings along are not looked at, here or anywhere.
    """
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in config.algorithms:
        raise SignInError("algorithm", "The assertion's algorithm is not one of JWT_ALGORITHMS.")
    if kid is not None and not (isinstance(kid, str) and 0 < len(kid) <= LONGEST):
        raise SignInError("malformed", "The assertion names its key (kid) in an unknown way.")
    if not isinstance(kind, str) or kind.upper() != "JWT":
        raise SignInError("type", "The assertion is another kind of token (typ) than a JWT.")
    if {"crit", "b64", "zip", "enc", "cty"} & set(header):
        raise SignInError("malformed", "The assertion demands an extension (crit, b64, cty).")


def check_times(config: SignedProxy, claims: Members, now: float) -> None:
    """Hold the token's times against the clock and its longest lifetime; raises SignInError."""
    ends = _time(claims, "exp")
    starts = _time(claims, "nbf") if "nbf" in claims else None
    # The load balancer of AWS sends no iat; its tokens are made anew for each request.
    made = None if config.signer and "iat" not in claims else _time(claims, "iat")
    if ends + LEEWAY <= now:
        raise SignInError("expired", "The assertion has expired; do both machines' clocks agree?")
    if max(made or 0, starts or 0) > now + LEEWAY:
        raise SignInError("not-yet", "The assertion is of the future; do both clocks agree?")
    if made is not None and ends <= made:
        raise SignInError("lifetime", "The assertion ends before it begins.")
    if ends - (now + LEEWAY if made is None else made) > config.max_lifetime:
        raise SignInError("lifetime", "The assertion is valid for longer than JWT_MAX_LIFETIME.")


def check_purpose(config: SignedProxy, header: Members, claims: Members) -> None:
    """Refuse what was made for somebody else or for something else; raises SignInError.

    PyJWT checks ``iss`` and ``aud``; this is what the single proxies ask for beyond it.
    """
    if config.token_type and claims.get("type") != config.token_type:
        raise SignInError("type", "The assertion is of another type than an application's.")
    if config.id_token and not _is_for_one_client(config, claims):
        raise SignInError("audience", "The assertion was made for another client (azp).")
    if config.signer:
        _check_load_balancer(config, header, claims)


def asserted(config: SignedProxy, claims: Members) -> Asserted:
    """Return whom verified claims name; raises SignInError for what no person can be called."""
    return Asserted(
        issuer=config.issuer,
        subject=_subject(claims, config.subject_claim),
        email=_text(claims, config.email_claim, LONGEST_EMAIL),
        name=_name(claims, config.name_claim),
        groups=_groups(config, claims),
        claims=claims,
    )


def _time(claims: Members, name: str) -> float:
    """Return a time in seconds since 1970."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < FOREVER:
        raise SignInError("malformed", f"The assertion's {name} is missing or not a time.")
    return value


def _is_for_one_client(config: SignedProxy, claims: Members) -> bool:
    several = isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1
    if "azp" not in claims:
        return not several
    return claims["azp"] in config.audiences


def _check_load_balancer(config: SignedProxy, header: Members, claims: Members) -> None:
    """One key server serves every customer of a region: only ``signer`` tells them apart."""
    if header.get("signer") != config.signer:
        raise SignInError("signer", "The assertion was signed by another load balancer.")
    if header.get("iss") != config.issuer:
        raise SignInError("issuer", "The assertion's header names another issuer.")
    if config.audiences and header.get("client") not in config.audiences:
        raise SignInError("audience", "The assertion was made for another client.")
    if "exp" in header and header["exp"] != claims.get("exp"):
        raise SignInError("malformed", "The assertion names two ends of its lifetime.")


def _text(claims: Members, name: str, longest: int) -> str:
    """Return a printable claim, '' where it is absent; nothing is cut."""
    value = claim(claims, name) if name else None
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise SignInError("malformed", f"The claim {name} is not printable text, or too long.")
    return unicodedata.normalize("NFC", value)


def _subject(claims: Members, name: str) -> str:
    """Return the text that makes a person, exactly as it was sent."""
    subject = _text(claims, name, LONGEST)
    if not subject:
        raise SignInError("subject", f"The assertion names nobody: its {name} is empty.")
    if subject != claim(claims, name) or subject != subject.strip():
        raise SignInError("malformed", f"The claim {name} is not in its normal form (NFC).")
    return subject


def _name(claims: Members, name: str) -> str:
    """Return a name for display, no longer than its column; joiners and marks may be in it."""
    value = claim(claims, name) if name else None
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_one_line(value):
        raise SignInError("malformed", f"The claim {name} is not one line of text.")
    kept = "".join(sign for sign in value if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", kept)[:LONGEST]


def _groups(config: SignedProxy, claims: Members) -> frozenset[str] | None:
    """Return the groups, None where there is no such claim: that is not the same as no group."""
    value = claim(claims, config.groups_claim) if config.groups_claim else None
    if value is None:
        return None
    if isinstance(value, str):
        found = value.split(config.groups_separator) if config.groups_separator else [value]
        value = [piece.strip() for piece in found if piece.strip()]
    if not isinstance(value, list) or len(value) > MAX_GROUPS:
        raise SignInError("malformed", f"The claim {config.groups_claim} is no list of groups.")
    for group in value:
        if not isinstance(group, str) or not _is_one_line(group) or len(group) > LONGEST_GROUP:
            raise SignInError("malformed", f"A group in {config.groups_claim} is not text.")
    return frozenset(value)


def _is_one_line(text: str) -> bool:
    """Say whether text holds no control character, line break or half of a character."""
    return not any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in text)
