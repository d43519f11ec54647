"""The overview: what needs somebody, in one queue, and what was put aside of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.services import credentials, dismissals
from integrations.services.needs import Kind, Need
from integrations.views import listing, queue
from integrations.views.lines import Line
from integrations.views.looking import TeamLook, look_all
from integrations.views.need_lines import line
from integrations.views.words import Text

#: As many lines of a kind are shown beside the others.
CAP = 5
#: What prevents a look and is a key's need.
KEY_CODES = {
    focus.CredentialsError.code,
    credentials.UnreadableKeyError.code,
    credentials.ExpiredKeyError.code,
    credentials.DoubtedKeyError.code,
}


@dataclass(frozen=True)
class Group:
    """The needs of one kind, and the lines of those that are shown."""

    kind: Kind
    total: int
    lines: list[Line]

    @property
    def title(self) -> Text:
        """What the kind is called."""
        return self.kind.label

    @property
    def is_whole(self) -> bool:
        """Whether all of them are shown."""
        return self.total == len(self.lines)


@access.requires(Role.VIEWER)
def index(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: what needs somebody, by urgency; with ``kind`` in the URL all of one kind, by pages."""
    access.workspace(request, workspace_id)
    look = look_all(request)
    found = queue.read(request)
    seen = _without_keys(look) if any(need.kind == Kind.KEY for need in found.waiting) else look
    context: dict[str, Any] = {
        "nav": "overview",
        "seen": seen,
        "total": len(found.waiting),
        "dismissed": len(found.dismissed),
        "is_empty": not found.has_accounts,
        # What keys need is among the lines.
        "key_notices": [],
    }
    kind = next((kind for kind in Kind if kind == request.GET.get("kind")), None)
    if kind is not None:
        mine = _of(found.waiting, kind)
        page: Page[Need] = listing.paged(request, mine)
        group = _group(request, kind, mine, list(page))
        context |= {"group": group, "page": page, "query": listing.query(request, without="page")}
        return render(request, "overview/kind.html", context)
    of_kinds = {kind: _of(found.waiting, kind) for kind in Kind}
    context["groups"] = [
        _group(request, kind, mine, mine[:CAP]) for kind, mine in of_kinds.items() if mine
    ]
    return render(request, "overview/index.html", context)


@access.requires(Role.VIEWER)
def dismissed(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: what was put aside and has not changed since, by whom and when."""
    access.workspace(request, workspace_id)
    request.looks_at_all = True
    page = listing.paged(request, queue.read(request).dismissed)
    context = {
        "nav": "overview",
        "page": page,
        "query": listing.query(request, without="page"),
        "lines": [(line(request, need), row) for need, row in page],
    }
    return render(request, "overview/dismissed.html", context)


@access.requires(Role.EDITOR)
@require_POST
def dismiss(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """POST: put a line aside until it says something else, for the whole team."""
    access.workspace(request, workspace_id)
    need = _named(request)
    if need is None:
        messages.info(request, _("This line has changed meanwhile, so it was not dismissed."))
    else:
        dismissals.dismiss(need, request.workspace, by=access.actor(request))
        messages.success(request, _("Dismissed until it changes."))
    return redirect(listing.safe_next(request, reverse("overview", args=[workspace_id])))


@access.requires(Role.EDITOR)
@require_POST
def show_again(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """POST: bring back a line that was put aside."""
    access.workspace(request, workspace_id)
    need = _named(request)
    if need is None:
        messages.info(request, _("This line has changed meanwhile, so it is shown again anyway."))
    else:
        dismissals.show_again(need, request.workspace, by=access.actor(request))
        messages.success(request, _("Shown on the overview again."))
    return redirect("overview-dismissed", workspace_id)


def _named(request: AdminRequest) -> Need | None:
    """Return the need that a form names, if this person sees it and it says what it said."""
    wanted = {name: request.POST.get(name, "") for name in ("kind", "subject", "fingerprint")}
    for need in queue.read(request).needs:
        if (need.kind, need.subject) == (wanted["kind"], wanted["subject"]):
            return need if need.fingerprint == wanted["fingerprint"] else None
    return None


def _without_keys(look: TeamLook) -> TeamLook:
    """Leave out what the lines of the keys say already, and say at greater length."""
    return replace(
        look,
        failure=None if look.code in KEY_CODES else look.failure,
        troubles=tuple(one for one in look.troubles if one.code not in KEY_CODES),
    )


def _of(found: Sequence[Need], kind: Kind) -> list[Need]:
    return [need for need in found if need.kind == kind]


def _group(request: AdminRequest, kind: Kind, mine: Sequence[Need], shown: Sequence[Need]) -> Group:
    return Group(kind, len(mine), [line(request, need) for need in shown])
