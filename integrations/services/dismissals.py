"""Needs that somebody has put aside until they change; it holds for the whole team."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from integrations.models import Dismissal, Workspace
from integrations.services import audit, everything
from integrations.services.actors import Actor
from integrations.services.needs import Need


@dataclass(frozen=True)
class Split:
    """Needs that wait, and those that were put aside, with who did that."""

    waiting: list[Need]
    dismissed: list[tuple[Need, Dismissal]]


def split(found: Iterable[Need], workspace: Workspace) -> Split:
    """Tell which of a workspace's needs were put aside and are still what they were; one query."""
    rows = {(row.kind, row.subject): row for row in workspace.dismissal_set.all()}
    result = Split([], [])
    for need in found:
        row = rows.get((need.kind, need.subject))
        if row is not None and holds(row, need):
            result.dismissed.append((need, row))
        else:
            result.waiting.append(need)
    return result


def holds(row: Dismissal, need: Need) -> bool:
    """Say whether a need is what it was when it was put aside: what began later is another one."""
    is_later = need.since is not None and need.since > row.at
    return row.fingerprint == need.fingerprint and not is_later


def dismiss(need: Need, workspace: Workspace, *, by: Actor) -> None:
    """Put a need aside until it changes."""
    Dismissal.objects.update_or_create(
        workspace=workspace,
        kind=need.kind,
        subject=need.subject,
        defaults={
            "fingerprint": need.fingerprint,
            "actor_issuer": by.issuer,
            "actor_subject": by.subject,
            "actor_name": by.name,
            "at": timezone.now(),
        },
    )
    _note("need-dismissed", need, workspace, by)


def show_again(need: Need, workspace: Workspace, *, by: Actor) -> None:
    """Let a need that was put aside wait again."""
    put_aside = Dismissal.objects.filter(workspace=workspace, kind=need.kind, subject=need.subject)
    if put_aside.delete()[0]:
        _note("need-shown-again", need, workspace, by)


def over() -> QuerySet[Dismissal]:
    """Return what was put aside and is no more, or something else by now: it is shown anyway."""
    stale: list[int] = []
    for workspace in Workspace.objects.filter(dismissal__isnull=False).distinct():
        found: dict[tuple[str, str], list[Need]] = {}
        for need in everything.needs(workspace):
            found.setdefault((need.kind, need.subject), []).append(need)
        stale += [
            row.pk
            for row in workspace.dismissal_set.all()
            if not any(holds(row, need) for need in found.get((row.kind, row.subject), []))
        ]
    return Dismissal.objects.filter(pk__in=stale)


def _note(event: str, need: Need, workspace: Workspace, by: Actor) -> None:
    audit.note(
        event, by=by, workspace=workspace.workspace_id, kind=str(need.kind), subject=need.subject
    )
