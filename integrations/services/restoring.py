"""Kept settings brought back: offered when an address is connected again, and drafted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Calendar, Change, Draft, Snapshot, Source
from integrations.services import drafts, plans, rows, snapshots, succession, team

Reason = Snapshot.Reason
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """Kept settings that some calendars of an account no longer have."""

    snapshot: Snapshot
    #: How many calendars they were kept of, and how many of these are set otherwise now.
    kept: int
    differing: int


def offer(account: Account) -> Offer | None:
    """Return what was kept before an account's address was disconnected, while nobody answered.

    The newest that makes a difference: whoever connects twice would lose the older one otherwise.
    """
    if account.gone_at is not None or not account.email:
        return None
    kept = snapshots.of_account(account).filter(reason=Reason.DISCONNECT, answered_at=None)
    listed: list[Calendar] | None = None
    for snapshot in kept.filter(_of_an_earlier_connection(account)):
        listed = _present(account) if listed is None else listed
        pairs, _missing = _matched(snapshot, account, listed)
        differing = sum(_differs(row, entry["settings"]) for row, entry in pairs)
        if differing:
            return Offer(snapshot, len(snapshot.calendars), differing)
    return None


def draft(snapshot: Snapshot, account: Account, *, person: User) -> Draft:
    """Draft that the calendars of an account get what was kept of them."""
    pairs, missing = _matched(snapshot, account, _present(account))
    return drafts.wish(
        person,
        account.source.workspace,
        Batch.Kind.RESTORE,
        {row.pk: entry["settings"] for row, entry in pairs},
        back=f"account={account.pk}",
        about=snapshot.pk,
        missing=[
            {"name": name_for(entry, account.source, person), "email": account.email}
            for entry in missing
        ],
    )


def name_for(entry: Entry, source: Source, person: User) -> str:
    """Return the name of a calendar that was kept; empty where it was its owner's alone to see."""
    is_others = team.rank(source.key, person) == team.OTHER
    return "" if is_others and not entry["settings"]["selected"] else entry["name"]


def _of_an_earlier_connection(account: Account) -> Q:
    """The condition on what was kept under another id or, under the same, before it went."""
    went = Change.objects.filter(
        action=Change.Action.DISCONNECT,
        outcome=Change.Outcome.DONE,
        integration_id=account.integration_id,
        key=account.source.key_id,
    )
    return ~Q(integration_id=account.integration_id) | Q(about__in=went.values("pk"))


def _present(account: Account) -> list[Calendar]:
    return list(account.calendars.filter(gone_at=None).order_by("pk"))


def _matched(
    snapshot: Snapshot, account: Account, listed: list[Calendar]
) -> tuple[list[tuple[Calendar, Entry]], list[Entry]]:
    """Return which calendar each entry is about, and the entries of which that is not certain."""
    is_same = snapshot.integration_id == account.integration_id
    times = Counter(entry["external_id"] for entry in snapshot.calendars)
    pairs, missing = [], []
    for entry in snapshot.calendars:
        is_clear = times[entry["external_id"]] == 1
        row = succession.match(
            listed,
            entry["external_id"] if is_clear else "",
            calendar_id=entry["calendar_id"] if is_same else None,
        )
        if row is None:
            missing.append(entry)
        else:
            pairs.append((row, entry))
    return pairs, missing


def _differs(row: Calendar, settings: Mapping[str, Any]) -> bool:
    lacking = plans.lacks(row, settings)
    return not rows.holds(row, {n: value for n, value in settings.items() if n not in lacking})
