"""The workspaces: those that the environment lists, and those that managers added.

* WorkspaceError
  * AlreadyThereError     people may open it already
  * NotManagedError       the environment lists it, or it is not there any more
  * RenamedError          somebody else has renamed it since the form was shown
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from focusadmin.parsers import WorkspaceConfig
from integrations.models import Account, Calendar, Change, Key, Source, Workspace
from integrations.services import audit, keys
from integrations.services.actors import Actor


class WorkspaceError(Exception):
    """This may not be done to this workspace; ``workspace`` is as it is now."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(str(workspace))
        self.workspace = workspace


class AlreadyThereError(WorkspaceError):
    """People may open it already."""


class NotManagedError(WorkspaceError):
    """The environment lists it, or it is not there any more."""


class RenamedError(WorkspaceError):
    """It has another label than the one that was shown."""


@dataclass(frozen=True)
class Hidden:
    """What nobody sees any more when a workspace is removed; all are counts."""

    accounts: int
    calendars: int
    changes: int


def sync() -> None:
    """Bring the rows in line with FOCUS_WORKSPACES; what is not listed stays for the record.

    Called when a server starts, which may be of another version: the next answer is decoded anew.
    """
    Source.objects.update(digest="")
    listed = {entry.workspace_id: entry for entry in settings.FOCUS_WORKSPACES}
    Workspace.objects.exclude(workspace_id__in=listed).update(from_environment=False)
    for number, entry in listed.items():
        Workspace.objects.update_or_create(
            workspace_id=number,
            defaults={
                "label": entry.label,
                "organization_id": entry.organization_id,
                "from_environment": True,
            },
        )


def visible() -> QuerySet[Workspace]:
    """Return the workspaces that people may open."""
    return Workspace.objects.filter(Q(from_environment=True) | Q(managed=True)).order_by("label")


def look(entry: WorkspaceConfig) -> int:
    """Ask Focus, once and with the shared key, how many accounts it sees there.

    Nothing is kept but the quota. Raises FocusError.
    """
    workspace = Workspace(workspace_id=entry.workspace_id, organization_id=entry.organization_id)
    with keys.opened(Source(key=keys.shared(), workspace=workspace)) as client:
        return len(client.list_accounts().items)


def add(entry: WorkspaceConfig, *, by: Actor) -> Workspace:
    """Let people open a workspace; one that was removed comes back with all that was recorded.

    Raises AlreadyThereError.
    """
    with transaction.atomic():
        row, created = Workspace.objects.select_for_update().get_or_create(
            workspace_id=entry.workspace_id,
            defaults={
                "label": entry.label,
                "organization_id": entry.organization_id,
                "managed": True,
            },
        )
        if not created and (row.from_environment or row.managed):
            raise AlreadyThereError(row)
        row.managed, row.label = True, entry.label
        row.organization_id = entry.organization_id or row.organization_id
        row.save()
    audit.note("workspace-added", by=by, workspace=row.workspace_id, label=row.label)
    return row


def rename(workspace: Workspace, label: str, *, shown: str, by: Actor) -> None:
    """Call a workspace something else than ``shown``; raises RenamedError, NotManagedError."""
    mine = Workspace.objects.filter(pk=workspace.pk, managed=True, from_environment=False)
    if not mine.filter(label__in=(shown, label)).update(label=label):
        workspace.refresh_from_db()
        raise RenamedError(workspace) if mine.exists() else NotManagedError(workspace)
    audit.note(
        "workspace-renamed", by=by, workspace=workspace.workspace_id, label=label, before=shown
    )


def remove(workspace: Workspace, *, by: Actor) -> None:
    """Let nobody open a workspace any more; what was recorded stays. Raises NotManagedError."""
    mine = Workspace.objects.filter(pk=workspace.pk, managed=True, from_environment=False)
    if not mine.update(managed=False):
        workspace.refresh_from_db()
        raise NotManagedError(workspace)
    audit.note("workspace-removed", by=by, workspace=workspace.workspace_id, label=workspace.label)


def hidden(workspace: Workspace, through: Iterable[Key]) -> Hidden:
    """Return what would be hidden, of what is seen through these keys."""
    seen = Account.objects.filter(
        source__workspace=workspace, source__key__in=list(through), gone_at=None
    )
    calendars = Calendar.objects.filter(account__in=seen, gone_at=None)
    return Hidden(
        accounts=seen.values("integration_id").distinct().count(),
        calendars=calendars.values("calendar_id").distinct().count(),
        changes=Change.objects.filter(workspace_id=workspace.workspace_id).count(),
    )
