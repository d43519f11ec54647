"""What somebody sends who is not who they say: raw header lines, for any server or proxy in front.

``SPOOFED`` and ``SECOND`` are names that nobody has; an answer that names one has been spoofed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

SPOOFED = "mallory"
SECOND = "trudy"

#: The spellings that are the header itself: its name does not depend on capitals.
OWN = ("Remote-User", "remote-user", "REMOTE-USER")
#: Spellings that some software once took for it.
OTHER = (
    "Remote_User",
    "REMOTE_USER",
    "Remote-User ",
    "HTTP_REMOTE_USER",
    "Http-Remote-User",
    "RemoteUser",
    "Remote.User",
    "X-Remote-User",
    "X-Forwarded-User",
    "R\u0435mote-User",  # a Cyrillic letter
)
SPELLINGS = OWN + OTHER

Values = tuple[bytes, ...]


def _value(text: str) -> Values:
    return (text.encode(),)


#: What is sent in it: the values of one line or of two, none of which is one good name.
BAD: dict[str, Values] = {
    "duplicate": (SPOOFED.encode(), SECOND.encode()),
    "twice the same": (SPOOFED.encode(), SPOOFED.encode()),
    "duplicate, one empty": (SPOOFED.encode(), b""),
    "comma": _value(f"{SPOOFED},{SECOND}"),
    "comma and blank": _value(f"{SPOOFED}, {SECOND}"),
    "comma at the end": _value(f"{SPOOFED},"),
    "NBSP": (SPOOFED.encode() + b"\xa0",),
    "NBSP in UTF-8": _value(f"{SPOOFED}\xa0"),
    "UTF-8, full width": _value("\uff4dallory"),
    "UTF-8, invisible": _value("mal\u200blory"),
    "UTF-8, Cyrillic and Latin": _value("m\u0430llory"),
    "UTF-8, decomposed": _value("ma\u0301llory"),
    "UTF-8, overlong": (b"m\xc1\xa1llory",),
    "latin-1": ("m\xe4llory".encode("latin-1"),),
    "empty": (b"",),
    "blanks": (b" \t ",),
    "tab inside": (b"mal\tlory",),
    "NUL": (b"mal\0lory",),
    "bare CR": (b"mal\rlory",),
    "folded": (b"mal\r\n lory",),
    "two lines in one": (b"\r\nX-Other: mallory",),
    "too long": (SPOOFED.encode() * 40,),
}
#: One good name: right in the header itself, from a trusted peer that knows the secret.
GOOD: dict[str, Values] = {"plain": _value(SPOOFED)}


@dataclass(frozen=True)
class Spoof:
    """Raw lines of a request's head, and whether they would be a proxy's own if it sent them."""

    name: str
    lines: tuple[bytes, ...]
    is_proxys_own: bool = False


def spoofs(rename: Callable[[str], str] = str) -> Iterator[Spoof]:
    """Yield every spelling × every value; ``rename`` where the header is not Remote-User."""
    for spelling in SPELLINGS:
        for kind, values in (BAD | GOOD).items():
            name = rename(spelling).encode()
            yield Spoof(
                f"{spelling!r}, {kind}",
                tuple(name + b": " + value for value in values),
                spelling in OWN and kind in GOOD,
            )


def beside(rename: Callable[[str], str] = str) -> Iterator[Spoof]:
    """Yield what arrives beside the header that the proxy itself sends: each spelling, and more."""
    for spelling in SPELLINGS:
        yield Spoof(f"beside it {spelling!r}", (rename(spelling).encode() + b": mallory",))
    for line in (
        "Remote-Groups: calendar-admins",
        "Remote_Groups: calendar-admins",
        "Remote-Name: mallory",
        "Remote-Email: mallory@example.com",
        "X-Forwarded-User: mallory",
        "Script_Name: /admin",
        "Path_Info: /admin",
        "Connection: close, Remote-User",
        "Connection: X-Proxy-Secret",
    ):
        yield Spoof(f"beside it {line!r}", (line.encode(),))
