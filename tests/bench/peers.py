"""What the product is measured against: Django's admin, an afternoon's page, bare calls."""

from http import HTTPStatus
from typing import Any

import requests
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import RequestFactory, override_settings
from django.urls import path

from integrations.models import Calendar
from tests.bench.upstream import Upstream

AFTERNOON = Engine().from_string(
    """<!DOCTYPE html><html><head><title>Calendars</title></head><body><table>
{% for account in accounts %}{% for calendar in account.calendars %}<tr>
<td><a href="/accounts/{{ account.calendar_integration_id }}/">{{ calendar.name }}</a></td>
<td>{{ account.email }} ({{ account.provider }})</td>
<td style="background: {{ calendar.background_color }}">{{ calendar.background_color }}</td>
<td>{{ calendar.foreground_color }}</td><td>{{ calendar.selected }}</td>
<td>{{ calendar.default_workspace_id }} {{ calendar.default_project_id }}
{{ calendar.default_planned_task_id }}</td></tr>{% endfor %}{% endfor %}</table></body></html>"""
)


class Open(AdminSite):
    """Lets everybody in: signing in is not what is measured."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Say yes."""
        return True


class Changelist(ModelAdmin[Calendar]):
    """The columns of our own list."""

    list_display = (
        "name",
        "account",
        "background_color",
        "foreground_color",
        "contrast",
        "selected",
        "default_workspace_id",
        "default_project_id",
        "default_planned_task_id",
    )
    list_per_page = 100
    list_select_related = ("account",)

    def has_view_permission(self, *_args: Any, **_named: Any) -> bool:
        """Say yes."""
        return True

    has_change_permission = has_add_permission = has_delete_permission = has_view_permission
    has_module_permission = has_view_permission


site = Open()
site.register(Calendar, Changelist)


def naive(request: HttpRequest) -> HttpResponse:
    """Ask for everything on each view, loop over it in a template; for whoever is signed in."""
    if not request.user.is_authenticated:
        return HttpResponse("Sign in.", status=HTTPStatus.FORBIDDEN)
    return HttpResponse(afternoon(bare(NAIVE["session"], NAIVE["focus"])))


#: Where the naive page asks.
NAIVE: dict[str, Any] = {}
urlpatterns = [path("admin/", site.urls), path("naive/", naive)]
ADMIN_LIST = "/admin/integrations/calendar/"
ADMIN = f"{ADMIN_LIST}?o=1"
#: What a browser sends with every request, and what compressed answers begin with.
PACKED = {"Accept-Encoding": "gzip"}
GZIP = b"\x1f\x8b"


class AdminAddresses:
    """Leads a request to the addresses above."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        request.urlconf = __name__
        return self.get_response(request)


def peers_handler() -> WSGIHandler:
    """Return the peers' pages as an application, with what the admin needs, compressed as ours."""
    needed = [
        "django.middleware.gzip.GZipMiddleware",
        f"{__name__}.AdminAddresses",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]
    with override_settings(MIDDLEWARE=needed):
        return WSGIHandler()


def page(handler: WSGIHandler, address: str, cookie: str) -> bytes:
    """Return a page's body as a server sends it to a browser, which is compressed.

    Raises AssertionError for anything else.
    """
    environ = RequestFactory(SERVER_NAME="127.0.0.1", SERVER_PORT="8000").get(
        address, headers={"cookie": f"sessionid={cookie}"} | PACKED
    )
    told: list[str] = []

    def start(status: str, _headers: Any, _error: Any = None, /) -> Any:
        told.append(status)

    answer = handler(environ.environ, start)
    try:
        body = b"".join(answer)
    finally:
        answer.close()
    assert told[0].startswith("200"), (address, told, body[:500])
    assert body.startswith(GZIP), address
    return body


def afternoon(accounts: Any) -> str:
    """Draw the page that an afternoon would write."""
    return str(AFTERNOON.render(Context({"accounts": accounts})))


def bare(session: requests.Session, focus: Upstream) -> Any:
    """Fetch and decode the list of everything."""
    answer = session.get(focus.calendars, headers=focus.authorization, timeout=30)
    assert answer.status_code == 200, answer
    return answer.json()
