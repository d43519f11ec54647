"""The addresses among the variables: where people, Focus, the proxy and consent are."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit


def is_loopback(host: str | None) -> bool:
    """Say whether ``host`` names this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def origin(text: str) -> str:
    """Return scheme://host[:port] of an address that is nothing more than that."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{text!r} is not an http(s) address")
    if parts.username or parts.password or parts.query or parts.fragment or parts.path not in "/":
        raise ValueError(f"{text!r} must be scheme and host alone, without path or password")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(f"{text!r} must use https (http is for this machine only)")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def api_url(text: str) -> str:
    """Return the Focus API's base address without a trailing slash; https, or http on loopback."""
    parts = urlsplit(text.strip())
    base = origin(f"{parts.scheme}://{parts.netloc}")
    if parts.query or parts.fragment:
        raise ValueError(f"{text!r} must not have a query or fragment")
    return base + parts.path.rstrip("/")


def origins(text: str) -> frozenset[str]:
    """Return the origins of a list that is separated by spaces or commas."""
    return frozenset(origin(part) for part in text.replace(",", " ").split())


def proxy(text: str) -> str:
    """Return the proxy's address; what is wrong is said without it, for it may hold a password."""
    parts = urlsplit(text)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return text
    raise ValueError("it is not an http(s) address")


def consent_problem(api_url: str | None, consent_origins: Iterable[str] | None) -> str | None:
    """Return why the consent origins do not fit the API address, or None."""
    local = is_loopback(urlsplit(api_url or "").hostname)
    if local or not any(text.startswith("http://") for text in consent_origins or ()):
        return None
    return (
        "FOCUS_CONSENT_ORIGINS: http is allowed only while FOCUS_API_URL is on this machine."
        " Example: FOCUS_CONSENT_ORIGINS=https://accounts.google.com"
    )
