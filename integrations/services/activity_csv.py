"""The record as a CSV file: a line for each change, for spreadsheets and for scripts.

Every cell is guarded against formulas (services/cells.py). Times are ISO 8601 with their offset;
what was touched, before and after, is JSON, and so is what projects and tasks were called then:
{field: {number: {"name", "color", "client"}}}.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Change
from integrations.services import activity, team
from integrations.services.cells import guarded

#: What tells of events, where a change is about those.
_OF_EVENTS = ("rule_title", "before", "after", "found", "names")
#: Stands for the name and the external id of a calendar that the person may not see by name.
HIDDEN = "(switched off by its owner)"
#: The same for what a change says of events: hidden ones, and the titles of rules.
UNTOLD = "(of another person’s key)"


def lines(found: QuerySet[Change], person: User) -> Iterator[str]:
    """Yield the file piece by piece, its head first: no more is held than ``activity.PIECE`` rows.

    Calendars that ``person`` may not see by name are told as ``HIDDEN``, and what concerns the
    events of others as ``UNTOLD``.
    """
    yield _written([list(_COLUMNS)])
    for piece in activity.pieces(found.defer("difference", "search", "calendar_search")):
        nameless = team.nameless(piece, person)
        yield _written(_cells(change, named=change.pk not in nameless) for change in piece)


def _cells(change: Change, *, named: bool) -> list[str]:
    told = {name: guarded(tell(change)) for name, tell in _COLUMNS.items()}
    if not named and change.calendar_id:
        told |= {"calendar_name": HIDDEN, "external_id": HIDDEN}
    if not named and change.action in Change.OF_EVENTS:
        told |= dict.fromkeys(_OF_EVENTS, UNTOLD)
    return list(told.values())


def _written(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _text(name: str) -> Callable[[Change], str]:
    return lambda change: str(getattr(change, name))


def _number(name: str) -> Callable[[Change], str]:
    """Return what tells an id; 0 and none are empty."""
    return lambda change: str(getattr(change, name) or "")


def _moment(name: str) -> Callable[[Change], str]:
    def tell(change: Change) -> str:
        moment: datetime | None = getattr(change, name)
        return timezone.localtime(moment).isoformat() if moment else ""

    return tell


def _values(name: str) -> Callable[[Change], str]:
    def tell(change: Change) -> str:
        values = getattr(change, name)
        return json.dumps(values, ensure_ascii=False, sort_keys=True) if values else ""

    return tell


#: Column to what tells its cell. New ones go to the end: scripts may count.
_COLUMNS: dict[str, Callable[[Change], str]] = {
    "change_id": _text("pk"),
    "created_at": _moment("created_at"),
    "finished_at": _moment("finished_at"),
    "settled_at": _moment("settled_at"),
    "issuer": _text("actor_issuer"),
    "subject": _text("actor_subject"),
    "name": _text("actor_name"),
    "role": _text("role"),
    "key": _text("key_label"),
    "action": _text("action"),
    "outcome": _text("outcome"),
    "error": _text("error"),
    "workspace_id": _number("workspace_id"),
    "workspace": _text("workspace_label"),
    "provider": _text("provider"),
    "email": _text("email"),
    "integration_id": _number("integration_id"),
    "calendar_name": _text("calendar_name"),
    "calendar_id": _number("calendar_id"),
    "external_id": _text("external_id"),
    "before": _values("before"),
    "after": _values("after"),
    "found": _values("found"),
    "note": _text("note"),
    "batch_id": _number("batch_id"),
    "undoes": _number("undoes"),
    "request_id": _text("request_id"),
    "trace_id": _text("trace_id"),
    "rule_id": _number("rule_id"),
    "rule_title": _text("rule_title"),
    "names": _values("names"),
}
