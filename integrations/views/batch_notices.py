"""One's own batches on every page: a quiet link while they run, and once that they are finished."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from integrations.access import AdminRequest
from integrations.models import Batch, Change
from integrations.services import batches
from integrations.views import batch_rows, progress


@dataclass(frozen=True)
class BatchNotice:
    """A line about one batch, and where it is."""

    text: str
    href: str
    is_finished: bool
    is_good: bool


def notice(request: HttpRequest) -> dict[str, Any]:
    """Return the lines, made when the page shows them: what is never shown was not told."""
    return {"batch_notices": SimpleLazyObject(lambda: _notices(cast(AdminRequest, request)))}


def _notices(request: AdminRequest) -> list[BatchNotice]:
    user = getattr(request, "user", None)
    is_part = bool(getattr(request, "htmx", None)) or request.method == "HEAD"
    if user is None or not user.is_authenticated or is_part:
        return []
    untold = batches.made_by(request.user).filter(told_at=None).order_by("-created_at")
    told = [(batch, _href(batch)) for batch in untold]
    return [
        _finished(batch, href) if batch.finished_at else _running(batch, href)
        for batch, href in told
        if href != request.path and (batch.finished_at is None or batches.tell(batch))
    ]


def _running(batch: Batch, href: str) -> BatchNotice:
    text = f"{batch.get_kind_display()}: {progress.of(batch).sentence}"
    return BatchNotice(text, href, is_finished=False, is_good=True)


def _finished(batch: Batch, href: str) -> BatchNotice:
    counts = batch_rows.counts(Change.objects.filter(batch=batch))
    outcomes = ", ".join(f"{number} {batch_rows.COUNTED[name]}" for name, number in counts.items())
    text = _("%(kind)s finished: %(outcomes)s.") % {
        "kind": batch.get_kind_display(),
        "outcomes": outcomes,
    }
    return BatchNotice(text, href, is_finished=True, is_good=counts.keys() <= {"saved", "already"})


def _href(batch: Batch) -> str:
    return reverse("batch", args=[batch.workspace_id, batch.pk])
