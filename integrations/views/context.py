"""What every page's header shows."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from integrations import access
from integrations.access import AdminRequest
from integrations.models import Workspace
from integrations.services import keys, quotas, workspaces
from integrations.views import batch_notices, budget, words


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the workspace, whose key, what is left of its quota, and what is to be told."""
    context: dict[str, Any] = {"notice": settings.NOTICE, "notice_url": settings.NOTICE_URL}
    context |= batch_notices.notice(request)
    asked = cast(AdminRequest, request)
    workspace = getattr(asked, "workspace", None)
    if workspace is None and getattr(asked, "role", None) is not None:
        last = access.last_workspace(asked)
        context["workspace"] = last
        context["quota"] = _elsewhere(asked, last)
        context["workspaces_count"] = workspaces.visible().count()
    if workspace is not None:
        several = getattr(asked, "looks_at_all", False) and len(asked.sources) > 1
        context |= {
            "workspace": workspace,
            "workspaces_count": len(asked.workspaces),
            "key_label": _keys(len(asked.sources))
            if several
            else words.key_name(asked.source.key, asked.user),
            "quota": budget.of(quotas.of_all(asked.sources).values(), several=True)
            if several
            else budget.of([quotas.of(asked.source)]),
        }
    return context


def _elsewhere(request: AdminRequest, last: Workspace | None) -> budget.Left | None:
    """Return what the person's keys have left, on a page that belongs to no workspace.

    Where none was opened yet it is the least of all of them.
    """
    rows = quotas.in_workspace(keys.visible_to(request.user, request.role), last)
    return budget.of(rows, several=len(rows) > 1)


def _keys(count: int) -> str:
    return ngettext("%(count)s key", "%(count)s keys", count) % {"count": count}
