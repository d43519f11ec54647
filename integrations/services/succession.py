"""Which calendar a record is about by now: an address that was connected again has other ids."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from integrations.models import Account, Calendar, Change, Source


def calendar_of(change: Change, sources: list[Source]) -> Calendar | None:
    """Return the row of the calendar that a change is about now; None: it is no longer there."""
    return calendars_of([change], sources).get(change.pk)


def calendars_of(found: Iterable[Change], sources: list[Source]) -> dict[UUID, Calendar]:
    """Return {change's id: the row of its calendar as it is now}, without those that are gone.

    An account that was connected again under a new id is found by its address (``replaces``), and
    a calendar in it by the provider's id, where only one has it. What several of the sources see
    is taken from the first.
    """
    found = list(found)
    accounts = _accounts_now({change.integration_id for change in found}, sources)
    listed: dict[int, list[Calendar]] = {}
    wanted = {account.pk: account for several in accounts.values() for account in several}
    for row in Calendar.objects.filter(account__in=wanted, gone_at=None):
        row.account = wanted[row.account_id]
        listed.setdefault(row.account_id, []).append(row)
    matched = {
        change.pk: _match(change, accounts[change.integration_id], listed) for change in found
    }
    return {pk: row for pk, row in matched.items() if row is not None}


def match(
    listed: Iterable[Calendar], external_id: str, *, calendar_id: int | None = None
) -> Calendar | None:
    """Return the calendar of an account with an id or, failing that, with the provider's.

    ``calendar_id``: None in an account that has another id than it had. Of several calendars with
    the provider's id none is meant.
    """
    listed = list(listed)
    for row in listed:
        if row.calendar_id == calendar_id:
            return row
    same = [row for row in listed if external_id and row.external_id == external_id]
    return same[0] if len(same) == 1 else None


def _match(
    change: Change, accounts: list[Account], listed: Mapping[int, list[Calendar]]
) -> Calendar | None:
    for account in accounts:
        is_same = account.integration_id == change.integration_id
        found = match(
            listed.get(account.pk, []),
            change.external_id,
            calendar_id=change.calendar_id if is_same else None,
        )
        if found is not None:
            return found
    return None


def _accounts_now(ids: Collection[int], sources: list[Source]) -> dict[int, list[Account]]:
    """Return {integration id: the accounts that are there now, in the order of the sources}."""
    known: dict[tuple[int, int], Account] = {}
    later: dict[int, list[Account]] = {}
    by_pk = {source.pk: source for source in sources}
    for row in Account.objects.filter(source__in=by_pk).defer("raw").order_by("pk"):
        row.source = by_pk[row.source_id]
        known[row.source_id, row.integration_id] = row
        if row.replaces_id is not None:
            later.setdefault(row.replaces_id, []).append(row)
    now: dict[int, list[Account]] = {number: [] for number in ids}
    for number in ids:
        for pk in by_pk:
            account = _latest(known.get((pk, number)), later)
            if account is not None:
                now[number].append(account)
    return now


def _latest(account: Account | None, later: Mapping[int, list[Account]]) -> Account | None:
    """Follow an address from an account that is gone to the one that is there, if there is one."""
    passed: set[int] = set()
    current = account
    while current is not None and current.gone_at is not None and current.pk not in passed:
        passed.add(current.pk)
        after = later.get(current.pk, [])
        current = next((row for row in after if row.gone_at is None), after[-1] if after else None)
    return current if current is not None and current.gone_at is None else None
