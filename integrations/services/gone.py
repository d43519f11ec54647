"""Rows of the mirror that are long gone, and that nothing which is kept needs any more.

The record holds copies, and so do settings that were kept; but the way from an account to what was
done under its earlier ids leads over its earlier rows (``replaces``), and whether the record may
name a calendar is told by its row. So an account stays as long as a change of it, or of an id that
it had before, does. Calendars that are gone from an account lead nowhere: one that comes back is
known by the ids that the record has of it.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.models import Account, Calendar, Change, Source

#: Longer than any selection is kept (``pruning.DRAFTS``), so that none is about what is deleted.
GONE = timedelta(days=90)


def sources() -> QuerySet[Source]:
    """Return the sources that have rows which are long gone."""
    accounts = Account.objects.filter(source=OuterRef("pk"), gone_at__lt=_long_ago())
    calendars = Calendar.objects.filter(account__source=OuterRef("pk"), gone_at__lt=_long_ago())
    return Source.objects.filter(Exists(accounts) | Exists(calendars)).order_by("pk")


def accounts(source: Source, left: QuerySet[Change]) -> QuerySet[Account]:
    """Return a source's accounts that nothing needs beside the changes that are ``left``."""
    # The newest read of a key tells whether it sees an account, in whichever workspace.
    present = Account.objects.filter(
        source__key=source.key_id, integration_id=OuterRef("integration_id"), gone_at=None
    )
    told = left.filter(integration_id=OuterRef("integration_id"))
    free = source.accounts.filter(~Exists(told), ~Exists(present), gone_at__lt=_long_ago())
    earlier = dict(free.values_list("pk", "replaces"))
    return Account.objects.filter(pk__in=[pk for pk in earlier if _is_last(pk, earlier)])


def calendars(source: Source, left: QuerySet[Change]) -> QuerySet[Calendar]:
    """Return a source's calendars that are long gone, and those of accounts that may go."""
    old = Q(gone_at__lt=_long_ago()) | Q(account__in=accounts(source, left))
    return Calendar.objects.filter(old, account__source=source)


def _is_last(pk: int, earlier: dict[int, int | None]) -> bool:
    """Say whether every row that an account's leads to may go, too."""
    passed: set[int] = set()
    current: int | None = pk
    while current in earlier and current not in passed:
        passed.add(current)
        current = earlier[current]
    return current is None or current in passed


def _long_ago() -> datetime:
    return timezone.now() - GONE
