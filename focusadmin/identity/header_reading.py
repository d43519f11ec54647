"""What the HEADER_… variables and PROXY_SECRET mean; whatever would believe a stranger is refused.

What is refused: E023 no peers, E024 no secret, E025 a secret that can be guessed or does not
survive a header, E026 more than two secrets, E027 a header's name.
"""

import re
from dataclasses import dataclass

from focusadmin.config import Reader
from focusadmin.identity.configuration import HeaderProxy, TrustedPeers

VARIABLES = (
    *("HEADER_USER", "HEADER_EMAIL", "HEADER_NAME", "HEADER_GROUPS", "HEADER_SECRET"),
    "PROXY_SECRET",
)
SHORTEST_SECRET = 32
FEWEST_SIGNS = 10
SECRET = re.compile(r"[!-+\--~]+")  # printable ASCII but blanks and the comma
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")
#: They mean something already, to the proxy, the server, Django or the browser.
TAKEN = re.compile(
    r"forwarded|x-forwarded-(for|host|port|proto.*|ssl|server|prefix|by|scheme)|x-real-ip|host"
    r"|cookie|origin|referer|connection|upgrade|te|trailer|expect|date|via|user-agent|accept.*"
    r"|content-.*|transfer-.*|sec-.*|hx-.*|x-csrftoken|focusadmin-.*|proxy-.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Preset:
    """The names that a proxy sends by default; '' where the operator has to say."""

    user: str = ""
    email: str = ""
    name: str = ""
    groups: str = ""


PRESETS = {
    "authelia": Preset("Remote-User", "Remote-Email", "Remote-Name", "Remote-Groups"),
    "headers": Preset(),
}


def proxy(read: Reader, preset: str, peers: TrustedPeers) -> HeaderProxy:
    """Read the variables of a proxy that sends plain headers; problems are noted in ``read``."""
    names = PRESETS[preset]
    found = HeaderProxy(
        preset=preset,
        user_header=read.parse("HEADER_USER", header, "Remote-User", names.user),
        email_header=_optional(read, "HEADER_EMAIL", names.email),
        name_header=_optional(read, "HEADER_NAME", names.name),
        groups_header=_optional(read, "HEADER_GROUPS", names.groups),
        groups_separator=",",
        secret_header=read.parse("HEADER_SECRET", header, "X-Proxy-Secret", "X-Proxy-Secret"),
        secrets=read.optional("PROXY_SECRET", secrets, "32-random-characters") or (),
        peers=peers,
    )
    read.note(*problems(found, has_secret=bool(read.text("PROXY_SECRET"))))
    return found


def problems(config: HeaderProxy, *, has_secret: bool) -> list[str]:
    """Return a sentence for each thing without which a header must not be believed."""
    found = []
    if not config.peers.networks and not config.peers.unix:
        found.append(
            "TRUSTED_PROXIES: it is missing (focusadmin.E023); without it anybody could send the"
            " proxy's headers. Example: TRUSTED_PROXIES=10.1.2.3/32, or unix"
        )
    if not has_secret:
        found.append(
            "PROXY_SECRET: it is missing (focusadmin.E024); let the proxy send it in the header"
            f" {config.secret_header}. Make one: openssl rand -hex 32"
        )
    used = [config.user_header, config.email_header, config.name_header, config.groups_header]
    lower = [name.lower() for name in (*used, config.secret_header) if name]
    if len(set(lower)) < len(lower):
        found.append("HEADER_…: two of them name the same header (focusadmin.E027).")
    return found


def secrets(text: str) -> tuple[str, ...]:
    """Return one secret, or the new and the old one while the proxy changes over.

    No message of its ValueError repeats any of them.
    """
    found = tuple(piece.strip() for piece in text.split(","))
    if len(found) > 2 or len(set(found)) < len(found):
        raise ValueError(
            "it holds more than a new and an old secret, or one twice (focusadmin.E026)"
        )
    for secret in found:
        if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_SIGNS:
            raise ValueError(
                f"a secret is shorter than {SHORTEST_SECRET} characters, or repeats a few of them"
                " (focusadmin.E025); make one: openssl rand -hex 32"
            )
        if not SECRET.fullmatch(secret):
            raise ValueError(
                "a secret holds more than printable ASCII (focusadmin.E025);"
                " make one: openssl rand -hex 32"
            )
    return found


def header(text: str) -> str:
    """Return a header's name that only the proxy uses; an underscore would be its hyphen's twin."""
    if not NAME.fullmatch(text) or len(text) > 100:
        raise ValueError(
            f"{text!r} is no header's name of letters, digits and hyphens (focusadmin.E027)"
        )
    if TAKEN.fullmatch(text):
        raise ValueError(f"{text!r} has another meaning already (focusadmin.E027)")
    return text


def _optional(read: Reader, name: str, default: str) -> str:
    set_or_known = read.text(name, default)
    return read.parse(name, header, "Remote-Email", default) if set_or_known else ""
