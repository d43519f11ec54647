"""Hidden events of a calendar, as far as its object tells of them.

Focus has a documented way to write the list and none to read it. Should a calendar carry it, by
itself or within its settings, it is read from there.
"""

import json
from typing import Any

from integrations.focus.fields import clean_text
from integrations.focus.members import object_members

#: How many a calendar may have.
MAX_HIDDEN = 500


def hidden_events(raw: bytes) -> tuple[str, ...] | None:
    """The iCal uids in a calendar's exact text; None where it does not tell, or not in order."""
    found = _member(raw, "ical_uids")
    if found is None:
        settings = _member(raw, "settings")
        found = _member(settings, "ical_uids") if settings is not None else None
    if found is None:
        return None
    try:
        uids: Any = json.loads(found)
    except (ValueError, RecursionError):
        return None
    if not isinstance(uids, list) or not all(isinstance(uid, str) for uid in uids):
        return None
    return tuple(clean_text(uid) for uid in uids)


def _member(text: bytes, name: str) -> bytes | None:
    try:
        members = list(object_members(text))
    except ValueError:
        return None
    return next((text[m.start : m.end] for m in reversed(members) if m.name == name), None)
