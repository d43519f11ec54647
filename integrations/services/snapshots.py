"""Settings of calendars, kept before what may lose them; ``restoring`` brings them back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from integrations.models import Account, Batch, Calendar, Change, Key, Snapshot
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


def of_account(account: Account) -> QuerySet[Snapshot]:
    """Return what was kept of an account, or of its address under other ids; the newest first."""
    kept = Snapshot.objects.filter(
        key=account.source.key_id,
        workspace_id=account.source.workspace.workspace_id,
        provider=account.provider,
        email=account.email,
    )
    if not account.email:  # which may be anybody's
        kept = kept.filter(integration_id=account.integration_id)
    return kept.order_by("-taken_at", "-pk")


def answer(snapshot: Snapshot) -> None:
    """Offer a snapshot no more, nor what was kept before earlier disconnects of the address."""
    earlier = Snapshot.objects.filter(
        key=snapshot.key,
        workspace_id=snapshot.workspace_id,
        provider=snapshot.provider,
        email=snapshot.email,
        reason=Snapshot.Reason.DISCONNECT,
        taken_at__lte=snapshot.taken_at,
    )
    if snapshot.reason == Snapshot.Reason.DISCONNECT:
        earlier.filter(answered_at=None).update(answered_at=timezone.now())


def forget(removed: QuerySet[Key]) -> None:
    """Delete what was kept through keys that are about to go: nothing could be done with it."""
    Snapshot.objects.filter(key__in=removed.values("pk")).delete()


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
