"""The palette as flat rows for its table: strings, colours and links ready."""

from typing import Any

from django.urls import reverse

from integrations.access import AdminRequest
from integrations.services import colours, palette


def flat_rows(request: AdminRequest) -> list[dict[str, Any]]:
    """Return a dict of display values for each pair of the workspace's palette."""
    pairs = palette.of(request.workspace)
    base = reverse("palette", args=[request.workspace.workspace_id])
    return [
        {
            "code": pair.code,
            "name": pair.name,
            "background": pair.background,
            "foreground": pair.foreground,
            "ratio": colours.ratio_text(pair.contrast),
            "readable": pair.is_readable,
            "changed_at": pair.changed_at,
            "changed_by": pair.changed_by,
            "edit_url": f"{base}{pair.code}/",
            "move_url": f"{base}{pair.code}/move/",
            "is_first": at == 0,
            "is_last": at == len(pairs) - 1,
        }
        for at, pair in enumerate(pairs)
    ]
