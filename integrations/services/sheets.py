"""Calendars' settings as a file: one CSV for the export, the import and version control.

UTF-8, ``\\n`` at the end of a line, and an order that stays, so that a difference is small. How it
is read is in ``sheet_reading``, what it comes to in ``sheet_wishes``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from integrations.models import Calendar, Source
from integrations.services import cells, colours, names, rows

#: Together they say which calendar a line is about.
ADDRESS = ("integration_id", "calendar_id")
#: What tells people which calendar it is, and is not a setting.
ABOUT = ("workspace_id", "account", "provider", *ADDRESS, "external_id", "name")
COLUMNS = (*ABOUT, *rows.EDITABLE)
#: What a list's export adds for people: names come and go without any setting having changed.
NAMES = ("default_project_name", "default_project_client", "default_task_name")
#: Characters of a cell: whoever reads the file has limits of their own.
MAX_CELL = 500

_FIELDS = (
    "account__source__workspace__workspace_id",
    "account__email",
    "account__provider",
    "account__integration_id",
    "calendar_id",
    "external_id",
    "name",
    *rows.EDITABLE,
)
#: What a cell in quotes may hold and another may not.
_SPECIAL = frozenset('",;\t\r\n')


def lines(
    found: QuerySet[Calendar], *, named_by: Collection[Source] | None = None
) -> Iterator[str]:
    """Return the file of these calendars, line by line; all of them are read at once.

    ``named_by``: with columns that say what projects and tasks are called through these sources.
    """
    values = [dict(zip(COLUMNS, row, strict=True)) for row in found.values_list(*_FIELDS)]
    values.sort(key=_place)
    if named_by is None:
        return _written(COLUMNS, values)
    known = names.of_values(named_by, values)
    return _written((*COLUMNS, *NAMES), (row | _named(row, known) for row in values))


def cell(name: str, value: Any) -> str:
    """Return what the file shows of a column's value.

    An empty colour or flag is one that Focus does not give, an empty number is none. A colour that
    is none of ours to read and too long for a cell is left empty, which leaves it as it is.
    """
    if name in rows.FLAGS:
        return {True: "true", False: "false"}.get(value, "")
    if name in rows.NUMBERS:
        value = value or None
    elif name in rows.COLOURS and colours.parse(value) is None and len(value or "") > MAX_CELL:
        value = None
    return "" if value is None else cells.guarded(str(value)[:MAX_CELL])


def _written(columns: Collection[str], found: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield _line(columns)
    for values in found:
        yield _line(cell(name, values[name]) for name in columns)


def _named(values: Mapping[str, Any], known: names.Names) -> dict[str, str]:
    """Return the columns of NAMES; empty where a name is not known."""
    project, task = (known.value(name, values[name]) for name in names.FIELDS)
    told = (
        project.name if project else "",
        project.client if project else "",
        task.name if task else "",
    )
    return dict(zip(NAMES, told, strict=True))


def _place(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in ("account", "name", "calendar_id", "integration_id"))


def _line(texts: Iterable[str]) -> str:
    """Return a line; the csv module of Python 3.11 leaves a carriage return without quotes."""
    return ",".join(_quoted(text) for text in texts) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _SPECIAL & set(text) else text
