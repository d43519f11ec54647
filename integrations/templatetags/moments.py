"""Moments as people say them."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.views.moments import moment

register = template.Library()

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MONTH = timedelta(days=365.25 / 12)
YEAR = timedelta(days=365.25)


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
    unit = next(unit for unit in (YEAR, MONTH, WEEK, DAY, HOUR, MINUTE) if length >= unit)
    number = length // unit
    words = _past(unit, number) if distance > timedelta() else _coming(unit, number)
    return (words % {"number": number}).replace(f"{number} ", f"{number}\N{NO-BREAK SPACE}")


def _past(unit: timedelta, number: int) -> str:
    if unit == YEAR:
        return ngettext("%(number)s year ago", "%(number)s years ago", number)
    if unit == MONTH:
        return ngettext("%(number)s month ago", "%(number)s months ago", number)
    if unit == WEEK:
        return ngettext("%(number)s week ago", "%(number)s weeks ago", number)
    if unit == DAY:
        return ngettext("%(number)s day ago", "%(number)s days ago", number)
    if unit == HOUR:
        return ngettext("%(number)s hour ago", "%(number)s hours ago", number)
    return ngettext("%(number)s minute ago", "%(number)s minutes ago", number)


def _coming(unit: timedelta, number: int) -> str:
    if unit == YEAR:
        return ngettext("in %(number)s year", "in %(number)s years", number)
    if unit == MONTH:
        return ngettext("in %(number)s month", "in %(number)s months", number)
    if unit == WEEK:
        return ngettext("in %(number)s week", "in %(number)s weeks", number)
    if unit == DAY:
        return ngettext("in %(number)s day", "in %(number)s days", number)
    if unit == HOUR:
        return ngettext("in %(number)s hour", "in %(number)s hours", number)
    return ngettext("in %(number)s minute", "in %(number)s minutes", number)
