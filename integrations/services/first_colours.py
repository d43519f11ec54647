"""The colours that calendars had before they were first changed from here."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from integrations.models import Account, Calendar, Change, FirstColours, Key
from integrations.services import calendar_copies, rows

#: What of a change says which calendar it is about.
_SUBJECT = ("key", "workspace_id", "provider", "email")


def note(change: Change) -> None:
    """Remember what an edit that was done has replaced, where nothing is remembered yet."""
    colours = {name: change.before[name] for name in rows.COLOURS if name in change.before}
    if change.action != Change.Action.EDIT or not colours:
        return
    known = _of_same(change).order_by("pk").first()
    if known is None:
        FirstColours.objects.create(
            **{name: getattr(change, name) for name in _SUBJECT},
            integration_id=change.integration_id,
            calendar_id=change.calendar_id,
            external_id=change.external_id,
            colours=colours,
        )
    elif not known.colours.keys() >= colours.keys():
        known.colours = colours | known.colours
        known.save(update_fields=["colours"])


def of(account: Account, calendars: Iterable[Calendar]) -> dict[int, dict[str, Any]]:
    """Return {calendar's primary key: both colours before the first change} of those changed.

    A field that was never changed from here counts as it is.
    """
    known = FirstColours.objects.filter(calendar_copies.of_account(account)).order_by("pk")
    return {
        row.pk: {name: copy.colours.get(name, getattr(row, name)) for name in rows.COLOURS}
        for copy, row in calendar_copies.matched(known, account, calendars)
    }


def forget(keys: QuerySet[Key, Any]) -> None:
    """Delete what was remembered of calendars that were changed through these keys' ids."""
    FirstColours.objects.filter(key__in=keys).delete()


def _of_same(change: Change) -> QuerySet[FirstColours]:
    same = Q(integration_id=change.integration_id, calendar_id=change.calendar_id)
    if change.email and change.external_id:
        elsewhere = ~Q(integration_id=change.integration_id)
        same |= elsewhere & Q(external_id=change.external_id)
    return FirstColours.objects.filter(same, **{name: getattr(change, name) for name in _SUBJECT})
