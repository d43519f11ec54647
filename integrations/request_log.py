"""What the log says of requests: one line when each has ended, and on every line whose it is."""

import logging
from typing import Any, cast

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars

from integrations import access


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's middleware with our id, a person instead of a number, and no addresses.

    A path may hold the id of a trip to a calendar provider, so a page is called by its name.
    """

    def prepare(self, request: HttpRequest) -> None:
        """Begin a request's lines: what a failed one left behind in this thread is forgotten."""
        clear_contextvars()
        bind_contextvars(request_id=cast(access.AdminRequest, request).request_id)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Say who is asking, once that is known and before anything is done for them."""
        user = cast(access.AdminRequest, request).user
        if user.is_authenticated:
            bind_contextvars(person=f"{user.issuer}:{user.subject}")

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return the method and the name of the page."""
        found = request.resolver_match
        return f"{request.method} {found.view_name if found else '-'}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Do nothing: ``process_view`` has said who it is."""

    def _log_level_for_status_code(self, status_code: int) -> int:
        """Return one for all: what was refused, or failed, has a line of its own that says why."""
        return logging.INFO

    def process_got_request_exception(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: Django logs the error and its traceback."""
