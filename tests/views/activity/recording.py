"""Changes as they might have been recorded."""

from typing import Any

from integrations.models import Account, Change
from integrations.services import record


def made(account: Account, name: str = "Board", **fields: Any) -> Change:
    """Record a change of this account's calendar of that name; empty: of the account itself."""
    calendar = account.calendars.filter(name=name).first() if name else None
    change = Change(
        **{
            "action": "edit" if name else "refresh",
            "outcome": "done",
            "actor_issuer": "local",
            "actor_subject": "ed@example.com",
            "actor_name": "Ed Editor",
            "role": "editor",
            "key": account.source.key_id,
            "key_label": str(account.source.key),
            "workspace_id": account.source.workspace.workspace_id,
            "workspace_label": account.source.workspace.label,
            "integration_id": account.integration_id,
            "provider": account.provider,
            "email": account.email,
            "calendar_id": calendar.calendar_id if calendar else 0,
            "calendar_name": calendar.name if calendar else name,
            "external_id": calendar.external_id if calendar else "",
            "request_id": "0" * 32,
            **fields,
        }
    )
    record.index(change)
    change.save(force_insert=True)
    if "created_at" in fields:
        Change.objects.filter(pk=change.pk).update(created_at=fields["created_at"])
        change.refresh_from_db()
    return change
