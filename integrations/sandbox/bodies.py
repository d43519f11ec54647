"""Reads what a caller sends (queries and calendar objects), strictly."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from integrations.sandbox.problems import ProblemError, invalid
from integrations.sandbox.routing import INT64, integer
from integrations.sandbox.world import Json

TEXTS = ("name", "background_color", "foreground_color", "default_action")
KEPT = ("created_at", "updated_at", "deleted_at", "external_id")
FLAGS = ("selected", "remind_tracking", "auto_track", "focus_auto_track")
TARGETS = ("default_workspace_id", "default_project_id", "default_planned_task_id")
IDS = ("calendar_id", "calendar_integration_id")
#: What a field becomes when a PUT leaves it out.
BLANK: Json = {
    **dict.fromkeys(TEXTS, ""),
    **dict.fromkeys(FLAGS, False),
    **dict.fromkeys(TARGETS),
}
#: What only the service itself sets; a PUT may carry it, and it is not looked at.
OWN = frozenset((*KEPT, *IDS))
#: What only the observed service has.
OBSERVED = frozenset(("auto_track", "focus_auto_track", "default_action"))
MAX_ADDRESS = 4096
HOST = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?"
ADDRESS = re.compile(rf"https?://{HOST}([/?#][!-~]*)?")


def calendar_body(body: bytes) -> Json:
    """The calendar object of a PUT; raises ProblemError 400."""
    return {name: member(name, value) for name, value in object_body(body).items()}


def object_body(body: bytes) -> Json:
    """The object that was sent; raises ProblemError 400."""
    try:
        sent = json.loads(body, parse_constant=refuse_constant, parse_float=finite)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, "bad_request", "The body is not JSON") from error
    if not isinstance(sent, dict):
        raise invalid("body", "an object")
    return sent


def refuse_constant(text: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python would read."""
    raise ValueError(text)


def finite(text: str) -> float:
    """Read a number, refusing one that overflows."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def member(name: str, value: Any) -> Any:
    """A member as it is stored; refuses a known one of the wrong type, null is always right."""
    if value is None:
        return None
    if name in TEXTS + KEPT and not isinstance(value, str):
        raise invalid(name, "text or null")
    if name in FLAGS and not isinstance(value, bool):
        raise invalid(name, "a boolean or null")
    return whole_number(name, value) if name in TARGETS + IDS else value


def whole_number(name: str, value: Any) -> int:
    """A 64-bit integer, however it is written (JSON does not tell 3 from 3.0)."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or value != int(value) or not -INT64 <= value < INT64:
        raise invalid(name, "a 64-bit integer or null")
    return int(value)


class Query:
    """The query of one request; every reader raises ProblemError 400 for what it cannot use."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        """One value, or None; twice the same name is refused."""
        found = self._values.get(name, [])
        if len(found) > 1:
            raise invalid(name, "given once")
        return found[0] if found else None

    def flag(self, name: str) -> bool | None:
        """``true`` or ``false``, or None."""
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise invalid(name, "true or false")
        return None if value is None else value == "true"

    def integer(self, name: str) -> int | None:
        """A 64-bit integer, or None."""
        value = self.text(name)
        return None if value is None else integer(name, value)

    def whole(self, name: str, default: int, most: int) -> int:
        """An integer from 1 to ``most``."""
        value = self.text(name)
        number = default if value is None else integer(name, value)
        if not 1 <= number <= most:
            raise invalid(name, f"from 1 to {most}")
        return number

    def address(self, name: str, *, required: bool) -> str | None:
        """An absolute http or https address."""
        value = self.text(name)
        if value is None and not required:
            return None
        if not value or not is_address(value):
            raise invalid(name, "an absolute http or https address")
        return value


def is_address(text: str) -> bool:
    """Whether a browser can be sent to ``text``."""
    return len(text) <= MAX_ADDRESS and ADDRESS.fullmatch(text) is not None
