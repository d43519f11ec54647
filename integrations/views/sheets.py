"""Calendars' settings as a file: the list exported, and a file imported."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.forms.sheets import SheetForm
from integrations.models import Draft
from integrations.services import drafts, sheet_wishes, sheets, team
from integrations.services.sheet_problems import SheetError
from integrations.views import finding, listing
from integrations.views.looking import look_all

#: Without it Excel reads the file in another encoding.
MARK = "\ufeff"
DOCUMENTED = "docs/settings-file.md"


@require_safe
@access.requires(Role.VIEWER)
def export(request: AdminRequest, workspace_id: int) -> HttpResponseBase:
    """GET: the settings of what the list's query finds, as a file."""
    access.workspace(request, workspace_id)
    if not look_all(request).loaded:
        return redirect(listing.calendars_at(workspace_id, request.GET.urlencode()))
    found = finding.find(request, request.GET).matching
    response = StreamingHttpResponse(
        (line.encode() for line in (MARK, *sheets.lines(found, named_by=request.sources))),
        content_type="text/csv; charset=utf-8",
    )
    name = f"focusadmin-{workspace_id}-calendars-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@access.requires(Role.EDITOR)
def upload(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: choose a file; POST: what is wrong with it, or the preview of what it comes to."""
    access.workspace(request, workspace_id)
    sent = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if sent else SheetForm()
    refused: SheetError | None = None
    if sent and form.is_valid():
        look_all(request)
        try:
            draft = _draft(request, form.content)
        except SheetError as error:
            form.refuse(error)
            refused = error
        else:
            return redirect("draft-preview", workspace_id, draft.pk)
    query = request.GET.urlencode()
    context = {
        "nav": "calendars",
        "form": form,
        "problems": refused.problems if refused else [],
        "more": refused.more if refused else 0,
        "documented": DOCUMENTED,
        "list_url": listing.calendars_at(workspace_id, query),
        "export_url": f"{reverse('calendars-export', args=[workspace_id])}?{query}",
    }
    return render(request, "sheets/upload.html", context)


def _draft(request: AdminRequest, content: bytes) -> Draft:
    """Return what a file wishes for, to be previewed; raises SheetError."""
    found = team.calendars(request.sources, request.user)
    wishes = sheet_wishes.read(content, found, request.workspace.workspace_id)
    return drafts.wish(
        request.user,
        request.workspace,
        drafts.Kind.IMPORT,
        wishes,
        back=request.GET.urlencode(),
    )
