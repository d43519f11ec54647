"""Bring rows in line with an answer, writing only what differs, and say what differed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integrations import focus
from integrations.models import Account, Calendar, Source
from integrations.services import rows

_WRITTEN = (*rows.CALENDAR_FIELDS, "seen_at", "gone_at", "provisional", "undecided_since")
_NAMED = ("calendar_id", "name", "external_id", *rows.COLOURS)
_WRITTEN_OF_ACCOUNTS = (*rows.ACCOUNT_FIELDS, "seen_at", "gone_at", "state_since")


@dataclass
class Difference:
    """What an answer held that the rows did not; each entry names the calendar and its account."""

    new: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    renamed: list[dict[str, Any]] = field(default_factory=list)
    recoloured: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """Return the lists that are not empty."""
        return {name: entries for name, entries in vars(self).items() if entries}


@dataclass
class _Accounts:
    """Accounts to be written, all of them at once."""

    created: list[Account] = field(default_factory=list)
    changed: list[Account] = field(default_factory=list)

    def store(self) -> None:
        """Write them; the new ones are told their keys, for their calendars are about to ask."""
        Account.objects.bulk_create(self.created)
        Account.objects.store(self.changed, _WRITTEN_OF_ACCOUNTS)


@dataclass
class _Calendars:
    """Calendars to be written, all of them at once: of new ones their values are enough."""

    created: list[dict[str, Any]] = field(default_factory=list)
    changed: list[Calendar] = field(default_factory=list)

    def store(self, source: int) -> None:
        """Write them; all of them are of the source with this primary key."""
        Calendar.objects.insert(self.created, shown_by=source)
        Calendar.objects.store(self.changed, _WRITTEN)


def apply_accounts(
    source: Source, listing: "focus.Listing[focus.Account]", asked_at: datetime
) -> Difference:
    """Bring every account and calendar of a source in line; call inside a transaction.

    An account that was seen by itself, or disconnected, after ``asked_at`` is left alone. While an
    entry cannot be read nothing counts as gone: it may be the one that is missing.
    """
    known = {row.integration_id: row for row in source.accounts.all()}
    newer = {number for number, row in known.items() if _is_newer(row, asked_at)}
    listed = {entry.integration_id: entry for entry in listing.items}
    accounts = _Accounts()
    for number in known.keys() - listed.keys() - newer:
        if known[number].gone_at is None and not listing.unreadable:
            known[number].gone_at = asked_at
            accounts.changed.append(known[number])
    present = {
        number: _account(source, known, entry, asked_at, accounts)
        for number, entry in listed.items()
        if number not in newer
    }
    accounts.store()
    found, calendars = Difference(), _Calendars()
    known_calendars = _calendar_rows(present.values())
    for number, account in present.items():
        shown = listed[number].calendars
        _compare(account, shown, known_calendars.get(account.pk, {}), asked_at, found, calendars)
    calendars.store(source.pk)
    return found


def apply_calendars(
    account: Account,
    listing: "focus.Listing[focus.Calendar]",
    known: dict[int, Calendar],
    asked_at: datetime,
    found: Difference,
) -> None:
    """Bring one account's calendars in line with a listing that was asked for at ``asked_at``.

    A row that we wrote after that moment is left alone: the listing is older than the write. What
    appears in an account whose calendars were known waits for a decision.
    """
    calendars = _Calendars()
    _compare(account, listing, known, asked_at, found, calendars)
    calendars.store(account.source_id)


def _compare(
    account: Account,
    listing: "focus.Listing[focus.Calendar]",
    known: dict[int, Calendar],
    asked_at: datetime,
    found: Difference,
    writes: _Calendars,
) -> None:
    listed = {entry.calendar_id: entry for entry in listing.items if entry.deleted_at is None}
    for number, entry in listed.items():
        values = rows.calendar_values(entry, account)
        row = known.get(number)
        if row is None:
            new = values | {
                "account_id": account.pk,
                "calendar_id": number,
                "first_seen_at": asked_at,
                "seen_at": asked_at,
                "undecided_since": asked_at if known else None,
            }
            writes.created.append(new)
            found.new.append(_named(account, new))
        elif _is_older(row, asked_at) and _update(row, values, asked_at, found):
            writes.changed.append(row)
    for number, row in known.items():
        missing = number not in listed and row.gone_at is None and _is_older(row, asked_at)
        if missing and not listing.unreadable:
            row.gone_at = asked_at
            writes.changed.append(row)
            found.gone.append(_named(row.account, vars(row)))


def calendar_rows(account: Account) -> dict[int, Calendar]:
    """Return an account's calendar rows by their id, gone ones too."""
    return _calendar_rows([account]).get(account.pk, {})


def _calendar_rows(accounts: Iterable[Account]) -> dict[int, dict[int, Calendar]]:
    found: dict[int, dict[int, Calendar]] = {}
    by_pk = {account.pk: account for account in accounts}
    for row in Calendar.objects.filter(account__in=by_pk):
        row.account = by_pk[row.account_id]
        found.setdefault(row.account_id, {})[row.calendar_id] = row
    return found


def _is_newer(row: Account, asked_at: datetime) -> bool:
    return row.seen_at > asked_at or (row.gone_at is not None and row.gone_at > asked_at)


def _account(
    source: Source,
    known: dict[int, Account],
    entry: "focus.Account",
    asked_at: datetime,
    writes: _Accounts,
) -> Account:
    values = rows.account_values(entry)
    row = known.get(entry.integration_id)
    if row is None:
        row = Account(
            source=source,
            integration_id=entry.integration_id,
            seen_at=asked_at,
            state_since=asked_at,
            replaces=_earlier(known.values(), values),
            **values,
        )
        writes.created.append(row)
    elif row.gone_at is not None or rows.differs(row, values):
        if row.gone_at is not None or row.state != values["state"]:
            row.state_since = asked_at
        for name, value in values.items():
            setattr(row, name, value)
        row.gone_at, row.seen_at = None, asked_at
        writes.changed.append(row)
    return row


def _earlier(others: Iterable[Account], values: dict[str, Any]) -> Account | None:
    """Return the row of the same address that went last, if one did; no address is no one's."""
    identity = (values["provider"], values["email"])
    if not values["email"]:
        return None
    same = [row for row in others if row.gone_at and (row.provider, row.email) == identity]
    return max(same, key=lambda row: (row.gone_at, row.pk), default=None)


def _is_older(row: Calendar, asked_at: datetime) -> bool:
    return row.written_at is None or row.written_at < asked_at


def _update(row: Calendar, values: dict[str, Any], asked_at: datetime, found: Difference) -> bool:
    """Set the row's fields and note what a person would notice; False when all was the same."""
    if row.gone_at is None and not row.provisional and not rows.differs(row, values):
        return False
    named = _named(row.account, vars(row))
    if row.gone_at is not None:
        found.new.append({**named, "name": values["name"]})
    elif row.name != values["name"]:
        found.renamed.append({**named, "before": row.name, "after": values["name"]})
    before = {name: getattr(row, name) for name in rows.COLOURS}
    after = {name: values[name] for name in rows.COLOURS}
    if row.gone_at is None and before != after:
        found.recoloured.append({**named, "name": values["name"], "before": before, "after": after})
    if bool(row.selected) != bool(values["selected"]):
        row.undecided_since = None  # somebody has decided, wherever that was
    for name, value in values.items():
        setattr(row, name, value)
    row.gone_at, row.seen_at, row.provisional = None, asked_at, False
    return True


def _named(account: Account, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": account.email} | {name: values[name] for name in _NAMED}
