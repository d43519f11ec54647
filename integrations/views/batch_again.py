"""What can be done about a batch that has ended: undo all of it, or retry what failed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.access import AdminRequest
from integrations.models import Batch, Change, Draft
from integrations.services import retrying, undoing

Kind = Batch.Kind


@dataclass(frozen=True)
class Again:
    """How many changes can be undone and tried again, and which other batches it has to do with."""

    undo: int
    retry: int
    #: How many of those that were done have an undo, done or under way.
    undone: int
    done: int
    #: {kind, who, at, url} of the batch that this one undoes or retries, and of those about it.
    earlier: dict[str, Any] | None
    later: list[dict[str, Any]]


def of(request: AdminRequest, batch: Batch, seen: QuerySet[Change]) -> Again:
    """Return what can be done about a batch; ``seen``: its changes that this person may see."""
    is_over = batch.finished_at is not None
    earlier = None
    if batch.kind in (Kind.UNDO, Kind.RETRY):
        earlier = Batch.objects.filter(pk=str(batch.about)).first()
    later = Batch.objects.filter(about=batch.pk).order_by("created_at")
    done, undoable = undoing.written(seen).count(), undoing.undoable(seen).count()
    return Again(
        undo=undoable if is_over else 0,
        retry=retrying.retryable(batch, seen).count() if is_over else 0,
        undone=done - undoable,
        done=done,
        earlier=_told(earlier) if earlier else None,
        later=[_told(row) for row in later],
    )


def drafted(
    request: AdminRequest, batch: Batch, due: QuerySet[Change], draw_up: Callable[..., Draft]
) -> HttpResponse:
    """Draft what is due of a batch that has ended, and lead to the preview."""
    here = [request.workspace.workspace_id, batch.pk]
    found = list(due.order_by("position")) if batch.finished_at is not None else []
    if not found:
        messages.info(request, _("There is nothing left to do about this."))
        return redirect("batch", *here)
    draft = draw_up(
        batch,
        found,
        person=request.user,
        workspace=request.workspace,
        sources=request.sources,
    )
    return redirect("draft-preview", here[0], draft.pk)


def _told(batch: Batch) -> dict[str, Any]:
    return {
        "kind": batch.get_kind_display(),
        "who": batch.actor_name,
        "at": batch.created_at,
        "url": reverse("batch", args=[batch.workspace_id, batch.pk]),
    }
