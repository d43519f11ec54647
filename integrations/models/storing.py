"""Writing many rows of one model, in a quarter of the time that ``bulk_create`` takes.

That puts one statement together out of every value and asks a field about each; here the driver
gets one statement and the rows.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from types import NoneType
from typing import Any

from django.db import connections, models, router

#: Of a row, in the order of its columns.
Values = tuple[Any, ...]
#: Types of values that every driver takes as they are.
_PLAIN = (str, int, float, bool, NoneType)


def insert(model: type[models.Model], found: Sequence[dict[str, Any]]) -> None:
    """Store new rows, each {attribute: value}; one that is not among them has its default.

    No instance of the model is ever made, and nothing of its own is called.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    blank = {field.attname: field.get_default() for field in fields}
    read = itemgetter(*blank)
    _execute(model, fields, [], [read(blank | values) for values in found])


def store(model: type[models.Model], rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Store fields with these names of known rows.

    Nothing of a model's own is called on the way: no ``save``, ``pre_save`` or signal.
    """
    fields = list(model._meta.concrete_fields)
    read = attrgetter(*(field.attname for field in fields))
    _execute(model, fields, list(names), [read(row) for row in rows])


def _execute(
    model: type[models.Model], fields: list[Any], names: list[str], found: list[Values]
) -> None:
    if not found:
        return
    connection = connections[router.db_for_write(model)]
    write = _writer(fields, connection)
    with connection.cursor() as cursor:
        cursor.executemany(
            _statement(model, fields, names, connection.ops.quote_name),
            [write(values) for values in found],
        )


def _statement(
    model: type[models.Model], fields: Iterable[Any], names: list[str], quote: Callable[[str], str]
) -> str:
    """Return the statement for one row; every name in it is the model's own."""
    columns = [quote(field.column) for field in fields]
    places = ", ".join(["%s"] * len(columns))
    words = ["INSERT INTO", quote(model._meta.db_table), f"({', '.join(columns)})"]
    words += ["VALUES", f"({places})"]
    if names:
        key: Any = model._meta.pk
        known: list[Any] = [model._meta.get_field(name) for name in names]
        written = ", ".join(f"{quote(f.column)} = EXCLUDED.{quote(f.column)}" for f in known)
        words += [f"ON CONFLICT ({quote(key.column)})", "DO UPDATE", "SET", written]
    return " ".join(words)


def _writer(fields: Sequence[Any], connection: Any) -> Callable[[Values], list[Any]]:
    """Return what makes of a row's values those that the database's driver takes."""
    is_json = [isinstance(field, models.JSONField) for field in fields]
    described = list(zip(fields, is_json, strict=True))
    moments: dict[datetime, Any] = {}  # rows of one answer share most of theirs

    def put(field: Any, value: Any) -> Any:
        if not isinstance(value, datetime):
            return field.get_db_prep_save(value, connection)
        if value not in moments:
            moments[value] = field.get_db_prep_save(value, connection)
        return moments[value]

    def write(values: Values) -> list[Any]:
        return [
            put(field, value) if always or type(value) not in _PLAIN else value
            for (field, always), value in zip(described, values, strict=True)
        ]

    return write
