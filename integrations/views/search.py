"""One search for accounts, calendars, people, changes: what was seen last; Focus is not asked."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.services import activity, standing, team
from integrations.views import activity_rows, people_rows, search_rows
from integrations.views.search_rows import Row

#: Rows of a group; a list with its own search has the others.
SHOWN = 8
#: What a group counts to: going through the whole record for a number is not worth the wait.
MOST = 100
#: Characters that are looked for.
LONGEST = 200
#: By the list that has all of a kind: what the kind is called, and the way there.
KINDS = {
    "accounts": (_lazy("Accounts"), _lazy("Show in the list of accounts")),
    "calendars": (_lazy("Calendars"), _lazy("Show in the list of calendars")),
    "people": (_lazy("People"), _lazy("Show in the list of people")),
    "activity": (_lazy("Changes"), _lazy("Show in the record of changes")),
}


@require_safe
@access.requires(Role.VIEWER)
def show(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: what is called so, by kind, each with a link to the list of all of its kind."""
    changes = access.changes(request, workspace_id)
    request.looks_at_all = True
    words = " ".join(request.GET.get("q", "").split())[:LONGEST]
    context: dict[str, Any] = {
        "words": words,
        "is_loaded": any(source.last_good_at for source in request.sources),
        "groups": [],
    }
    if words:
        found = activity.matching(changes, request.user, words).order_by(*activity.NEWEST)
        groups = [
            _group(request, "accounts", _accounts(request, words), search_rows.accounts),
            _group(request, "calendars", _calendars(request, words), search_rows.calendars),
            _people(request, words),
            _group(request, "activity", found.values_list("pk", flat=True), _changes),
        ]
        context["groups"] = [group for group in groups if group["rows"]]
    return render(request, "search/show.html", context)


def _accounts(request: AdminRequest, words: str) -> Any:
    found = team.accounts(request.sources, request.user).defer("raw").order_by("search", "pk")
    return found.filter(search__contains=words.casefold())


def _calendars(request: AdminRequest, words: str) -> Any:
    found = team.calendars(request.sources, request.user).select_related("account")
    return found.filter(search__contains=words.casefold()).defer("raw").order_by("search", "pk")


def _changes(request: AdminRequest, found: Iterable[Any]) -> list[Row]:
    return search_rows.changes(activity_rows.flat_rows(request, found))


def _group(
    request: AdminRequest,
    route: str,
    found: Any,
    told: Callable[[AdminRequest, Iterable[Any]], list[Row]],
) -> dict[str, Any]:
    """Return one kind of what was found; ``route`` is the list that its link leads to."""
    number = found[: MOST + 1].count()
    rows = told(request, found[:SHOWN]) if number else []
    return _told(
        route, number, rows, reverse(route, args=[request.workspace.workspace_id]), request
    )


def _people(request: AdminRequest, words: str) -> dict[str, Any]:
    """Return the people; only managers may see who there is."""
    if request.role != Role.MANAGER:
        return {"rows": []}
    found = people_rows.filtered(standing.people(request.user), {"q": words})
    rows = search_rows.people(found[:SHOWN])
    return _told("people", len(found), rows, reverse("people"), request)


def _told(
    route: str, number: int, rows: list[Row], address: str, request: AdminRequest
) -> dict[str, Any]:
    query = urlencode({"q": " ".join(request.GET.get("q", "").split())[:LONGEST]})
    title, all_of_them = KINDS[route]
    return {
        "kind": route,
        "title": title,
        "all_of_them": all_of_them,
        "number": _("more than %s") % MOST if number > MOST else str(number),
        "rows": rows,
        "href": f"{address}?{query}",
        "has_more": number > len(rows),
    }
