"""What is drawn once in a process and kept while nothing about it changes: rows of tables, and the
parts of a page that are the same on many."""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template as templates
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = templates.Library()

#: How many are kept, each a string of about 2 kB: the rows that people look at.
KEPT = 4000
Values = tuple[tuple[str, Hashable], ...]
Row = Mapping[str, Any]


class Rows(list[dict[str, Any]]):
    """Rows that a list keeps and nobody changes, and what was drawn around them (``once``)."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        super().__init__(rows)
        self.drawn: dict[templates.Node, SafeString] = {}


def draw_all(template: str, rows: Iterable[Row], **options: Hashable) -> SafeString:
    """Return a template drawn with each of the rows."""
    shown, worded = tuple(options.items()), _worded()
    drawn = (_drawn(template, tuple(row.items()), shown, worded) for row in rows)
    return format_html_join("", "{}", ((row,) for row in drawn))


class _Once(templates.Node):
    """Its content, drawn with the first page that shows these rows and kept with them."""

    def __init__(self, rows: FilterExpression, content: templates.NodeList) -> None:
        self.rows, self.nodelist = rows, content

    def render(self, context: Context) -> SafeString:
        """Return what was drawn before, of ``Rows``; of any others it is drawn anew."""
        rows = self.rows.resolve(context)
        if not isinstance(rows, Rows):
            return self.nodelist.render(context)
        if self not in rows.drawn:
            rows.drawn[self] = self.nodelist.render(context)
        return rows.drawn[self]


@register.tag
def once(parser: Parser, token: Token) -> _Once:
    """Draw what stays the same on every page that shows the same rows.

    ``{% once rows %} … {% endonce %}``: nothing in it may depend on anything but the rows and what
    they are kept by (views/remembering.py): no token, and no time that passes.
    """
    _tag, rows = token.split_contents()
    content = parser.parse(("endonce",))
    parser.delete_first_token()
    return _Once(parser.compile_filter(rows), content)


@register.simple_tag(name="kept")
def draw_part(template: str, **options: Hashable) -> str:
    """Return a template drawn with the options and nothing else, as ``{% include … only %}`` does.

    ``{% firstof request.role.name as role %}{% kept "components/footer.html" role=role %}``: a name
    that may be missing is made empty first.
    """
    return _drawn(template, (), tuple(options.items()), _worded())


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
