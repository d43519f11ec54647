"""Who may do what: a role named at every route, and rows fetched only where they may be seen."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import (
    Account,
    Batch,
    Calendar,
    Change,
    ConnectAttempt,
    Draft,
    Key,
    Rule,
    RuleBook,
    Source,
    Workspace,
)
from integrations.services import freshness, keys, record, rule_books, team, workspaces
from integrations.services.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])


#: The methods that change nothing.
LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Characters of the reason that somebody gives for what they do.
MAX_NOTE = 500
#: The session's note of the workspace that was opened last.
LAST_WORKSPACE = "workspace"


class NotTheirsError(PermissionDenied):
    """The owner of the key does not let this person act in their name."""

    def __init__(self, key: Key) -> None:
        super().__init__(str(key))
        self.key = key


class AdminRequest(HttpRequest):
    """A request after the middleware: someone is signed in and the request has an id."""

    user: User
    #: Set by the identity middleware, for this request alone.
    role: Role | None
    client_address: str
    htmx: HtmxDetails
    request_id: str
    workspace: Workspace
    #: All that people may open.
    workspaces: list[Workspace]
    sources: list[Source]
    #: Set where a page shows what all of them see.
    looks_at_all: bool
    source: Source


def requires(role: Role, *, post: Role | None = None) -> Callable[[View], View]:
    """Name the role that a view needs, and the one for forms where that is another."""

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
        role: Role | None = view.role if method in LOOKS else view.post_role  # type: ignore[attr-defined]
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
        role=role.word if role else "",
        request_id=request.request_id,
        client_address=request.client_address,
        note=note(request),
    )


def note(request: AdminRequest) -> str:
    """Return why the person does it, as far as the form that was sent says so: one line."""
    words = " ".join(request.POST.get("note", "").split())
    return "".join(sign for sign in words if sign.isprintable())[:MAX_NOTE]


def workspace(request: AdminRequest, workspace_id: int) -> Workspace:
    """Return a workspace that people may open and make it this page's; raises Http404.

    The page's sources are what the person's keys see in it; ``request.source`` is the nearest, in
    whose name things are done until a page's account says otherwise.
    """
    request.workspaces = list(workspaces.visible())
    found = next((row for row in request.workspaces if row.workspace_id == workspace_id), None)
    if found is None:
        raise Http404
    visible = keys.with_shared(keys.visible_to(request.user, request.role).select_related("owner"))
    request.workspace = found
    request.sources = team.sources(visible, request.user, found)
    request.source = request.sources[0]
    if request.session.get(LAST_WORKSPACE) != workspace_id:
        request.session[LAST_WORKSPACE] = workspace_id
    return found


def last_workspace(request: AdminRequest) -> Workspace | None:
    """Return the workspace that the person opened last, or the only one there is."""
    found = {row.workspace_id: row for row in workspaces.visible()}
    if len(found) == 1:
        return next(iter(found.values()))
    return found.get(request.session.get(LAST_WORKSPACE, 0))


def account(request: AdminRequest, workspace_id: int, pk: int) -> Account:
    """Return an account seen through a key that this person may see through; raises Http404.

    Where the request is to do something, raises NotTheirsError unless its owner lets them.
    """
    workspace(request, workspace_id)
    found = get_object_or_404(
        Account.objects.select_related("source__key__owner", "source__workspace"),
        pk=pk,
        source__in=request.sources,
    )
    request.source = found.source
    if _acts(request) and not may_act(request, found.source.key):
        raise NotTheirsError(found.source.key)
    return found


def calendar(request: AdminRequest, workspace_id: int, pk: int, calendar_pk: int) -> Calendar:
    """Return a calendar of an account that this person may see; raises what ``account`` does."""
    owner = account(request, workspace_id, pk)
    found = get_object_or_404(
        Calendar.objects.filter(team.open_to(request.user)), pk=calendar_pk, account=owner
    )
    found.account = owner
    return found


def rule_book(request: AdminRequest, workspace_id: int) -> RuleBook:
    """Return the mapping rules of the nearest key that is for a workspace; raises Http404.

    Rules are those of a key's person, so a page shows one key's. Raises NotTheirsError as
    ``account`` does.
    """
    workspace(request, workspace_id)
    request.source = rules_source(request)
    if _acts(request) and not may_act(request, request.source.key):
        raise NotTheirsError(request.source.key)
    return rule_books.of(request.source)


def rules_source(request: AdminRequest) -> Source:
    """Return the nearest of a page's sources whose key is for its workspace."""
    within = [source for source in request.sources if not freshness.is_outside(source)]
    return (within or request.sources)[0]


def rule(request: AdminRequest, workspace_id: int, pk: int) -> Rule:
    """Return one of them; raises what ``rule_book`` does."""
    book = rule_book(request, workspace_id)
    found = get_object_or_404(Rule, pk=pk, book=book)
    found.book = book
    return found


def attempt(request: AdminRequest, attempt_id: str) -> ConnectAttempt:
    """Return this person's own attempt; raises Http404 for another's as for none."""
    found = (
        ConnectAttempt.objects.select_related("change", "key__owner", "workspace", "target")
        .filter(pk=attempt_id, person=request.user)
        .filter(key__in=keys.usable_by(request.user, request.role))
        .first()
    )
    if found is None:
        raise Http404
    workspace(request, found.workspace.workspace_id)
    request.source = keys.source(found.key, found.workspace)
    found.key = request.source.key  # read again: it may have been replaced since the person left
    return found


def changes(request: AdminRequest, workspace_id: int) -> QuerySet[Change]:
    """Return a workspace's changes that were made through keys this person may see through.

    What was done through a key that is no longer there is the managers' to see, unless it was its
    owner's alone. Raises Http404.
    """
    workspace(request, workspace_id)
    return Change.objects.filter(seen(request), workspace_id=workspace_id)


def change(request: AdminRequest, workspace_id: int, pk: str) -> Change:
    """Return one of the changes that this person may see; raises Http404."""
    found = get_object_or_404(changes(request, workspace_id), pk=pk)
    seen = {source.key_id: source for source in request.sources}
    request.source = seen.get(found.key, request.source)
    return found


def draft(request: AdminRequest, workspace_id: int, draft_id: UUID) -> Draft:
    """Return this person's own draft; raises Http404 for another's as for none."""
    workspace(request, workspace_id)
    request.looks_at_all = True
    return get_object_or_404(
        Draft.objects.select_related("batch"),
        pk=draft_id,
        person=request.user,
        workspace=request.workspace,
    )


def batch(request: AdminRequest, workspace_id: int, batch_id: UUID) -> Batch:
    """Return a batch that this person made, or of which they may see a change; raises Http404."""
    workspace(request, workspace_id)
    request.looks_at_all = True
    found = get_object_or_404(Batch, pk=batch_id, workspace_id=workspace_id)
    if not changes_of(request, found).exists():
        raise Http404
    return found


def changes_of(request: AdminRequest, batch: Batch) -> QuerySet[Change]:
    """Return the changes of a batch that this person may see: as with a single one, or all."""
    found = Change.objects.filter(batch=batch)
    return found if is_mine(request, batch) else found.filter(seen(request))


def is_mine(request: AdminRequest, batch: Batch) -> bool:
    """Say whether this person has confirmed a batch."""
    return (batch.actor_issuer, batch.actor_subject) == (request.user.issuer, request.user.subject)


def may_act(request: AdminRequest, key: Key) -> bool:
    """Say whether this person may write through a key, as far as its owner is concerned."""
    return keys.is_usable_by(request.user, request.role, key)


def seen(request: AdminRequest) -> Q:
    """Return the condition for changes that the person may see."""
    through = Q(key__in=[source.key_id for source in request.sources])
    return through | record.by_removed_key() if request.role == Role.MANAGER else through


def _acts(request: AdminRequest) -> bool:
    """Say whether the request's view needs more than to be allowed to look."""
    match = request.resolver_match
    return match is not None and (needed(match.func, request.method) or 0) > Role.VIEWER
