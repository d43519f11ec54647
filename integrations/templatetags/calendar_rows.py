"""The rows of a table of calendars."""

from collections.abc import Hashable, Iterable, Mapping

from django import template
from django.utils.safestring import SafeString

from integrations.templatetags import kept

register = template.Library()


@register.simple_tag
def calendar_rows(
    rows: Iterable[Mapping[str, Hashable]],
    *,
    with_account: bool = False,
    selectable: bool = False,
    several: bool = False,
    plain: object = False,
) -> SafeString:
    """Return the rows of a table's body; what each option means is said in the template."""
    return kept.draw_all(
        "components/calendar_row.html",
        rows,
        with_account=bool(with_account),
        selectable=bool(selectable),
        several=bool(several),
        plain=bool(plain),
    )
