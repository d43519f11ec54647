"""The addresses among the variables: where people, Focus, the proxy and consent are."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

#: The port that an origin does not name, because browsers leave it out.
DEFAULT_PORTS = {"https": 443, "http": 80}
#: A host's name, without a wildcard or a dot at an end; IPv6 addresses are ipaddress's to judge.
NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def is_loopback(host: str | None) -> bool:
    """Say whether ``host`` names this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def origin(text: str) -> str:
    """Return scheme://host[:port], as browsers spell it, of an address that is nothing more."""
    parts = _split(text)
    if parts.query or parts.fragment or parts.path not in "/":
        raise ValueError(f"{text!r} must be scheme and host alone, without path")
    return _origin(parts)


def origins(text: str) -> frozenset[str]:
    """Return the origins of a list that is separated by spaces or commas."""
    return frozenset(origin(part) for part in text.replace(",", " ").split())


def api_url(text: str) -> str:
    """Return the Focus API's base address without a trailing slash; https, or http on loopback."""
    parts = _split(text)
    if parts.query or parts.fragment:
        raise ValueError(f"{text!r} must not have a query or fragment")
    return _origin(parts) + parts.path.rstrip("/")


def link(text: str) -> str:
    """Return a place to go on to: an https address, or a path of the host that people opened."""
    if not text.isascii() or not text.isprintable() or set(text) & set(' "<>\\'):
        raise ValueError("it is no address")
    if not text.startswith("/") or text.startswith("//"):
        _split(text.partition("?")[0].partition("#")[0])
    return text


def host(address: str) -> str:
    """Return an address's host as a request names it: IPv6 in brackets, without the port."""
    name = urlsplit(address).hostname or ""
    return f"[{ipaddress.IPv6Address(name).compressed}]" if ":" in name else name


def proxy(text: str) -> str:
    """Return the proxy's address; what is wrong is said without it, for it may hold a password."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("it is not an http(s) address")
    return text


def consent_problem(api_url: str | None, consent_origins: Iterable[str] | None) -> str | None:
    """Return why the consent origins do not fit the API address, or None."""
    local = is_loopback(urlsplit(api_url or "").hostname)
    if local or not any(text.startswith("http://") for text in consent_origins or ()):
        return None
    return (
        "FOCUS_CONSENT_ORIGINS: http is allowed only while FOCUS_API_URL is on this machine."
        " Example: FOCUS_CONSENT_ORIGINS=https://accounts.google.com"
    )


def _split(text: str) -> SplitResult:
    if "@" in text:  # what stands before it may be a password, so nothing is repeated
        raise ValueError("it must not hold @, or a user name or password before it")
    if not text.isascii():
        raise ValueError(f"{text!r} must name its host in ASCII, in the punycode form (xn--…)")
    try:
        parts = urlsplit(text)
        name = parts.hostname or ""
        named = NAME.fullmatch(name) or ipaddress.IPv6Address(name)
        usable = bool(named) and parts.scheme in DEFAULT_PORTS and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"{text!r} is not an http(s) address")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(f"{text!r} must use https (http is for this machine only)")
    return parts


def _origin(parts: SplitResult) -> str:
    port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host(parts.geturl())}{port}"
