"""Rows of tables that are drawn once in a process and kept while nothing about them changes."""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

#: How many are kept, each a string of about 2 kB: the rows that people look at.
KEPT = 4000
Values = tuple[tuple[str, Hashable], ...]
Row = Mapping[str, Any]


class Rows(list[dict[str, Any]]):
    """Rows that a list keeps and nobody changes, and what was drawn of all of them together."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        super().__init__(rows)
        self.drawn: dict[Hashable, SafeString] = {}


def draw_all(template: str, rows: Iterable[Row], **options: Hashable) -> SafeString:
    """Return a template drawn with each of the rows; of ``Rows`` it is kept as a whole."""
    key = (template, tuple(options.items()), _worded())
    if isinstance(rows, Rows) and key in rows.drawn:
        return rows.drawn[key]
    found = format_html_join("", "{}", ((draw(template, row, **options),) for row in rows))
    if isinstance(rows, Rows):
        rows.drawn[key] = found
    return found


def draw(template: str, row: Row, **options: Hashable) -> str:
    """Return a template drawn with ``row`` and the options, and nothing else.

    It is kept by every one of their values, so nobody sees another's row, or an old one.
    """
    return _drawn(template, tuple(row.items()), tuple(options.items()), _worded())


def _worded() -> Hashable:
    return get_language(), timezone.get_current_timezone_name()


@lru_cache(maxsize=KEPT)
def _drawn(template: str, row: Values, options: Values, _worded: Hashable) -> str:
    return get_template(template).render({"row": dict(row), **dict(options)})
