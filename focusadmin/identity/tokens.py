"""A compact JWS taken apart, before anything in it is believed."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from focusadmin.identity import headers
from focusadmin.identity.configuration import SignedProxy
from focusadmin.identity.errors import SignInError

#: Characters; 200 groups of Entra make 11,000.
MAX_LENGTH = 16 * 1024
SEGMENT = r"[A-Za-z0-9_-]+"
PLAIN = re.compile(rf"{SEGMENT}\.{SEGMENT}\.{SEGMENT}")
#: The load balancer of AWS fills each part up to a multiple of four.
PADDED = re.compile(rf"{SEGMENT}={{0,2}}\.{SEGMENT}={{0,2}}\.{SEGMENT}={{0,2}}")


@dataclass(frozen=True)
class Token:
    """What a token says of itself; its signature is not verified."""

    text: str = field(repr=False)
    header: Mapping[str, Any] = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)


def of_request(config: SignedProxy, environ: Mapping[str, Any]) -> Token:
    """Return the request's one assertion, taken apart; raises SignInError."""
    text = environ.get(headers.key(config.header), "")
    if not isinstance(text, str) or not text:
        raise SignInError("missing", f"The request has no {config.header} header.")
    if config.bearer:
        scheme, _, text = text.partition(" ")
        if scheme != "Bearer":
            raise SignInError("missing", f"{config.header} does not say Bearer and a token.")
    return parse(text, padded=bool(config.signer))


def parse(text: str, *, padded: bool = False) -> Token:
    """Return a token's parts; raises SignInError for all that is no compact JWS of two objects."""
    if len(text) > MAX_LENGTH:
        raise SignInError("malformed", "The assertion is longer than any that is believed.")
    if "," in text:  # what the server makes of a header that came twice
        raise SignInError("duplicate", "The request holds more than one assertion.")
    if not _is_well_spelt(text, padded):
        raise SignInError("malformed", "The assertion is not a signed JWT in its compact form.")
    header, claims, _ = text.split(".")
    try:
        return Token(text, _members(header), _members(claims))
    except (ValueError, RecursionError) as error:
        raise SignInError("malformed", "The assertion does not hold two JSON objects.") from error


def _is_well_spelt(text: str, padded: bool) -> bool:
    if "=" not in text:
        return PLAIN.fullmatch(text) is not None
    whole = all(len(part) % 4 == 0 for part in text.split("."))
    return padded and whole and PADDED.fullmatch(text) is not None


def _members(segment: str) -> dict[str, Any]:
    """Return an object's members; ValueError for a name that comes twice, NaN, or bad UTF-8."""
    raw = base64.urlsafe_b64decode(segment.rstrip("=") + "=" * (-len(segment.rstrip("=")) % 4))
    found = json.loads(raw.decode(), parse_constant=_refuse, object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise ValueError("it is not an object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
