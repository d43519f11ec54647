"""Moments as tables show them: put into words once for the many rows that share one."""

import datetime
from dataclasses import dataclass
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext


@dataclass(frozen=True)
class Moment:
    """A moment in the current zone: for machines, to the second, and as short as it can be."""

    iso: str
    exact: str
    day: str
    #: The day and the time.
    full: str
    #: The time, and the day with it unless it is today.
    short: str
    #: The time with its zone, and the day before it unless it is today.
    clock: str


def moment(at: datetime.datetime | None) -> Moment | None:
    """Return an aware moment in words, None where there is none."""
    if at is None:
        return None
    zone = timezone.get_current_timezone_name()
    return _moment(timezone.localtime(at), timezone.localdate(), zone, get_language())


@lru_cache(maxsize=1000)
def _moment(
    at: datetime.datetime, today: datetime.date, zone: str, _language: str | None
) -> Moment:
    is_today, time = at.date() == today, formatted(at, "H:i")
    full = date_format(at, "SHORT_DATETIME_FORMAT")
    return Moment(
        iso=formatted(at, "c"),
        exact=f"{date_format(at, 'DATETIME_FORMAT')} {zone}",
        day=date_format(at, "SHORT_DATE_FORMAT"),
        full=full,
        short=time if is_today else formatted(at, pgettext("format", "j M, H:i")),
        clock=f"{time if is_today else full} {zone}",
    )
