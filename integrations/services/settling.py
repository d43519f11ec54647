"""What became of writes whose answer never came: the next read of what they were about says so.

* It shows what was sent: *done*.
* It shows what was there before: *failed*, or in a batch that goes on, tried again. While the
  request may still arrive (``Change.lease_until``) this proves nothing, and it stays *unknown*.
* It shows something else, or what was asked for leaves no trace: nobody can tell any more, and it
  stays *unknown* for good.
"""

from datetime import datetime

from django.utils import timezone

from integrations.models import Account, Calendar, Change, ConnectAttempt, Source
from integrations.services import changes, record, rows

Action = Change.Action
Outcome = Change.Outcome
#: How often a batch tries one change.
ATTEMPTS = 5


def settle(source: Source, *, asked_at: datetime, account: Account | None = None) -> None:
    """Settle what a read that was asked for at ``asked_at`` shows; its rows are stored already.

    ``account``: only its calendars were read. Call inside the transaction of the read.
    """
    unknown = Change.objects.filter(
        outcome=Outcome.UNKNOWN,
        settled_at=None,
        key=source.key_id,
        workspace_id=source.workspace.workspace_id,
        finished_at__lt=asked_at,
    )
    if account is not None:
        unknown = unknown.filter(action=Action.EDIT, integration_id=account.integration_id)
    for change in unknown.select_for_update():
        _judge(change, source, asked_at)


def _judge(change: Change, source: Source, asked_at: datetime) -> None:
    if change.action == Action.EDIT:
        arrived = _edited(change, source)
    elif change.action == Action.CONNECT:
        arrived = _connected(change, source)
    else:
        account = source.accounts.filter(integration_id=change.integration_id).first()
        arrived = _seen_on(account, change)
    if arrived is None:
        _settled(change, Outcome.UNKNOWN, "overtaken")
    elif arrived:
        _settled(change, Outcome.DONE, "")
    elif change.lease_until is None or change.lease_until <= asked_at:
        _not_arrived(change)


def _edited(change: Change, source: Source) -> bool | None:
    row = Calendar.objects.filter(
        account__source=source,
        account__integration_id=change.integration_id,
        calendar_id=change.calendar_id,
        gone_at=None,
    ).first()
    if row is None:
        return None
    if rows.holds(row, change.after):
        return True
    return False if rows.holds(row, change.before) else None


def _connected(change: Change, source: Source) -> bool | None:
    """Say whether a trip to connect brought nothing; which account one brought, nobody can tell."""
    attempt = ConnectAttempt.objects.filter(change=change).first()
    known = attempt.before if attempt else {}
    present = source.accounts.filter(provider=change.provider, gone_at=None)
    return None if any(str(row.integration_id) not in known for row in present) else False


def _seen_on(account: Account | None, change: Change) -> bool | None:
    """Say whether an account shows a write to itself; a refresh leaves no trace."""
    present = account is not None and account.gone_at is None
    if change.action == Action.DISCONNECT:
        return not present
    if account is None or not present or change.action == Action.REFRESH:
        return None
    if change.action == Action.WRITE:
        return bool(account.has_write_scope)
    renewed = account.scopes != change.before.get("scopes") or change.before.get("error_status")
    return bool(renewed and not account.error_status)


def _not_arrived(change: Change) -> None:
    batch = change.batch
    goes_on = batch is not None and batch.finished_at is None and batch.stopped_at is None
    change.attempts += 1
    if goes_on and change.attempts < ATTEMPTS:
        changes.reopen(change)
    else:
        _settled(change, Outcome.FAILED, "not-saved")


def _settled(change: Change, outcome: Change.Outcome, error: str) -> None:
    change.settled_at = timezone.now()
    change.outcome, change.error, change.lease_until = outcome, error, None
    change.save()
    record.tell(change)
