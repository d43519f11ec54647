"""From what Focus said to what a row holds: the one place where the two meet."""

import re
from collections.abc import Mapping
from typing import Any

from integrations.focus import Account as SeenAccount
from integrations.focus import Calendar as SeenCalendar
from integrations.models import Account, Calendar
from integrations.services import colours, health

COLOURS = ("background_color", "foreground_color")
NUMBERS = ("default_workspace_id", "default_project_id", "default_planned_task_id")
FLAGS = ("selected", "auto_track", "focus_auto_track", "remind_tracking")
#: Fields of a calendar that a person can edit, by the API's names.
EDITABLE = (*COLOURS, *NUMBERS, *FLAGS)
_CALENDAR_AS_READ = ("external_id", "name", *EDITABLE, "default_action", "updated_at")
CALENDAR_FIELDS = (*_CALENDAR_AS_READ, "raw", "contrast", "search")
_ACCOUNT_AS_READ = (
    "email",
    "provider",
    "error_status",
    "has_write_scope",
    "auto_track",
    "origin_product_id",
)
ACCOUNT_FIELDS = (
    *_ACCOUNT_AS_READ,
    "scopes",
    "connected_at",
    "raw",
    "state",
    "urgency",
    "search",
)
MAX_ID = 2**63 - 1
#: What no database takes in a text: NUL and halves of a pair.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: Characters of an external id that are kept: PostgreSQL indexes no more than 2,704 bytes.
MAX_EXTERNAL_ID = 500


def account_values(entry: SeenAccount) -> dict[str, Any]:
    """Return the fields of an Account row; its state counts the calendars of the same answer."""
    values = {name: _fits(getattr(entry, name)) for name in _ACCOUNT_AS_READ}
    listed = entry.calendars
    brings = len(listed.items) + len(listed.unreadable)
    state = health.state(entry.error_status, entry.scopes, brings)
    return values | {
        "scopes": list(entry.scopes),
        "connected_at": entry.created_at,
        "raw": entry.raw.decode(errors="replace"),
        "state": state,
        "urgency": health.urgency(state),
        "search": f"{entry.email}\n{entry.provider}".casefold(),
    }


def calendar_values(entry: SeenCalendar, account: Account) -> dict[str, Any]:
    """Return the fields of a Calendar row of ``account``."""
    values = {name: _fits(getattr(entry, name)) for name in _CALENDAR_AS_READ}
    values["external_id"] = entry.external_id[:MAX_EXTERNAL_ID]
    return values | {
        "raw": entry.raw.decode(errors="replace"),
        **derived(values, account),
    }


def editable(entry: SeenCalendar) -> dict[str, Any]:
    """Return the fields that a person can edit, as a row would hold them."""
    return {name: _fits(getattr(entry, name)) for name in EDITABLE}


def as_shown(name: str, value: Any) -> Any:
    """Return how a form shows a field: no number and 0 look alike, and so do null and off."""
    if name in COLOURS:
        return value or ""
    if name in NUMBERS:
        return value or None
    return bool(value)


def alike(one: Any, other: Any) -> bool:
    """Say whether two values of a field mean the same: a colour may be spelt differently."""
    if isinstance(one, str) and isinstance(other, str):
        return (colours.parse(one) or one) == (colours.parse(other) or other)
    return bool(one == other) or (not one and not other)


def holds(row: Calendar, values: Mapping[str, Any]) -> bool:
    """Say whether a calendar's row has these values of its editable fields."""
    return all(alike(getattr(row, name), value) for name, value in values.items())


def derived(values: dict[str, Any], account: Account) -> dict[str, Any]:
    """Return what is computed from a calendar's fields so that the database can search by it."""
    words = (values["name"], values["external_id"], account.email)
    return {
        "contrast": colours.contrast(values["background_color"], values["foreground_color"]),
        "search": "\n".join(words).casefold(),
    }


def can_hold(name: str, value: Any) -> bool:
    """Say whether an editable field can hold a value: what comes back from a page is anything."""
    if value is None:
        return name in EDITABLE
    if name in COLOURS:
        return isinstance(value, str) and not _UNSTORABLE.search(value)
    if name in NUMBERS:
        return type(value) is int and _fits(value) is not None
    return name in FLAGS and isinstance(value, bool)


def differs(row: Any, values: dict[str, Any]) -> bool:
    """Say whether a row holds anything else than ``values``."""
    return any(getattr(row, name) != value for name, value in values.items())


def _fits(value: Any) -> Any:
    """Return None for a number that no column holds, and every other value as it is."""
    if isinstance(value, int) and not -MAX_ID <= value <= MAX_ID:
        return None
    return value
