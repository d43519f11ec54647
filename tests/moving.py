"""Accounts that were connected again, as rows; Focus is asked nothing."""

from django.utils import timezone

from integrations.models import Account, Calendar
from integrations.services import rows


def moved_to(account: Account, number: int, *names: str, gone: bool = False) -> Account:
    """Let an account be gone, and be there again under another id with calendars of these names."""
    now = timezone.now()
    Account.objects.filter(pk=account.pk).update(gone_at=now)
    values = {name: getattr(account, name) for name in ("email", "provider", "raw", "state")}
    again = Account.objects.create(
        source=account.source,
        integration_id=number,
        replaces=account,
        urgency=account.urgency,
        search=account.search,
        seen_at=now,
        gone_at=now if gone else None,
        **values,
    )
    for position, name in enumerate(names):
        old = Calendar.objects.filter(account__email=account.email, name=name).order_by("pk")[0]
        kept = {field: getattr(old, field) for field in rows.CALENDAR_FIELDS}
        Calendar.objects.create(
            account=again,
            calendar_id=number + position,
            first_seen_at=now,
            seen_at=now,
            **kept,
        )
    return again
