"""Who may do what: a role named at every route, and rows fetched only where they may be seen."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Calendar, Change, ConnectAttempt, Source, Workspace
from integrations.services import keys, workspaces
from integrations.services.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])


class AdminRequest(HttpRequest):
    """A request after the middleware: someone is signed in and the request has an id."""

    user: User
    #: Set by the identity middleware, for this request alone.
    role: Role | None
    client_address: str
    htmx: HtmxDetails
    request_id: str
    workspace: Workspace
    source: Source


def requires(role: Role, *, post: Role | None = None) -> Callable[[View], View]:
    """Name the role that a view needs, and the one for POST where that is another."""

    def mark(view: View) -> View:
        view.role, view.post_role = role, post or role  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a view to strangers."""
    view.role = view.post_role = None  # type: ignore[attr-defined]
    return login_not_required(view)


def needed(view: Callable[..., Any], method: str | None = "GET") -> Role | None:
    """Return the role a view needs, None for a public one; a view without one is a mistake."""
    try:
        role: Role | None = view.post_role if method == "POST" else view.role  # type: ignore[attr-defined]
    except AttributeError:
        raise ImproperlyConfigured(f"{view!r} names no role; see integrations/access.py") from None
    return role


def role_of(request: HttpRequest) -> Role | None:
    """Return what the person may be, by the claims of this very request; None for nobody."""
    return cast(AdminRequest, request).role


def actor(request: AdminRequest) -> Actor:
    """Return who is asking, as it is copied onto the record."""
    role = role_of(request)
    return Actor(
        issuer=request.user.issuer,
        subject=request.user.subject,
        name=str(request.user),
        role=role.name.lower() if role else "",
        request_id=request.request_id,
        client_address=request.client_address,
    )


def workspace(request: AdminRequest, workspace_id: int) -> Workspace:
    """Return a workspace that people may open and make it this page's; raises Http404."""
    found = get_object_or_404(workspaces.visible(), workspace_id=workspace_id)
    request.workspace = found
    request.source = keys.source(keys.shared(), found)
    return found


def sources(request: AdminRequest) -> list[Source]:
    """Return what this person's usable keys see in the page's workspace."""
    usable = keys.visible_to(request.user, request.role)
    return list(
        Source.objects.filter(key__in=usable, workspace=request.workspace).select_related(
            "key", "key__owner", "workspace"
        )
    )


def account(request: AdminRequest, workspace_id: int, pk: int) -> Account:
    """Return an account seen through a key that this person may use; raises Http404."""
    workspace(request, workspace_id)
    found = get_object_or_404(
        Account.objects.select_related("source__key__owner", "source__workspace"),
        pk=pk,
        source__workspace=request.workspace,
        source__key__in=keys.visible_to(request.user, request.role),
    )
    request.source = found.source
    return found


def calendar(request: AdminRequest, workspace_id: int, pk: int, calendar_pk: int) -> Calendar:
    """Return a calendar of an account that this person may see; raises Http404."""
    owner = account(request, workspace_id, pk)
    found = get_object_or_404(Calendar, pk=calendar_pk, account=owner)
    found.account = owner
    return found


def attempt(request: AdminRequest, attempt_id: str) -> ConnectAttempt:
    """Return this person's own attempt; raises Http404 for another's as for none."""
    found = (
        ConnectAttempt.objects.select_related("change", "key__owner", "workspace", "target")
        .filter(
            pk=attempt_id, person=request.user, key__in=keys.visible_to(request.user, request.role)
        )
        .first()
    )
    if found is None:
        raise Http404
    workspace(request, found.workspace.workspace_id)
    request.source = keys.source(found.key, found.workspace)
    found.key = request.source.key  # read again: it may have been replaced since the person left
    return found


def change(request: AdminRequest, workspace_id: int, pk: str) -> Change:
    """Return a change made through a key that this person may use; raises Http404."""
    workspace(request, workspace_id)
    visible = keys.visible_to(request.user, request.role).values_list("pk", flat=True)
    return get_object_or_404(Change, pk=pk, workspace_id=workspace_id, key__in=list(visible))
