"""What is left of the hour's requests, and what the next step costs, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.models import Quota
from integrations.services import quotas

#: Percent of an hour's requests: with fewer left it is said aloud.
LOW = 10


@dataclass(frozen=True)
class Left:
    """The requests of a page's key or, of several keys, of the one with the fewest."""

    #: None where Focus does not say.
    remaining: int | None
    #: What of them was spent from here, and since when.
    spent: int
    since: datetime
    until: datetime
    is_low: bool
    #: There is more than one key.
    several: bool


def of(rows: Iterable[Quota | None], *, several: bool = False) -> Left | None:
    """Return what is left by the ledger's rows, None where nothing is known of this hour."""
    known = [row for row in rows if row is not None and _says_something(row)]
    row = min(known, key=_rank, default=None)
    if row is None:
        return None
    remaining = 0 if quotas.is_closed(row) else row.remaining
    is_low = remaining is not None and remaining * 100 < (row.most or 0) * LOW
    return Left(
        remaining=remaining,
        spent=row.spent,
        since=row.window_started_at,
        until=quotas.ends_at(row),
        is_low=is_low or remaining == 0,
        several=several,
    )


def price(requests: int, left: Left | None) -> str:
    """Return what so many requests cost, beside what is left of the one key that is used."""
    told = ngettext("Costs %(count)s request", "Costs %(count)s requests", requests)
    told %= {"count": requests}
    if left is None or left.several or left.remaining is None:
        return f"{told}."
    if left.remaining == 0:
        time = date_format(timezone.localtime(left.until), "H:i")
        return _("%(price)s; none left before %(time)s.") % {"price": told, "time": time}
    rest = ngettext("%(count)s left this hour", "%(count)s left this hour", left.remaining)
    return f"{told}; {rest % {'count': left.remaining}}."


def price_of_each(keys: int) -> str:
    """Return what it costs to ask through several keys at once."""
    return _("Costs %(count)s requests, one of each key.") % {"count": keys}


def _says_something(row: Quota) -> bool:
    return quotas.is_closed(row) or (
        not quotas.is_over(row) and (row.remaining is not None or row.spent > 0)
    )


def _rank(row: Quota) -> tuple[bool, int]:
    if quotas.is_closed(row):
        return (False, -1)
    return (row.remaining is None, row.remaining or 0)
