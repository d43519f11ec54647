"""Writes to an account itself: refresh its calendars, or disconnect it.

What its calendars were set to is kept before: in one commit with the intent.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from integrations import focus
from integrations.models import Account, Change
from integrations.services import changes, mirror, recolouring, snapshots
from integrations.services.actors import Actor


def refresh(client: focus.FocusClient, account: Account, *, by: Actor) -> Change:
    """Have Focus read the calendars from their provider again; the change holds the difference.

    Raises BusyError and FocusError.
    """
    seen_at = max(filter(None, (account.source.last_good_at, account.seen_at)))
    change = _intend(Change.Action.REFRESH, account, by=by, before={"seen_at": seen_at.isoformat()})
    with changes.sending(change):
        asked_at = timezone.now()
        listing = client.refresh(account.integration_id)
        found = mirror.apply_calendars(account, listing, asked_at=asked_at)
    change.difference = found.as_json()
    recolouring.note(change, account, found.recoloured)
    changes.finish(change, Change.Outcome.DONE, trace_id=client.trace_id or "")
    mirror.expire_others(account.source, [account.integration_id])
    return change


def disconnect(
    client: focus.FocusClient, account: Account, *, keep_entries: bool, by: Actor
) -> Change:
    """Remove an account from Focus, asking it to keep or to remove planned entries.

    An account that Focus no longer knows counts as disconnected. Raises BusyError and FocusError.
    """
    change = _intend(
        Change.Action.DISCONNECT,
        account,
        by=by,
        before={"calendars": account.calendars.filter(gone_at=None).count()},
        after={"preserve_entities": keep_entries},
    )
    with changes.sending(change):
        try:
            client.disconnect(account.integration_id, preserve_entities=keep_entries)
        except focus.NotFoundError as error:
            change.error = error.code
        account.gone_at = timezone.now()
        account.save(update_fields=["gone_at"])
    changes.finish(change, Change.Outcome.DONE, error=change.error, trace_id=client.trace_id or "")
    mirror.expire_others(account.source, [account.integration_id])
    return change


def _intend(
    action: Change.Action,
    account: Account,
    *,
    by: Actor,
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None = None,
) -> Change:
    with transaction.atomic():
        change = changes.intend(
            action, account.source, by=by, account=account, before=before, after=after
        )
        snapshots.before_change(change, account)
    return change
