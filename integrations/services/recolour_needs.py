"""Calendars that a refresh has recoloured, and of which nobody has said which colours stay."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Recolouring, Source, Workspace
from integrations.services import calendar_copies, rows, team
from integrations.services.needs import Kind, Need


@dataclass(frozen=True)
class Recoloured:
    """An account, and those of its calendars that wait for an answer."""

    account: Account
    calendars: tuple[Calendar, ...]


def find(sources: list[Source], person: User, workspace: Workspace) -> list[Need]:
    """Return a need for each account in which a person may see such calendars; three queries."""
    asked = Recolouring.objects.filter(
        key__in=[source.key_id for source in sources],
        workspace_id=workspace.workspace_id,
        decided_at=None,
    )
    copies = list(asked.order_by("-found_at", "-pk"))
    if not copies:
        return []
    by_pk = {account.pk: account for account in _accounts(copies, sources, person)}
    listed: dict[int, list[Calendar]] = {pk: [] for pk in by_pk}
    seen = team.named(sources, person).filter(account__in=by_pk).defer("raw")
    for row in seen.order_by("search", "pk"):
        listed[row.account_id].append(row)
    found = (_need(account, copies, listed[pk]) for pk, account in by_pk.items())
    return [need for need in found if need is not None]


def _accounts(
    copies: Iterable[Recolouring], sources: list[Source], person: User
) -> Iterable[Account]:
    same = Q(email__in={copy.email for copy in copies if copy.email})
    same |= Q(integration_id__in={copy.integration_id for copy in copies})
    found = team.accounts(sources, person).filter(same).defer("raw").order_by("search", "pk")
    return found.select_related("source__key__owner", "source__workspace")


def _need(account: Account, copies: Iterable[Recolouring], listed: list[Calendar]) -> Need | None:
    mine = [copy for copy in copies if _is_of(copy, account)]
    pairs = calendar_copies.matched(mine, account, listed)
    still = [(copy, row) for copy, row in pairs if rows.holds(row, copy.after)]
    if not still:
        return None
    facts = sorted((str(copy.change), row.calendar_id) for copy, row in still)
    about = Recoloured(account, tuple(row for _copy, row in still))
    return Need(Kind.RECOLOURED, str(account.integration_id), tuple(facts), about)


def _is_of(copy: Recolouring, account: Account) -> bool:
    """Say of a single copy what ``calendar_copies.of_account`` asks the database."""
    same = (copy.key, copy.provider, copy.email)
    if same != (account.source.key_id, account.provider, account.email):
        return False
    return bool(account.email) or copy.integration_id == account.integration_id
