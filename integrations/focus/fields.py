"""Single values read leniently: an odd type becomes "not known", never an exception."""

import re
from datetime import UTC, datetime
from typing import Any, Literal

MIN_INT = -(2**63)
MAX_INT = 2**63 - 1
_SURROGATE_OR_NUL = re.compile("[\x00\ud800-\udfff]")
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)

IdProblem = Literal[
    "id-missing", "id-zero", "id-boolean", "id-fraction", "id-text", "id-out-of-range", "id-odd"
]


def read_id(value: Any) -> int | IdProblem:
    """A remote id, any non-zero 64-bit integer, or the reason why it is none."""
    match value:
        case None:
            return "id-missing"
        case bool():
            return "id-boolean"
        case float():
            return "id-fraction"
        case str():
            return "id-text"
        case 0:
            return "id-zero"
        case int():
            return value if MIN_INT <= value <= MAX_INT else "id-out-of-range"
        case _:
            return "id-odd"


def clean_text(text: str) -> str:
    """Text that can be stored and rendered: NUL and lone surrogates become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _SURROGATE_OR_NUL.sub("\ufffd", text)


def read_text(value: Any) -> str:
    """Text; a number as its digits; anything else is empty."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def read_optional_text(value: Any) -> str | None:
    """Text, or None for anything else."""
    return clean_text(value) if isinstance(value, str) else None


def read_flag(value: Any) -> bool | None:
    """True or false, also as 1, 0 or text; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    return None


def read_number(value: Any) -> int | None:
    """A 64-bit integer, also as ``7.0`` or ``"7"``; 0 stays 0; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        value = int(value)
    return value if isinstance(value, int) and MIN_INT <= value <= MAX_INT else None


def read_texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, or the words of one text."""
    if isinstance(value, str):
        return tuple(clean_text(value).split())
    if isinstance(value, list):
        return tuple(clean_text(entry) for entry in value if isinstance(entry, str))
    return ()


def read_time(value: Any) -> datetime | None:
    """An RFC 3339 time as aware UTC; None for anything else, also for Go's zero time in year 1."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not 1900 <= time.year <= 9000:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
