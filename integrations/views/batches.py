"""A batch at work and its result, and what can be done to it: stop, undo, retry."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Batch, Change
from integrations.services import batches, changes, retrying, undoing
from integrations.views import batch_again, batch_rows, draft_words, listing, progress
from integrations.views.permissions import why_not


@access.requires(Role.VIEWER)
def show(request: AdminRequest, workspace_id: int, batch_id: UUID) -> HttpResponse:
    """GET: how far a batch has come, and what came of each of its changes."""
    changes.release_lost()
    batch = access.batch(request, workspace_id, batch_id)
    seen = access.changes_of(request, batch)
    counts = batch_rows.counts(seen)
    page: Page[Change] = listing.paged(request, _chosen(request, seen))
    how_far = progress.of(batch)
    context = {
        "nav": "calendars",
        "batch": batch,
        "title": draft_words.title(batch, how_far.total),
        "progress": how_far,
        "waiting": progress.waiting(batch) if batch.parts.count() > 1 else [],
        "is_running": batch.finished_at is None,
        "filters": _filters(request, counts),
        "unseen": how_far.total - sum(counts.values()),
        "page": page,
        "query": listing.query(request, without="page"),
        "rows": batch_rows.flat_rows(request, list(page)),
        "can_stop": batch.finished_at is None and batch.stopped_at is None,
        "why_not_stop": _why_not_stop(request, batch),
        "is_mine": access.is_mine(request, batch),
        "again": batch_again.of(request, batch, seen),
        "list_url": listing.calendars_at(workspace_id, batch.back),
    }
    if access.is_mine(request, batch):
        batches.tell(batch)
    return listing.render_list(request, "batches/show.html", context)


@require_POST
@access.requires(Role.EDITOR)
def stop(request: AdminRequest, workspace_id: int, batch_id: UUID) -> HttpResponse:
    """POST: let nothing more of a batch be sent."""
    batch = access.batch(request, workspace_id, batch_id)
    why = _why_not_stop(request, batch)
    if why:
        raise PermissionDenied(why)
    batches.stop(batch, by=access.actor(request))
    return redirect("batch", workspace_id, batch.pk)


@require_POST
@access.requires(Role.EDITOR)
def undo(request: AdminRequest, workspace_id: int, batch_id: UUID) -> HttpResponse:
    """POST: draft that all that a batch has done is undone, and show what that changes."""
    batch = access.batch(request, workspace_id, batch_id)
    due = undoing.undoable(access.changes_of(request, batch))
    return batch_again.drafted(request, batch, due, undoing.undo_all)


@require_POST
@access.requires(Role.EDITOR)
def retry(request: AdminRequest, workspace_id: int, batch_id: UUID) -> HttpResponse:
    """POST: draft that what failed in a batch is tried again, and show what that changes."""
    batch = access.batch(request, workspace_id, batch_id)
    due = retrying.retryable(batch, access.changes_of(request, batch))
    return batch_again.drafted(request, batch, due, retrying.retry)


def _why_not_stop(request: AdminRequest, batch: Batch) -> str:
    """Return why this person may not stop a batch; empty for whoever may."""
    if access.is_mine(request, batch) or request.role == Role.MANAGER:
        return why_not(request, Role.EDITOR)
    return _("Only %(who)s, who started it, or a manager can stop it.") % {"who": batch.actor_name}


def _chosen(request: AdminRequest, seen: QuerySet[Change]) -> QuerySet[Change]:
    condition, _tone, _label = batch_rows.STATES.get(request.GET.get("show", ""), _EVERYTHING)
    return seen.filter(condition).order_by("email", "calendar_name", "position")


#: What is shown without a filter.
_EVERYTHING = (Q(), "", "")


def _filters(request: AdminRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return a link for each outcome that there is; the one in force leads back to all."""
    found = []
    for name, number in counts.items():
        _condition, tone, label = batch_rows.STATES[name]
        is_current = request.GET.get("show") == name
        found.append(
            {
                "href": request.path
                + listing.alone(request, **({} if is_current else {"show": name})),
                "tone": tone,
                "text": f"{number} {label}",
                "is_current": is_current,
            }
        )
    return found
