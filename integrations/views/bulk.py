"""Bulk edits: which calendars, and what they shall get."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.forms.bulk import BulkForm
from integrations.models import Draft
from integrations.services import colours, drafts, plans
from integrations.views import filling, finding, listing, picking, selected


@require_POST
@access.requires(Role.EDITOR)
def select(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """POST: freeze the ticked calendars, or with ``all`` every one that the list's query finds.

    With ``readable`` these are previewed at once, with readable text.
    """
    access.workspace(request, workspace_id)
    query = request.POST.get("query", "")
    readable = "readable" in request.POST
    whole = readable or "all" in request.POST
    pks = finding.matching(request, query) if whole else _ticked(request)
    if not pks:
        messages.warning(request, _nothing(whole=whole))
        return redirect(listing.calendars_at(workspace_id, query))
    draft = drafts.select(request.user, request.workspace, pks, back=query, whole_filter=whole)
    if readable:
        drafts.choose(draft, {"foreground_color": plans.READABLE}, "")
        return redirect("draft-preview", workspace_id, draft.pk)
    return redirect("bulk-fields", workspace_id, draft.pk)


@access.requires(Role.EDITOR)
def fields(request: AdminRequest, workspace_id: int, draft_id: UUID) -> HttpResponse:
    """GET: choose what the selected calendars shall get; POST: keep it and preview it."""
    draft = access.draft(request, workspace_id, draft_id)
    if draft.batch is not None:
        return redirect("batch", workspace_id, draft.batch.pk)
    if draft.kind != drafts.Kind.EDIT:
        return redirect("draft-preview", workspace_id, draft.pk)
    form = BulkForm(request.POST or None, chosen=draft.fields, note=draft.note)
    if picking.is_asked(request):
        typed = picking.filled_and_chosen(request)
        form = BulkForm(initial=typed, chosen=draft.fields, note=draft.note)
        picking.focus(request, form)
    elif filling.is_asked(request):
        typed = filling.filled_and_chosen(request, filling.pairs(request))
        form = BulkForm(initial=typed, chosen=draft.fields, note=draft.note)
    elif request.method == "POST" and form.is_valid():
        drafts.choose(draft, form.wishes, access.note(request))
        return redirect("draft-preview", workspace_id, draft.pk)
    return _page(request, draft, form)


def _page(request: AdminRequest, draft: Draft, form: BulkForm) -> HttpResponse:
    background = colours.parse(form["background_color"].value())
    foreground = colours.parse(form["foreground_color"].value())
    ratio = colours.contrast(background, foreground)
    context = {
        "nav": "calendars",
        "draft": draft,
        "form": form,
        "lines": form.lines,
        "list_url": listing.calendars_at(request.workspace.workspace_id, draft.back),
        "selection": selected.of_draft(request, draft),
        "background": background,
        "foreground": foreground,
        "ratio": colours.ratio_text(ratio),
        "readable": ratio is not None and ratio >= colours.READABLE,
        "pairs": filling.pairs(request),
        "pickers": picking.pickers(request, request.source, form),
    }
    return render(request, "bulk/fields.html", context)


def _ticked(request: AdminRequest) -> list[int]:
    """Return the ticked calendars that this person sees, in the order of the list."""
    ticked = request.POST.getlist("calendar")
    wanted = {int(text) for text in ticked if re.fullmatch("[0-9]{1,18}", text)}
    seen = finding.seen(request, wanted)
    if len(seen) < len(wanted):
        gone = ngettext(
            "%(count)s of the selected calendars is no longer there.",
            "%(count)s of the selected calendars are no longer there.",
            len(wanted) - len(seen),
        )
        messages.warning(request, gone % {"count": len(wanted) - len(seen)})
    return seen


def _nothing(*, whole: bool) -> str:
    if whole:
        return _("Nothing matches these filters any more, so nothing was selected.")
    return _("Tick at least one calendar first.")
