"""Moments as people say them."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from integrations.views.moments import moment

register = template.Library()

MINUTE = timedelta(minutes=1)
#: A unit, the largest first, and how so many of them are said of the past and of the future.
UNITS = (
    (
        timedelta(days=365.25),
        ngettext_lazy("%(number)s year ago", "%(number)s years ago", "number"),
        ngettext_lazy("in %(number)s year", "in %(number)s years", "number"),
    ),
    (
        timedelta(days=365.25 / 12),
        ngettext_lazy("%(number)s month ago", "%(number)s months ago", "number"),
        ngettext_lazy("in %(number)s month", "in %(number)s months", "number"),
    ),
    (
        timedelta(weeks=1),
        ngettext_lazy("%(number)s week ago", "%(number)s weeks ago", "number"),
        ngettext_lazy("in %(number)s week", "in %(number)s weeks", "number"),
    ),
    (
        timedelta(days=1),
        ngettext_lazy("%(number)s day ago", "%(number)s days ago", "number"),
        ngettext_lazy("in %(number)s day", "in %(number)s days", "number"),
    ),
    (
        timedelta(hours=1),
        ngettext_lazy("%(number)s hour ago", "%(number)s hours ago", "number"),
        ngettext_lazy("in %(number)s hour", "in %(number)s hours", "number"),
    ),
    (
        MINUTE,
        ngettext_lazy("%(number)s minute ago", "%(number)s minutes ago", "number"),
        ngettext_lazy("in %(number)s minute", "in %(number)s minutes", "number"),
    ),
)

register.simple_tag(moment)


@register.simple_tag
def exact(at: datetime | None) -> SafeString:
    """Draw a moment of a list: the day and the time, and for who asks the second and the zone."""
    told = moment(at)
    if told is None:
        return SafeString("")
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}">{}</time>', told.iso, told.exact, told.full
    )


@register.filter
def ago(at: datetime) -> str:
    """Return "just now", "4 minutes ago" or "in 2 hours": the largest unit alone, cut."""
    distance = timezone.now() - at
    length = abs(distance)
    if length < MINUTE:
        return _("just now")
    unit, past, coming = next(found for found in UNITS if length >= found[0])
    number = length // unit
    words = (past if distance > timedelta() else coming) % {"number": number}
    return str(words).replace(f"{number} ", f"{number}\N{NO-BREAK SPACE}")
