"""Where a person may be sent for consent: the one check of a redirect's target."""

import re
from urllib.parse import urlsplit

MAX_LENGTH = 8192
_PORTS = {"https": 443, "http": 80}
_VISIBLE = re.compile(r"[!-\[\]-~]+")  # printable ASCII without space and backslash
_NETLOC = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?")

_Origin = tuple[str, str, int]


def consent_problem(address: str | None, origins: frozenset[str]) -> str | None:
    """Say in fixed words why nobody may be sent to ``address``; None when its origin is allowed.

    The words never hold the address: whoever opens it attaches *their* calendar to the key's
    person, so it is a secret. Two Location headers arrive joined by comma and space: refused.
    """
    if not address:
        return "no address"
    if len(address) > MAX_LENGTH:
        return "address too long"
    if not _VISIBLE.fullmatch(address):
        return "odd characters in the address"
    origin = _origin(address)
    if origin is None:
        return "not an absolute web address"
    if origin not in {_origin(allowed) for allowed in origins}:
        return "origin not allowed"
    return None


def _origin(address: str) -> _Origin | None:
    """Scheme, host and port; None for a user name, an odd host, another scheme, a relative one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    netloc = _NETLOC.fullmatch(parts.netloc)
    if netloc is None or parts.scheme not in _PORTS:
        return None
    port = int(netloc["port"]) if netloc["port"] else _PORTS[parts.scheme]
    return parts.scheme, netloc["host"].lower(), port
