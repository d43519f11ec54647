"""What every request passes: health, an id, the role of its route, and one place for errors."""

import logging
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, cast

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRefresh
from django_prometheus.middleware import PrometheusAfterMiddleware

from integrations import access
from integrations.focus import FocusError
from integrations.services import readiness
from integrations.services.changes import KeyNotReadyError
from integrations.views import errors, metrics, refusals
from integrations.views.permissions import RoleNeededError

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers /healthz, /readyz, /metrics before Host, https and session: probes come by address.

    A worker that is missing leaves /readyz at 200: pages are served without one, and a balancer
    would take every machine out at once. ``?require=worker`` is for whoever is to be told of it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return _plain(["ok"])
        if request.path == "/readyz":
            found = readiness.look()
            wanted = found.notes if request.GET.get("require") == "worker" else ()
            if found.problems or wanted:
                return _plain([*found.problems, *found.notes], HTTPStatus.SERVICE_UNAVAILABLE)
            return _plain(["ok", *found.notes])
        if request.path == "/metrics":
            return metrics.answer(request)
        return self.get_response(request)


class PageMetricsMiddleware(PrometheusAfterMiddleware):  # type: ignore[misc]  # it has no types
    """Counts and times pages by view; a method is one of HTTP's, whatever a stranger sends."""

    def label_metric(self, metric: Any, request: HttpRequest, *args: Any, **labels: Any) -> Any:
        """Return the metric with its labels."""
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, *args, **labels)


def _plain(lines: Iterable[str], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    text = "".join(f"{line}\n" for line in lines)
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(
        text, content_type="text/plain; charset=utf-8", status=status, headers=headers
    )


class RequestIdMiddleware:
    """Gives each request an id, for the record, the log and the error pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        cast(access.AdminRequest, request).request_id = request_id
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends strangers to the sign-in; a form that they sent is not thrown away."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> Any:  # the stubs know of a redirect only
        """Return the sign-in, or for a form the page that keeps what was typed."""
        if request.method == "POST" and request.POST:
            return errors.signed_out(request)
        return super().handle_no_permission(request, view_func)


class AccessMiddleware:
    """Refuses a person whose role is below the one that the route names.

    A part of a page that is asked for after the session's end loads the whole page instead, which
    leads to the sign-in: htmx would follow the redirect and find nothing to show.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if cast(access.AdminRequest, request).htmx and response.status_code == HTTPStatus.FOUND:
            return HttpResponseClientRefresh()
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            allowed = response["Allow"]
            response = errors.wrong_method(request)
            response["Allow"] = allowed
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Let the request pass, or answer with the page that says why not."""
        needed = access.needed(view, request.method)
        role = access.role_of(request)
        if needed is not None and (role is None or role < needed):
            return refusals.forbidden(request, RoleNeededError(needed))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what a view refused; None for everything else."""
        if isinstance(exception, PermissionDenied):
            return refusals.forbidden(request, exception)
        return None


class FocusErrorMiddleware:
    """Turns an error that no view could help with into a page; it calls no API."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for an error that concerns a key or Focus, None for everything else."""
        if isinstance(exception, KeyNotReadyError):
            return errors.not_ready(cast(access.AdminRequest, request))
        if not isinstance(exception, FocusError):
            return None
        noted = {"trace": exception.trace_id or ""}
        logger.warning("focus code=%s request=%s", exception.code, exception.request, extra=noted)
        return errors.focus_page(cast(access.AdminRequest, request), exception)
