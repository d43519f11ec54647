"""Rows of tables that are drawn once in a process and kept while nothing about them changes."""

from collections.abc import Hashable, Mapping
from functools import lru_cache

from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language

#: How many are kept, each a string of about 2 kB: the rows that people look at.
KEPT = 4000
Values = tuple[tuple[str, Hashable], ...]


def draw(template: str, row: Mapping[str, Hashable], **options: Hashable) -> str:
    """Return a template drawn with ``row`` and the options, and nothing else.

    It is kept by every one of their values, so nobody sees another's row, or an old one.
    """
    worded = get_language(), timezone.get_current_timezone_name()
    return _drawn(template, tuple(row.items()), tuple(options.items()), worded)


@lru_cache(maxsize=KEPT)
def _drawn(template: str, row: Values, options: Values, _worded: Hashable) -> str:
    return get_template(template).render({"row": dict(row), **dict(options)})
