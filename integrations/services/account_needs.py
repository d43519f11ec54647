"""Accounts that do not work, or lack a permission."""

from focusadmin.identity.models import User
from integrations.models import Account, Source
from integrations.services import health, team
from integrations.services.needs import Kind, Need


def find(sources: list[Source], person: User) -> list[Need]:
    """Return a need for each account that does not work, the most urgent first; one query."""
    broken = team.accounts(sources, person).exclude(state=Account.State.WORKING)
    broken = broken.select_related("source__key__owner", "source__workspace").defer("raw")
    return [_need(account) for account in broken.order_by("urgency", "search", "pk")]


def _need(account: Account) -> Need:
    lacks = account.state == Account.State.PERMISSION
    missing = health.missing_permissions(account.scopes)
    return Need(
        Kind.PERMISSION if lacks else Kind.ACCOUNT,
        str(account.integration_id),
        (account.email, account.state, account.error_status, missing),
        about=account,
        since=account.state_since,
    )
