"""Pages for what went wrong, one per cause."""

import re
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from integrations import focus
from integrations.access import AdminRequest
from integrations.views.failures import KEY_NOT_READY, Failure, failure

#: Names of fields whose values are never drawn again.
_SECRET = re.compile("password|secret|token", re.IGNORECASE)


def focus_page(
    request: AdminRequest, error: focus.FocusError, *, retry_url: str | None = None
) -> HttpResponse:
    """Return the page for an error of Focus; it asks nobody anything."""
    return _page(
        request,
        failure(error),
        trace_id=error.trace_id,
        request_line=error.request,
        resets_at=getattr(error, "resets_at", None),
        retry_url=retry_url,
        status=error.status,
    )


def not_ready(request: AdminRequest) -> HttpResponse:
    """Return the page for a write through a key that is not known to be the same person's yet."""
    return _page(request, KEY_NOT_READY)


def _page(request: AdminRequest, told: Failure, **details: Any) -> HttpResponse:
    back = reverse("home")
    if hasattr(request, "workspace"):
        back = reverse("accounts", args=[request.workspace.workspace_id])
    context: dict[str, Any] = {
        "title": told.title,
        "sentence": told.sentence,
        "advice": told.advice,
        "trace_id": "",
        "request_line": "",
        "resets_at": None,
        "status": None,
        "request_id": request.request_id,
        "back_url": back,
        **details,
    }
    if not context.get("retry_url"):
        context["retry_url"] = request.get_full_path() if request.method == "GET" else None
    return render(request, "errors/focus.html", context, status=told.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was too old; what was typed can be sent again when it came from our page.

    Not by somebody else than who typed it: they would do it in their own name, unseen.
    """
    ours = request.headers.get("Origin") == settings.PUBLIC_URL
    theirs = request.user.is_authenticated and not getattr(request, "was_anothers", False)
    context = {"again": _typed(request) if ours and theirs else []}
    return render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)


def signed_out(request: HttpRequest) -> HttpResponse:
    """Answer a form that was sent after the session's end: nothing was done, nothing is lost."""
    context = {"again": _typed(request), "sign_in_url": reverse("sign-in")}
    return render(request, "errors/signed_out.html", context, status=HTTPStatus.FORBIDDEN)


def wrong_method(request: HttpRequest) -> HttpResponse:
    """Answer an address that only takes forms."""
    return render(request, "errors/405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed, to be sent again; never a token, a password or a key."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not _SECRET.search(name)
    ]
