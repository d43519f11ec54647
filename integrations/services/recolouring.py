"""Calendars that a refresh has recoloured: taken, or refused (``refusing``).

One waits for an answer while its calendar has the colours that the refresh brought: whoever gives
it others has answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key, Recolouring
from integrations.services import audit, calendar_copies, first_colours, rows, team
from integrations.services.actors import Actor

Decision = Recolouring.Decision


@dataclass(frozen=True)
class Waiting:
    """A calendar that waits for an answer."""

    recolouring: Recolouring
    calendar: Calendar
    #: Both colours before the first change from here; None where there was none.
    first: Mapping[str, Any] | None

    @property
    def is_reset(self) -> bool:
        """Whether the refresh has undone what was set from here, and nothing else."""
        return self.first is not None and _alike(self.first, self.recolouring.after)


def note(change: Change, account: Account, recoloured: Iterable[Mapping[str, Any]]) -> None:
    """Ask about what a refresh has recoloured: entries of ``comparison.Difference``.

    What waited already waits with the colours of the first refresh, unless they are back.
    """
    listed = list(account.calendars.filter(gone_at=None))
    known = {row.pk: copy for copy, row in calendar_copies.matched(_open(account), account, listed)}
    by_id = {row.calendar_id: row for row in listed}
    for entry in recoloured:
        row = by_id.get(entry["calendar_id"])
        if row is None:  # the key was removed meanwhile, and all that it saw
            continue
        before = entry["before"]
        earlier = known.get(row.pk)
        if earlier is not None:
            if _alike(earlier.after, before):
                before = earlier.before
            earlier.delete()
        if not _alike(before, entry["after"]):
            Recolouring.objects.create(
                **calendar_copies.copied(account, row.calendar_id, row.external_id),
                change=change.pk,
                before=before,
                after=entry["after"],
                found_at=timezone.now(),
            )


def waiting(account: Account, person: User) -> list[Waiting]:
    """Return the calendars of an account that wait for an answer and that a person may see."""
    if account.gone_at is not None:
        return []
    asked = list(_open(account))
    if not asked:
        return []
    seen = Calendar.objects.filter(team.open_to(person), account=account, gone_at=None)
    listed = list(seen.order_by("search", "pk"))
    first = first_colours.of(account, listed)
    found = calendar_copies.matched(asked, account, listed)
    still = [(copy, row) for copy, row in found if rows.holds(row, copy.after)]
    order = {row.pk: at for at, row in enumerate(listed)}
    still.sort(key=lambda pair: order[pair[1].pk])
    return [Waiting(copy, row, first.get(row.pk)) for copy, row in still]


def take(chosen: Iterable[Waiting], *, by: Actor) -> int:
    """Let calendars keep the colours that a refresh brought; returns how many that were."""
    return _decide([entry.recolouring for entry in chosen], Decision.TAKEN, by=by)


def refuse(calendars: Iterable[Calendar], *, by: Actor) -> None:
    """Note that calendars get their earlier colours back; call it where that is confirmed."""
    by_account: dict[int, list[Calendar]] = {}
    for row in calendars:
        by_account.setdefault(row.account_id, []).append(row)
    for several in by_account.values():
        account = several[0].account
        pairs = calendar_copies.matched(_open(account), account, several)
        _decide([copy for copy, _row in pairs], Decision.REFUSED, by=by)


def forget(removed: QuerySet[Key]) -> None:
    """Delete what was asked and remembered through keys that are about to go."""
    keys = removed.values("pk")
    Recolouring.objects.filter(key__in=keys).delete()
    first_colours.forget(keys)


def _open(account: Account) -> QuerySet[Recolouring]:
    here = Q(calendar_copies.of_account(account), decided_at=None)
    return Recolouring.objects.filter(here).order_by("-found_at", "-pk")


def _decide(chosen: list[Recolouring], decision: Decision, *, by: Actor) -> int:
    still = Recolouring.objects.filter(pk__in=[row.pk for row in chosen], decided_at=None)
    number = still.update(decision=decision, decided_at=timezone.now())
    for row in chosen if number else ():
        audit.note(
            f"recolouring-{decision}",
            by=by,
            workspace=row.workspace_id,
            change=str(row.change),
            integration=row.integration_id,
            calendar=row.calendar_id,
        )
    return number


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(rows.alike(one.get(name), other.get(name)) for name in rows.COLOURS)
