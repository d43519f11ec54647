"""Every need of a workspace, through whichever key it is seen: what nobody sees is none."""

from collections.abc import Iterator

from django.db.models import Q

from focusadmin.identity.models import User
from integrations.models import Source, Workspace
from integrations.services import (
    account_needs,
    batch_needs,
    calendar_needs,
    default_needs,
    kept_needs,
    key_needs,
    recolour_needs,
    workspaces,
)
from integrations.services.needs import Need


def needs(workspace: Workspace) -> Iterator[Need]:
    """Yield them as each key's owner sees them; what several keys see comes several times."""
    nobody = User(pk=0)
    numbers = list(workspaces.visible().values_list("workspace_id", flat=True))
    found = Source.objects.filter(workspace=workspace)
    sources = list(found.select_related("key__owner", "workspace"))
    yield from key_needs.find(sources)
    yield from batch_needs.find(workspace, nobody, Q())
    for source in sources:
        owner = source.key.owner or nobody
        yield from account_needs.find([source], owner)
        yield from calendar_needs.find([source], owner, numbers)
        yield from default_needs.find([source], owner)
        yield from kept_needs.find([source], owner, workspace)
        yield from recolour_needs.find([source], owner, workspace)
