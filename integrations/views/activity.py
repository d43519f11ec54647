"""Activity: the record of changes, as far as this person may see it."""

from codecs import BOM_UTF8
from itertools import chain

from django.conf import settings
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.forms.filters import ActivityFilter
from integrations.models import Change
from integrations.services import activity, activity_csv, changes
from integrations.views import activity_rows, listing


@access.requires(Role.VIEWER)
def index(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: a sentence for each change, the newest first; filter and search in the URL."""
    everything = access.changes(request, workspace_id)
    request.looks_at_all = True
    changes.release_lost()
    form = _form(request, everything)
    found = _filtered(request, everything, form).order_by(*activity.NEWEST)
    page: Page[Change] = listing.paged(request, found.only("pk"))
    context = {
        "nav": "activity",
        "filter": form,
        "chips": listing.chips(request, form),
        "page": page,
        "rows": activity_rows.flat_rows(request, [change.pk for change in page]),
        "query": listing.query(request, without="page"),
        "anything": page.paginator.count > 0 or everything.exists(),
        "days": settings.RECORD_DAYS,
    }
    return listing.render_list(request, "activity/index.html", context)


@access.requires(Role.VIEWER)
@require_safe
def export(request: AdminRequest, workspace_id: int) -> StreamingHttpResponse:
    """GET: what the list shows with these filters, every page of it, as a CSV file.

    It begins with the mark by which spreadsheet programs know UTF-8.
    """
    everything = access.changes(request, workspace_id)
    changes.release_lost()
    found = _filtered(request, everything, _form(request, everything))
    lines = (text.encode(errors="replace") for text in activity_csv.lines(found, request.user))
    name = f"focusadmin-activity-{timezone.localdate().isoformat()}.csv"
    return StreamingHttpResponse(
        chain([BOM_UTF8], lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _form(request: AdminRequest, everything: QuerySet[Change]) -> ActivityFilter:
    people = [
        (f"{issuer} {subject}", name) for issuer, subject, name in activity.people(everything)
    ]
    return ActivityFilter(request.GET, people=people)


def _filtered(
    request: AdminRequest, found: QuerySet[Change], form: ActivityFilter
) -> QuerySet[Change]:
    chosen = listing.chosen(form)
    for name in ("action", "outcome"):
        if name in chosen:
            found = found.filter(**{name: chosen[name]})
    if "person" in chosen:
        issuer, _space, subject = chosen["person"].partition(" ")
        found = found.filter(actor_issuer=issuer, actor_subject=subject)
    if "account" in chosen:
        found = found.filter(email__icontains=chosen["account"])
    if "from" in chosen:
        found = activity.since(found, chosen["from"])
    if "to" in chosen:
        found = activity.until(found, chosen["to"])
    if "calendar" in chosen:
        found = activity.about_calendar(found, request.user, chosen["calendar"])
    if "q" in chosen:
        found = activity.matching(found, request.user, chosen["q"])
    return found
