"""Moments as people say them."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def ago(moment: datetime) -> str:
    """Return "just now", "4 minutes ago" or "in 2 hours": the largest unit alone."""
    distance = timezone.now() - moment
    if abs(distance) < timedelta(minutes=1):
        return _("just now")
    if distance > timedelta():
        return _("%s ago") % timesince(moment, depth=1)
    return _("in %s") % timeuntil(moment, depth=1)
