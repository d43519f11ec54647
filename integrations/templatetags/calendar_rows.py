"""The rows of a table of calendars."""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

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


@register.simple_tag
def row_words() -> Mapping[str, str]:
    """Return what a row says whatever its calendar; its template would look all of it up anew."""
    return _words(get_language())


@lru_cache
def _words(_language: str | None) -> Mapping[str, str]:
    return {
        "on_head": _("In Focus"),
        "defaults_head": _("Defaults"),
        "select": _("Select"),
        "on": pgettext("calendar", "On"),
        "off": pgettext("calendar", "Off"),
        "unreported": _("Not reported"),
        "none": _("None"),
        "workspace": _("Workspace"),
        "project": _("Project"),
        "task": _("Task"),
        "sample": _("Text"),
        "hard": _("hard to read"),
        "easy": _("easy to read"),
        "unknown": _("not two colours"),
        "text": _("text"),
        "provisional": _("as sent; not confirmed by Focus yet"),
        "elsewhere": _("also seen through another account"),
    }
