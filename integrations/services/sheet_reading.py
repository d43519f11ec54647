"""A settings file taken apart: from bytes to lines with a text for every column."""

import csv
import difflib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.services import cells, sheets
from integrations.services.sheet_problems import Problem, Problems, SheetError, quoted

MAX_BYTES = 5_000_000
#: Calendars of a file.
MAX_LINES = 20_000
#: What Excel separates cells with, by country, and what it copies.
_SEPARATORS = (",", ";", "\t")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: The first bytes of a workbook, new and old.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Line:
    """A calendar of the file: where it begins, and {column: text}."""

    number: int
    cells: dict[str, str]


def read(data: bytes, problems: Problems) -> list[Line]:
    """Return the lines that can be read, and add what is wrong with the others.

    Raises SheetError where there is no reading on: other text than UTF-8, or no names of columns.
    """
    text = _decoded(data)
    separator = max(_SEPARATORS, key=lambda sign: len(_known(text, sign)))
    rows = _rows(text, separator, problems)
    _line, first = next(rows, (1, []))
    columns = [name.strip().casefold() for name in first]
    if not set(sheets.ADDRESS) & set(columns):
        problems.add(1, "", _nameless())
        problems.check()
    _check_columns(columns, problems)
    return list(_lines(rows, columns, problems))


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _whole(_("The file is larger than 5 MB."))
    if data.startswith(_WORKBOOKS):
        raise _whole(_("This is a workbook, not CSV. %s") % _save_as())
    if data.startswith(_UTF_16) or data[:64].count(b"\0") > 8:
        raise _whole(_("The text of this file is UTF-16, not UTF-8. %s") % _save_as())
    if not data.strip():
        raise _whole(_("The file is empty."))
    problems = Problems()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if b"\0" in line:
            problems.add(number, "", _("A NUL character is no part of any text."))
        try:
            line.decode()
        except UnicodeDecodeError:
            problems.add(number, "", _("This is not UTF-8 text. %s") % _save_as())
    problems.check()
    return data.decode("utf-8-sig")


def _whole(text: str) -> SheetError:
    return SheetError([Problem(0, "", text)])


def _save_as() -> str:
    return _("Save it again as “CSV UTF-8”, one of the file types that a spreadsheet offers.")


def _nameless() -> str:
    return _(
        "The first line has to name the columns, with integration_id and calendar_id among them."
    )


def _known(text: str, separator: str) -> set[str]:
    """Return the columns of ours that the first line names with this separator."""
    first = text.lstrip().partition("\n")[0]
    return {name.strip(' \r"').casefold() for name in first.split(separator)} & set(sheets.COLUMNS)


def _rows(text: str, separator: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield (the number of its first line, its cells) until something is no CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.add(
                begins,
                "",
                _(
                    "A quotation mark is missing or too many, or a cell is far too long;"
                    " what follows was not read."
                ),
            )
            return
        if any(cell.strip() for cell in row):
            yield begins, row


def _check_columns(columns: list[str], problems: Problems) -> None:
    for name in sheets.ADDRESS:
        if name not in columns:
            problems.add(1, name, _nameless())
    for place, name in enumerate(columns):
        if name and name in columns[:place]:
            problems.add(1, quoted(name), _("This column is there twice."))
        elif name and name not in (*sheets.COLUMNS, *sheets.NAMES):
            near = difflib.get_close_matches(name, sheets.COLUMNS, n=1)
            problems.add(1, quoted(name), _("No column is called so.") + _meant(near))


def _meant(near: list[str]) -> str:
    return " " + _("Is %s meant?") % near[0] if near else ""


def _lines(
    rows: Iterator[tuple[int, list[str]]], columns: list[str], problems: Problems
) -> Iterator[Line]:
    for count, (number, row) in enumerate(rows, start=1):
        if count > MAX_LINES:
            problems.add(0, "", _("A file may have at most 20,000 calendars."))
            return
        named = dict(zip(columns, map(cells.unguarded, row), strict=False))
        if len(row) < len(columns) or any(cell.strip() for cell in row[len(columns) :]):
            problems.add(
                number,
                "",
                _("It has %(found)s cells instead of %(named)s.")
                % {"found": len(row), "named": len(columns)},
            )
        elif named.pop("", "").strip():
            problems.add(number, "", _("A cell stands under a column without a name."))
        else:
            yield Line(number, named)
