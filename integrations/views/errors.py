"""Pages for what went wrong, one per cause."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from integrations import focus
from integrations.access import AdminRequest
from integrations.views.failures import failure


def focus_page(
    request: AdminRequest, error: focus.FocusError, *, retry_url: str | None = None
) -> HttpResponse:
    """Return the page for an error of Focus; it asks nobody anything."""
    told = failure(error)
    back = reverse("home")
    if hasattr(request, "workspace"):
        back = reverse("accounts", args=[request.workspace.workspace_id])
    context: dict[str, Any] = {
        "title": told.title,
        "sentence": told.sentence,
        "advice": told.advice,
        "trace_id": error.trace_id,
        "request_id": request.request_id,
        "request_line": error.request,
        "resets_at": getattr(error, "resets_at", None),
        "retry_url": retry_url or (request.get_full_path() if request.method == "GET" else None),
        "back_url": back,
        "status": error.status,
    }
    return render(request, "errors/focus.html", context, status=told.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was too old or came from elsewhere."""
    context = {"title": _("This form can no longer be used")}
    return render(request, "403_csrf.html", context, status=403)
