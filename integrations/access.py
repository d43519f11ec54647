"""Who may do what: a role named at every route, and rows fetched only where they may be seen."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, ConnectAttempt, Source, Workspace
from integrations.services import keys, workspaces
from integrations.services.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])


class Role(IntEnum):
    """What a person may be; each includes the ones before it."""

    VIEWER = 1
    EDITOR = 2
    MANAGER = 3


class AdminRequest(HttpRequest):
    """A request after the middleware: someone is signed in and the request has an id."""

    user: User
    htmx: HtmxDetails
    request_id: str
    workspace: Workspace
    source: Source


def requires(role: Role) -> Callable[[View], View]:
    """Name the role that a view needs."""

    def mark(view: View) -> View:
        view.role = role  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a view to strangers."""
    view.role = None  # type: ignore[attr-defined]
    return login_not_required(view)


def needed(view: Callable[..., Any]) -> Role | None:
    """Return the role a view needs, None for a public one; a view without one is a mistake."""
    try:
        role: Role | None = view.role  # type: ignore[attr-defined]
    except AttributeError:
        raise ImproperlyConfigured(f"{view!r} names no role; see integrations/access.py") from None
    return role


def role_of(person: User | AnonymousUser) -> Role | None:
    """Return a person's role; for now everyone who may sign in is a manager."""
    return Role.MANAGER if person.is_authenticated else None


def actor(request: AdminRequest) -> Actor:
    """Return who is asking, as it is copied onto the record."""
    role = role_of(request.user)
    return Actor(
        issuer=request.user.issuer,
        subject=request.user.subject,
        name=str(request.user),
        role=role.name.lower() if role else "",
        request_id=request.request_id,
    )


def workspace(request: AdminRequest, workspace_id: int) -> Workspace:
    """Return a workspace that people may open and make it this page's; raises Http404."""
    found = get_object_or_404(workspaces.visible(), workspace_id=workspace_id)
    request.workspace = found
    request.source = keys.source(keys.shared(), found)
    return found


def sources(request: AdminRequest) -> list[Source]:
    """Return what this person's usable keys see in the page's workspace."""
    usable = keys.usable_by(request.user)
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
        source__key__in=keys.usable_by(request.user),
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
        .filter(pk=attempt_id, person=request.user, key__in=keys.usable_by(request.user))
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
    usable = keys.usable_by(request.user).values_list("pk", flat=True)
    return get_object_or_404(Change, pk=pk, workspace_id=workspace_id, key__in=list(usable))
