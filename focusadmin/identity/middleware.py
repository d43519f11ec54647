"""Who is asking, on every request: the person, their role, and where they are."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from focusadmin.identity.roles import Role

GetResponse = Callable[[HttpRequest], HttpResponse]


class IdentityMiddleware:
    """Sets ``request.role`` and ``request.client_address``."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.role = None
        if request.user.is_authenticated:
            request.role = Role.__members__.get(request.user.role.upper())
        request.client_address = request.META.get("REMOTE_ADDR", "")
        return self.get_response(request)
