"""What every page's header shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from integrations.services import keys, workspaces


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the workspace, whose key, what is left of its quota, and the operator's notice."""
    context: dict[str, Any] = {"notice": settings.NOTICE, "notice_url": settings.NOTICE_URL}
    workspace = getattr(request, "workspace", None)
    if workspace is not None:
        source = request.source  # type: ignore[attr-defined]
        context |= {
            "workspace": workspace,
            "workspaces_count": workspaces.visible().count(),
            "key_label": str(source.key),
            "quota": keys.quota(source),
        }
    return context
