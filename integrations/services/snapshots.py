"""Settings of calendars kept before something that may lose them, and what re-applying wishes."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from integrations.models import Account, Batch, Calendar, Change, Snapshot
from integrations.services import rows
from integrations.services.plans import Plan


def before_change(change: Change, account: Account) -> None:
    """Keep the settings of an account's calendars before a disconnect or a refresh."""
    disconnects = change.action == Change.Action.DISCONNECT
    reason = Snapshot.Reason.DISCONNECT if disconnects else Snapshot.Reason.REFRESH
    _keep(reason, change.pk, account, account.calendars.filter(gone_at=None).order_by("pk"))


def before_batch(batch: Batch, plan: Plan) -> None:
    """Keep the settings of the calendars that a batch is going to write."""
    concerned: dict[int, list[Calendar]] = {}
    for step in plan.steps:
        concerned.setdefault(step.calendar.account_id, []).append(step.calendar)
    for calendars in concerned.values():
        _keep(Snapshot.Reason.BULK, batch.pk, calendars[0].account, calendars)


def _keep(
    reason: Snapshot.Reason, about: UUID, account: Account, calendars: Iterable[Calendar]
) -> None:
    kept = [_entry(calendar) for calendar in calendars]
    if not kept:
        return
    Snapshot.objects.create(
        reason=reason,
        about=about,
        key=account.source.key_id,
        workspace_id=account.source.workspace.workspace_id,
        integration_id=account.integration_id,
        provider=account.provider,
        email=account.email,
        calendars=kept,
    )


def _entry(calendar: Calendar) -> dict[str, Any]:
    return {
        "calendar_id": calendar.calendar_id,
        "external_id": calendar.external_id,
        "name": calendar.name,
        "settings": {name: getattr(calendar, name) for name in rows.EDITABLE},
    }
