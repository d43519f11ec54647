"""The workspaces: those that the environment lists, and those that managers added."""

from django.conf import settings
from django.db.models import Q, QuerySet

from integrations.models import Workspace


def sync() -> None:
    """Bring the rows in line with FOCUS_WORKSPACES; what is not listed stays for the record."""
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
