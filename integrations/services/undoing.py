"""Undoing edits: what stands against it, and which calendar an edit is about by now."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from integrations import focus
from integrations.models import Account, Calendar, Change, Source
from integrations.services import calendars, plans, rows
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from integrations.services.writing import ALREADY_SO

Outcome = Change.Outcome
#: An undo that was done, or is on its way.
HOLDING = (Outcome.DONE, Outcome.INTENDED, Outcome.SENDING)


class Obstacle(TextChoices):
    """Why an edit is not undone, whoever asks."""

    KIND = "kind", _("Only edits of calendars can be undone.")
    NOT_DONE = "not-done", _("It did not come to be, so there is nothing to undo.")
    ALREADY_SO = "already-so", _("Nothing was written, so there is nothing to undo.")
    UNDONE = "undone", _("It was undone.")
    RUNNING = "running", _("It is being undone at this moment.")
    KEY = "key", _("The key that it was made through is no longer there.")
    GONE = "gone", _("The calendar is no longer there, so nothing can be written back.")


def obstacle(change: Change) -> Obstacle | None:
    """Return what the record says against undoing a change; whether its calendar is there is
    for ``calendar_of`` to say."""
    if change.action != Change.Action.EDIT:
        return Obstacle.KIND
    if change.outcome != Outcome.DONE:
        return Obstacle.NOT_DONE
    if change.error == ALREADY_SO:
        return Obstacle.ALREADY_SO
    undo = undo_of(change)
    if undo is None:
        return None
    return Obstacle.UNDONE if undo.outcome == Outcome.DONE else Obstacle.RUNNING


def undo_of(change: Change) -> Change | None:
    """Return the undo of a change that was done or is under way; one that failed is none."""
    return (
        Change.objects.filter(undoes=change.pk, outcome__in=HOLDING).order_by("created_at").first()
    )


def undone(pks: Iterable[UUID]) -> set[UUID]:
    """Return those of the changes that have an undo, done or under way."""
    found = Change.objects.filter(undoes__in=list(pks), outcome__in=HOLDING)
    return {pk for pk in found.values_list("undoes", flat=True) if pk is not None}


def fields(change: Change) -> list[str]:
    """Return the fields that undoing a change is about, in the order of the form."""
    return [name for name in rows.EDITABLE if name in change.after]


def undo(
    client: focus.FocusClient,
    change: Change,
    calendar: Calendar,
    shown: Mapping[str, Any],
    *,
    by: Actor,
) -> Change:
    """Write the earlier values of the fields in ``shown``, which maps them to what was shown.

    Raises what ``calendars.update`` does: ConflictError where one of them has moved.
    """
    earlier = {name: change.before.get(name) for name in shown}
    edits = CalendarEdits(shown=shown, changed=earlier)
    return calendars.update(client, calendar, edits, by=by, undoes=change.pk)


def absent(calendar: Calendar, change: Change) -> frozenset[str]:
    """Return the fields of a change that Focus no longer offers for the calendar."""
    return plans.lacks(calendar, change.after)


def calendar_of(change: Change, source: Source) -> Calendar | None:
    """Return the row of the calendar that a change is about now; None: it is no longer there."""
    return calendars_of([change], [source]).get(change.pk)


def calendars_of(found: Iterable[Change], sources: Iterable[Source]) -> dict[UUID, Calendar]:
    """Return {change's id: the row of its calendar as it is now}, without those that are gone.

    An account that was connected again under a new id is found by its address (``replaces``), and
    a calendar in it by the provider's id, where only one has it.
    """
    found = list(found)
    by_key = {source.key_id: source for source in sources}
    accounts = _accounts_now(found, by_key)
    rows_of: dict[int, list[Calendar]] = {}
    wanted = {account.pk: account for account in accounts.values()}
    for row in Calendar.objects.filter(account__in=wanted, gone_at=None):
        row.account = wanted[row.account_id]
        rows_of.setdefault(row.account_id, []).append(row)
    matched = {
        change.pk: _match(change, account, rows_of.get(account.pk, []))
        for change in found
        if (account := accounts.get((change.key, change.integration_id)))
    }
    return {pk: row for pk, row in matched.items() if row is not None}


def by_external_id(listed: Iterable[Calendar], external_id: str) -> Calendar | None:
    """Return the only one of the calendars that has the provider's id; None for none or several."""
    same = [row for row in listed if external_id and row.external_id == external_id]
    return same[0] if len(same) == 1 else None


def _match(change: Change, account: Account, listed: list[Calendar]) -> Calendar | None:
    if account.integration_id == change.integration_id:
        for row in listed:
            if row.calendar_id == change.calendar_id:
                return row
    return by_external_id(listed, change.external_id)


def _accounts_now(
    found: Iterable[Change], sources: Mapping[UUID, Source]
) -> dict[tuple[UUID, int], Account]:
    """Return {(key, integration id): the account that is there now} for the changes' accounts."""
    known: dict[tuple[UUID, int], Account] = {}
    later: dict[int, list[Account]] = {}
    by_pk = {source.pk: source for source in sources.values()}
    for row in Account.objects.filter(source__in=by_pk).defer("raw").order_by("pk"):
        row.source = by_pk[row.source_id]
        known[row.source.key_id, row.integration_id] = row
        if row.replaces_id is not None:
            later.setdefault(row.replaces_id, []).append(row)
    wanted = {(change.key, change.integration_id) for change in found} & known.keys()
    now = {pair: _latest(known[pair], later) for pair in wanted}
    return {pair: account for pair, account in now.items() if account is not None}


def _latest(account: Account, later: Mapping[int, list[Account]]) -> Account | None:
    """Follow an address from an account that is gone to the one that is there, if there is one."""
    passed: set[int] = set()
    current: Account | None = account
    while current is not None and current.gone_at is not None and current.pk not in passed:
        passed.add(current.pk)
        after = later.get(current.pk, [])
        current = next((row for row in after if row.gone_at is None), after[-1] if after else None)
    return current if current is not None and current.gone_at is None else None
