"""The rows of a table of calendars, each drawn once and kept while nothing about it changes."""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: How many are kept in a process, each a string of about 2 kB: the pages that people look at.
KEPT = 2000


@register.simple_tag
def calendar_rows(
    rows: Iterable[Mapping[str, Hashable]],
    *,
    with_account: bool = False,
    selectable: bool = False,
    several: bool = False,
    plain: object = False,
) -> SafeString:
    """Return the rows of a table's body; what each option means is said in the template.

    A row is kept by every value that is drawn, so nobody sees another's, or an old one.
    """
    options = (bool(with_account), bool(selectable), bool(several), bool(plain), get_language())
    return format_html_join("", "{}", ((_drawn(tuple(row.items()), options),) for row in rows))


@lru_cache(maxsize=KEPT)
def _drawn(row: tuple[tuple[str, Hashable], ...], options: tuple[Any, ...]) -> str:
    with_account, selectable, several, plain, _language = options
    context = {
        "row": dict(row),
        "with_account": with_account,
        "selectable": selectable,
        "several": several,
        "plain": plain,
    }
    return get_template("components/calendar_row.html").render(context)
