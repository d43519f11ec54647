"""Who a proxy's plain headers say is asking: believed from known peers with a secret alone."""

import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any

from focusadmin.identity import names, peers
from focusadmin.identity.asserted import Asserted
from focusadmin.identity.configuration import HeaderProxy
from focusadmin.identity.errors import SignInError

#: gunicorn joins the values of a header that comes twice; ``gunicorn.conf.py`` names it here.
REPEATED = "Focusadmin-Repeated"
LONGEST_GROUPS = 8000


def read(config: HeaderProxy, environ: Mapping[str, Any]) -> Asserted:
    """Return who the request's headers say is asking; raises SignInError."""
    if not peers.is_trusted(config.peers, environ):
        raise SignInError("peer", "The request did not come from one of TRUSTED_PROXIES.")
    if not _knows_secret(config, environ):
        raise SignInError("secret", f"{config.secret_header} does not hold one of PROXY_SECRET.")
    _refuse_repeated(config, environ)
    subject = _text(config.user_header, environ, names.user)
    if not subject:
        raise SignInError("missing", f"The request has no {config.user_header}, or an empty one.")
    email = _text(config.email_header, environ, names.address)
    groups = _groups(config, environ)
    return Asserted(
        issuer=f"headers:{config.preset}",
        subject=subject,
        email=email,
        name=_text(config.name_header, environ, names.display),
        groups=groups,
        claims={"user": subject, "email": email, "groups": sorted(groups or ())},
    )


def key(header: str) -> str:
    """Return where WSGI keeps a header."""
    return "HTTP_" + header.upper().replace("-", "_")


def _knows_secret(config: HeaderProxy, environ: Mapping[str, Any]) -> bool:
    """Compare with each secret to its end, so that time tells nothing; no secret knows nobody."""
    given = str(environ.get(key(config.secret_header), "")).encode("utf-8", "replace")
    found = [hmac.compare_digest(given, secret.encode()) for secret in config.secrets if secret]
    return any(found)


def _refuse_repeated(config: HeaderProxy, environ: Mapping[str, Any]) -> None:
    """Refuse a header that came twice: its values are joined by a comma that no blank follows."""
    named = environ.get(key(REPEATED), "").split(",")
    for header, lone_comma in (
        (config.user_header, ","),
        (config.email_header, ","),
        (config.name_header, r",(?! )"),  # "Smith, Alice" is one name
        (config.groups_header, ""),
    ):
        value = str(environ.get(key(header), ""))
        if header and (header.upper() in named or (lone_comma and re.search(lone_comma, value))):
            raise SignInError("duplicate", f"{header} came twice, or holds several values.")


def _text(header: str, environ: Mapping[str, Any], parser: Callable[[str], str]) -> str:
    """Return the header's one value, '' where it is absent or empty."""
    text = _decoded(header, environ)
    try:
        return parser(text) if text else ""
    except ValueError as error:
        raise SignInError("malformed", f"{header} is refused: {error}.") from error


def _groups(config: HeaderProxy, environ: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the groups; None where the proxy sent no such header at all."""
    if not config.groups_header or key(config.groups_header) not in environ:
        return None
    text = _decoded(config.groups_header, environ)
    if len(text) > LONGEST_GROUPS or not text.isprintable():
        raise SignInError("malformed", f"{config.groups_header} is too long or unprintable.")
    found = (piece.strip() for piece in text.split(config.groups_separator))
    return frozenset(piece for piece in found if piece)


def _decoded(header: str, environ: Mapping[str, Any]) -> str:
    """Return a header's text; WSGI hands its bytes over as latin-1."""
    try:
        return str(environ.get(key(header), "") if header else "").encode("latin-1").decode()
    except UnicodeError as error:
        raise SignInError("malformed", f"{header} is not UTF-8.") from error
