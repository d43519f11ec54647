"""What a settings file comes to: the settings that it wishes for, calendar by calendar."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from integrations.models import Calendar
from integrations.services import colours, plans, rows, sheet_reading, sheets
from integrations.services.sheet_problems import Problems, quoted
from integrations.services.sheet_reading import Line

Address = tuple[int, int]

_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
#: What becomes of a long number in a spreadsheet, in one country or another.
_SHORTENED = re.compile(r"[+-]?\d+[.,]?\d*E[+-]?\d+", re.ASCII | re.IGNORECASE)
_FLAGS = {"true": True, "false": False}


class _WrongError(Exception):
    """A cell that cannot be taken; the message says why."""


def read(data: bytes, found: QuerySet[Calendar], workspace_id: int) -> dict[int, dict[str, Any]]:
    """Return {calendar's primary key: {field: value}} for every line of a file.

    ``found`` are the calendars it may be about. Raises SheetError with every problem, and then
    nothing of the file counts.
    """
    problems = Problems()
    lines = sheet_reading.read(data, problems)
    known = {
        (row.account.integration_id, row.calendar_id): row
        for row in found.select_related("account").defer("account__raw")
    }
    wishes, where = {}, dict[Address, int]()
    for line in lines:
        row = _row(line, known, where, workspace_id, problems)
        if row is not None:
            wishes[row.pk] = _wish(line, row, problems)
    problems.check()
    return wishes


def _row(
    line: Line,
    known: dict[Address, Calendar],
    where: dict[Address, int],
    workspace_id: int,
    problems: Problems,
) -> Calendar | None:
    """Return the calendar that a line is about, or None after saying why there is none."""
    numbers = [_id(line, name, problems) for name in sheets.ADDRESS]
    here = line.cells.get("workspace_id", "").strip()
    if here and here != str(workspace_id):
        problems.add(
            line.number,
            "workspace_id",
            _("This is about workspace %(theirs)s, and here is %(ours)s.")
            % {"theirs": quoted(here), "ours": workspace_id},
        )
        return None
    if None in numbers:
        return None
    address = (numbers[0] or 0, numbers[1] or 0)
    row, first = known.get(address), where.setdefault(address, line.number)
    if row is None:
        problems.add(line.number, "", _("There is no such calendar here, or not for you to see."))
    elif first != line.number:
        problems.add(line.number, "", _("This is the same calendar as in line %s.") % first)
    elif not _alike(line.cells.get("external_id", ""), row.external_id, or_empty=True):
        problems.add(line.number, "external_id", _("This is another calendar now."))
    else:
        return row
    return None


def _id(line: Line, name: str, problems: Problems) -> int | None:
    text = line.cells.get(name, "").strip()
    if _INTEGER.fullmatch(text):
        return int(text)
    if name in line.cells:
        problems.add(line.number, name, _not_whole(text))
    return None


def _wish(line: Line, row: Calendar, problems: Problems) -> dict[str, Any]:
    wish: dict[str, Any] = {}
    for names, taken in _KINDS:
        for name in names:
            text = line.cells.get(name)
            if text is None or not (text.strip() or names is rows.NUMBERS):
                continue
            try:
                wish |= taken(name, text, row)
            except _WrongError as error:
                problems.add(line.number, name, str(error))
    return wish


def _colour(name: str, text: str, row: Calendar) -> dict[str, Any]:
    parsed = colours.parse(text)
    if parsed is not None:
        return {name: parsed}
    if _alike(text, getattr(row, name) or ""):
        return {}
    raise _WrongError(
        _("“%s” is no colour: six or three hex digits are, such as #1a73e8.") % quoted(text)
    )


def _number(name: str, text: str, row: Calendar) -> dict[str, Any]:
    text = text.strip()
    if not text:
        return {name: None}
    if not _INTEGER.fullmatch(text) or abs(int(text)) > rows.MAX_ID:
        raise _WrongError(_not_whole(text))
    value = int(text) or None
    if value is not None and value < 0 and value != getattr(row, name):
        raise _WrongError(_("“%s” is less than nothing.") % text)
    return {name: value}


def _flag(name: str, text: str, row: Calendar) -> dict[str, Any]:
    value = _FLAGS.get(text.strip().casefold())
    if value is None:
        raise _WrongError(_("“%s” is neither true nor false.") % quoted(text))
    if not rows.alike(getattr(row, name), value) and plans.lacks(row, [name]):
        raise _WrongError(str(plans.Reason.ABSENT.label) + ".")
    return {name: value}


def _not_whole(text: str) -> str:
    told = _("“%s” is no whole number.") % quoted(text)
    if _SHORTENED.fullmatch(text):
        told += " " + _("A spreadsheet may have shortened it.")
    return told


def _alike(one: str, other: str, *, or_empty: bool = False) -> bool:
    """Say whether two texts are the same, but for what a page or a spreadsheet does to breaks."""
    words = one.split()
    return words == other.split() or (or_empty and not words)


#: Fields, and what is taken from a cell of theirs: {} leaves the field as it is.
_KINDS: Iterable[tuple[tuple[str, ...], Callable[[str, str, Calendar], dict[str, Any]]]] = (
    (rows.COLOURS, _colour),
    (rows.NUMBERS, _number),
    (rows.FLAGS, _flag),
)
