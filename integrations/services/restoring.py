"""Kept settings brought back: offered when an address is connected again, and drafted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from focusadmin.identity.models import User
from integrations.models import (
    Account,
    Batch,
    Calendar,
    Change,
    Draft,
    Snapshot,
    Source,
    Workspace,
)
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
    kept = list(_unanswered(snapshots.of_account(account)))
    return _first(account, kept, _present(account)) if kept else None


def offers(found: QuerySet[Account], workspace: Workspace) -> list[tuple[Account, Offer]]:
    """Return the offers of several accounts of a workspace; at most three queries."""
    kept: dict[tuple[UUID, str, str], list[Snapshot]] = {}
    rows = Snapshot.objects.filter(workspace_id=workspace.workspace_id).exclude(email="")
    for snapshot in _unanswered(rows).order_by("-taken_at", "-pk"):
        kept.setdefault((snapshot.key, snapshot.provider, snapshot.email), []).append(snapshot)
    if not kept:
        return []
    accounts = found.filter(email__in={email for _key, _provider, email in kept})
    accounts = accounts.select_related("source__key__owner", "source__workspace").defer("raw")
    by_pk = {account.pk: account for account in accounts.order_by("search", "pk")}
    listed: dict[int, list[Calendar]] = {pk: [] for pk in by_pk}
    for row in Calendar.objects.filter(account__in=by_pk, gone_at=None).order_by("pk"):
        listed[row.account_id].append(row)
    told = []
    for account in by_pk.values():
        address = (account.source.key_id, account.provider, account.email)
        offered = _first(account, kept.get(address, []), listed[account.pk])
        if offered is not None:
            told.append((account, offered))
    return told


def _unanswered(kept: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """Return what was kept before disconnects, with whether its own ended well (``went``)."""
    went = Change.objects.filter(
        pk=OuterRef("about"),
        action=Change.Action.DISCONNECT,
        outcome=Change.Outcome.DONE,
        integration_id=OuterRef("integration_id"),
        key=OuterRef("key"),
    )
    unanswered = kept.filter(reason=Reason.DISCONNECT, answered_at=None)
    return unanswered.annotate(went=Exists(went))


def _first(account: Account, kept: Iterable[Any], listed: list[Calendar]) -> Offer | None:
    """Return the first of what was kept of an account's earlier connections that still differs.

    That is what was kept under another id or, under the same, before it went.
    """
    for snapshot in kept:
        if snapshot.integration_id == account.integration_id and not snapshot.went:
            continue
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
