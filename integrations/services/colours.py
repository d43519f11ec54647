"""Colours as text from elsewhere: read them, compare them, and never invent one."""

import re
from functools import lru_cache

from django.utils.formats import number_format

BLACK = "#000000"
WHITE = "#ffffff"
#: WCAG 2.2, success criterion 1.4.3, for text of ordinary size.
READABLE = 4.5
_HEX = re.compile(r"\s*#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\s*")


def parse(text: str | None) -> str | None:
    """Return ``#rrggbb`` for three or six hex digits, with or without ``#``; else None."""
    match = _HEX.fullmatch(text or "")
    if not match:
        return None
    digits = match[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


@lru_cache(maxsize=4096)
def spellings(colour: str) -> list[str]:
    """Return the ways to write a colour, in small letters: "#0088ff", "0088ff", "#08f", "08f"."""
    parsed = parse(colour)
    if parsed is None:
        return []
    ways = [parsed]
    if parsed[1::2] == parsed[2::2]:
        ways.append("#" + parsed[1::2])
    return [way for written in ways for way in (written, written[1:])]


def luminance(colour: str) -> float:
    """Return the relative luminance (0 to 1) of ``#rrggbb`` as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str | None, other: str | None) -> float | None:
    """Return the contrast ratio (1 to 21) of two colours, None where one cannot be read."""
    first, second = parse(one), parse(other)
    return None if first is None or second is None else _contrast(first, second)


@lru_cache(maxsize=4096)
def _contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def ratio_text(ratio: float | None) -> str | None:
    """Return a ratio with one digit as the current language writes it, cut: 4.46 is not 4.5."""
    return None if ratio is None else number_format(int(ratio * 10) / 10, 1)


def readable_on(background: str) -> str:
    """Return black or white, whichever reads better on ``#rrggbb``; one always reaches 4.58."""
    return max((WHITE, BLACK), key=lambda text: contrast(text, background) or 0)
