"""The preview of everything that is done to many calendars at once, and its confirmation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access, tasks
from integrations.access import AdminRequest
from integrations.models import Draft
from integrations.services import drafts, palette
from integrations.services.drafts import Looker, MovedError, NothingToDoError
from integrations.services.plans import Plan
from integrations.views import draft_words, finding, listing, planned, selected
from integrations.views.looking import Look, look_all


@access.requires(Role.EDITOR)
def preview(request: AdminRequest, workspace_id: int, draft_id: UUID) -> HttpResponse:
    """GET: what the draft would do at this moment, calendar by calendar."""
    draft = access.draft(request, workspace_id, draft_id)
    if draft.batch is not None:
        return redirect("batch", workspace_id, draft.batch.pk)
    if draft.kind == drafts.Kind.EDIT and not draft.fields:
        return redirect("bulk-fields", workspace_id, draft.pk)
    seen = look_all(request)
    return _page(request, draft, drafts.preview(draft, _looker(request)), look=seen)


@require_POST
@access.requires(Role.EDITOR)
def run(request: AdminRequest, workspace_id: int, draft_id: UUID) -> HttpResponse:
    """POST: begin what this very preview has shown, or show what it has become since."""
    draft = access.draft(request, workspace_id, draft_id)
    looker, before = _looker(request), draft.shown
    is_as_shown = request.POST.get("digest") == planned.digest(before)
    if draft.batch is None and not (is_as_shown and _moved(request, draft) == (0, 0)):
        return _page(request, draft, drafts.preview(draft, looker), before=before)
    try:
        batch = drafts.confirm(draft, looker, by=access.actor(request))
    except (MovedError, NothingToDoError):
        return _page(request, draft, drafts.preview(draft, looker), before=before)
    tasks.hand_over(batch.parts.filter(finished_at=None))
    return redirect("batch", workspace_id, batch.pk)


@require_POST
@access.requires(Role.EDITOR)
def reselect(request: AdminRequest, workspace_id: int, draft_id: UUID) -> HttpResponse:
    """POST: take what matches the filter now (``take``), or keep what was selected."""
    draft = access.draft(request, workspace_id, draft_id)
    if draft.batch is None and draft.is_whole_filter:
        take = "take" in request.POST
        pks = finding.matching(request, draft.back) if take else map(int, draft.wishes)
        drafts.reselect(draft, pks, whole_filter=take)
        if not draft.wishes:
            messages.warning(request, _("Nothing matches these filters any more."))
            return redirect(listing.calendars_at(workspace_id, draft.back))
    return redirect("draft-preview", workspace_id, draft.pk)


def _page(
    request: AdminRequest,
    draft: Draft,
    plan: Plan,
    *,
    look: Look | None = None,
    before: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a plan; with ``before``, what an earlier preview showed, a run was refused for it."""
    page = listing.paged(request, planned.in_order(plan))
    more, less = _moved(request, draft)
    context = {
        "nav": "calendars",
        "draft": draft,
        "seen": look,
        "words": draft_words.of(draft, plan),
        "is_edit": draft.kind == drafts.Kind.EDIT,
        "page": page,
        "query": listing.query(request, without="page"),
        "rows": planned.step_rows(list(page), request, palette.names(request.workspace)),
        "bills": planned.bills(plan, request.user),
        "broken": planned.broken_accounts(plan),
        "blocked": planned.blocked_rows(plan, request),
        "unnamed": planned.unnamed(plan),
        "unchanged": selected.by_account([row.pk for row in plan.unchanged], request.user),
        "unchanged_count": len(plan.unchanged),
        "missing": draft.missing,
        "selected_count": len(draft.wishes),
        "more": more,
        "less": less,
        "refused": before is not None,
        "moved": planned.what_moved(before, plan, request.user) if before else [],
        "note": access.note(request) or draft.note,
        "digest": planned.digest(plan.shown),
        "list_url": listing.calendars_at(draft.workspace.workspace_id, draft.back),
    }
    return render(
        request, "drafts/preview.html", context, status=409 if before is not None else 200
    )


def _moved(request: AdminRequest, draft: Draft) -> tuple[int, int]:
    """Return how many calendars match now that were not selected, and the reverse."""
    if not draft.is_whole_filter:
        return (0, 0)
    return drafts.moved(draft, finding.matching(request, draft.back))


def _looker(request: AdminRequest) -> Looker:
    return Looker(request.user, request.role, request.sources)
