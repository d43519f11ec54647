"""Rows that are copies of a calendar: written for one, and found again for those of an account."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from integrations.models import Account, Calendar
from integrations.models.recolouring import CalendarCopy
from integrations.services import succession

Copy = TypeVar("Copy", bound=CalendarCopy)


def copied(account: Account, calendar_id: int, external_id: str) -> dict[str, Any]:
    """Return the fields of a copy."""
    return {
        "key": account.source.key_id,
        "workspace_id": account.source.workspace.workspace_id,
        "integration_id": account.integration_id,
        "provider": account.provider,
        "email": account.email,
        "calendar_id": calendar_id,
        "external_id": external_id,
    }


def of_account(account: Account) -> Q:
    """Return the condition on copies of an account's calendars, under earlier ids too."""
    same = Q(
        key=account.source.key_id,
        workspace_id=account.source.workspace.workspace_id,
        provider=account.provider,
        email=account.email,
    )
    # No address is anybody's.
    return same if account.email else same & Q(integration_id=account.integration_id)


def matched(
    copies: "QuerySet[Copy] | Iterable[Copy]", account: Account, calendars: Iterable[Calendar]
) -> list[tuple[Copy, Calendar]]:
    """Return which of an account's calendars each copy is about; those that are gone are left out.

    Of several copies of one calendar the first counts.
    """
    listed, found = list(calendars), list(copies)
    pairs: dict[int, tuple[Copy, Calendar]] = {}
    for copy in found:
        is_same = copy.integration_id == account.integration_id
        row = succession.match(
            listed, copy.external_id, calendar_id=copy.calendar_id if is_same else None
        )
        if row is not None:
            pairs.setdefault(row.pk, (copy, row))
    return list(pairs.values())
