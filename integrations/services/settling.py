"""What became of writes whose answer never came: the next read of what they were about says so.

* It shows what was sent: *done*.
* It shows what was there before: *failed*, or in a batch that goes on, tried again. While the
  request may still arrive (``Change.lease_until``) this proves nothing, and it stays *unknown*.
* It shows something else, or what was asked for leaves no trace, or the entry could not be read:
  nobody can tell any more, and it stays *unknown* for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from integrations import focus
from integrations.models import Account, Batch, BatchPart, Calendar, Change, ConnectAttempt, Source
from integrations.models.record import COURSE
from integrations.services import changes, first_colours, record, rows

Action = Change.Action
Outcome = Change.Outcome
#: How often a batch tries one change.
ATTEMPTS = 5


@dataclass(frozen=True)
class Sight:
    """What one read has seen; the rows hold the rest of it already."""

    asked_at: datetime
    #: {integration's id: ids of its calendars}, of the entries that could be read.
    seen: Mapping[int, frozenset[int]]
    #: Every account could be read, so that one which is not there is gone.
    is_whole: bool
    #: Only the calendars of one account were asked for.
    is_partial: bool = False

    @classmethod
    def of_all(cls, listing: "focus.Listing[focus.Account]", asked_at: datetime) -> "Sight":
        """Return what a list of all accounts shows."""
        seen = {entry.integration_id: _present(entry.calendars) for entry in listing.items}
        return cls(asked_at, seen, is_whole=not listing.unreadable)

    @classmethod
    def of_account(
        cls, account: Account, listing: "focus.Listing[focus.Calendar]", asked_at: datetime
    ) -> "Sight":
        """Return what a list of one account's calendars shows."""
        seen = {account.integration_id: _present(listing)}
        return cls(asked_at, seen, is_whole=True, is_partial=True)


def settle(source: Source, sight: Sight) -> None:
    """Settle what a read shows; call inside the transaction that stored its rows."""
    unknown = unsettled(source).filter(finished_at__lt=sight.asked_at)
    if sight.is_partial:
        unknown = unknown.filter(action=Action.EDIT, integration_id__in=sight.seen)
    for change in unknown.select_for_update():
        _judge(change, source, sight)


def unsettled(source: Source) -> QuerySet[Change]:
    """Return the writes through a source of which a read is to say what became of them.

    Those to rules are for ``rule_settling``.
    """
    return Change.objects.filter(
        outcome=Outcome.UNKNOWN,
        settled_at=None,
        key=source.key_id,
        workspace_id=source.workspace.workspace_id,
    ).exclude(action__in=Change.OF_RULES)


def _present(listing: "focus.Listing[focus.Calendar]") -> frozenset[int]:
    return frozenset(entry.calendar_id for entry in listing.items if entry.deleted_at is None)


def _judge(change: Change, source: Source, sight: Sight) -> None:
    if change.action == Action.HIDE:
        _judge_hidden(change, source, sight)
        return
    if change.action == Action.EDIT:
        arrived = _edited(change, source, sight)
    elif change.action == Action.CONNECT:
        arrived = _connected(change, source, sight)
    else:
        arrived = _seen_on(change, source, sight)
    if arrived is None:
        settled(change, Outcome.UNKNOWN, "overtaken", sight.asked_at)
    elif arrived:
        settled(change, Outcome.DONE, "", sight.asked_at)
    elif change.lease_until is None or change.lease_until <= sight.asked_at:
        _not_arrived(change, sight)


def _judge_hidden(change: Change, source: Source, sight: Sight) -> None:
    """Look for the hidden events in the calendar's object, where Focus tells of them at all."""
    row = Calendar.objects.filter(
        account__source=source,
        account__integration_id=change.integration_id,
        calendar_id=change.calendar_id,
        gone_at=None,
    ).first()
    uids = focus.hidden_events(row.raw.encode()) if row is not None else None
    if uids is None:
        settled(change, Outcome.UNKNOWN, "no-trace", sight.asked_at)
    elif sorted(uids) == sorted(change.after["ical_uids"]):
        settled(change, Outcome.DONE, "", sight.asked_at)
    elif change.lease_until is None or change.lease_until <= sight.asked_at:
        is_old = sorted(uids) == sorted(change.before.get("ical_uids", uids))
        told = (Outcome.FAILED, "not-saved") if is_old else (Outcome.UNKNOWN, "overtaken")
        settled(change, *told, sight.asked_at)


def _edited(change: Change, source: Source, sight: Sight) -> bool | None:
    if change.calendar_id not in sight.seen.get(change.integration_id, ()):
        return None
    row = Calendar.objects.filter(
        account__source=source,
        account__integration_id=change.integration_id,
        calendar_id=change.calendar_id,
        gone_at=None,
    ).first()
    if row is None:  # the account was seen by itself, later
        return None
    if rows.holds(row, change.after):
        return True
    return False if rows.holds(row, change.before) else None


def _connected(change: Change, source: Source, sight: Sight) -> bool | None:
    """Say whether a trip to connect brought nothing; which account one brought, nobody can tell."""
    attempt = ConnectAttempt.objects.filter(change=change).first()
    known = attempt.before if attempt else {}
    present = source.accounts.filter(provider=change.provider, gone_at=None)
    brought = any(str(row.integration_id) not in known for row in present)
    return None if brought or not sight.is_whole else False


def _seen_on(change: Change, source: Source, sight: Sight) -> bool | None:
    """Say whether an account shows a write to itself; a refresh leaves no trace."""
    present = change.integration_id in sight.seen
    if not present and not sight.is_whole:
        return None
    if change.action == Action.DISCONNECT:
        return not present
    if not present or change.action == Action.REFRESH:
        return None
    account = source.accounts.get(integration_id=change.integration_id)
    if change.action == Action.WRITE:
        return bool(account.has_write_scope)
    renewed = account.scopes != change.before.get("scopes") or change.before.get("error_status")
    return bool(renewed and not account.error_status)


def _not_arrived(change: Change, sight: Sight) -> None:
    change.attempts += 1
    if change.attempts < ATTEMPTS and _goes_on(change):
        changes.reopen(change)
    else:
        settled(change, Outcome.FAILED, "not-saved", sight.asked_at)


def _goes_on(change: Change) -> bool:
    """Say whether somebody will send a change again; its part stays open until we have said so."""
    if change.batch_id is None:
        return False
    part = BatchPart.objects.filter(batch=change.batch_id, key=change.key, finished_at=None)
    if not part.select_for_update().exists():
        return False
    return Batch.objects.filter(pk=change.batch_id, stopped_at=None).exists()


def settled(change: Change, outcome: Change.Outcome, error: str, asked_at: datetime) -> None:
    """Store what the read that was asked for at a moment says of a change."""
    change.settled_at = asked_at
    change.outcome, change.error, change.lease_until = outcome, error, None
    change.save(update_fields=COURSE)
    if outcome == Outcome.DONE:
        first_colours.note(change)
    record.tell(change)
