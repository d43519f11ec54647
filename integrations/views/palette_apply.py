"""A pair of the palette given to calendars: chosen by a filter, previewed, done as a batch."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Draft
from integrations.services import drafts, palette
from integrations.services.palette import Look, Pair
from integrations.views import finding, listing, palette_rows, selected
from integrations.views.looking import look_all

#: How many of the colours in use are offered as links, the most used first.
OFFERED = 12


@dataclass(frozen=True)
class InUse:
    """A background that calendars have now, and the link that chooses them."""

    background: str
    name: str
    number: int
    href: str
    is_chosen: bool


@access.requires(Role.EDITOR)
def apply(request: AdminRequest, workspace_id: int, code: str) -> HttpResponse:
    """GET: which calendars shall get a pair; POST: draft it for all that match, and preview it."""
    access.workspace(request, workspace_id)
    pair = palette_rows.pair(request, code)
    if request.method == "POST":
        return _drafted(request, pair)
    seen = look_all(request)
    found = finding.find(request, request.GET)
    chips = listing.chips(request, found.form)
    matching = finding.matching(request, request.GET.urlencode())
    total = found.everything.count()
    context = {
        "nav": "palette",
        "pair": pair,
        "seen": seen,
        "filter": found.form,
        "chips": chips,
        "in_use": _in_use(request),
        "total": total,
        "matching": len(matching),
        "groups": selected.by_account(matching, request.user),
        "query": request.GET.urlencode(),
    }
    return listing.render_list(request, "palette/apply.html", context)


def left_over(request: AdminRequest, was: Look) -> str | None:
    """Return where a changed pair can be given to the calendars that still have its background.

    None where there is none.
    """
    query = urlencode({"colour": was.background})
    return query if finding.matching(request, query) else None


def _drafted(request: AdminRequest, pair: Pair) -> HttpResponse:
    query = request.POST.get("query", "")
    pks = finding.matching(request, query)
    if not pks:
        messages.warning(request, _("No calendar matches these filters any more."))
        here = reverse("palette-apply", args=[request.workspace.workspace_id, pair.code])
        return redirect(f"{here}?{query}" if query else here)
    draft = _draft(request, pair, pks, query)
    return redirect("draft-preview", request.workspace.workspace_id, draft.pk)


def _draft(request: AdminRequest, pair: Pair, pks: list[int], query: str) -> Draft:
    draft = drafts.select(request.user, request.workspace, pks, back=query, whole_filter=True)
    values = {"background_color": pair.background, "foreground_color": pair.foreground}
    drafts.choose(draft, values, "")
    return draft


def _in_use(request: AdminRequest) -> list[InUse]:
    """Return the backgrounds that calendars have now, by how many have them."""
    names = palette.backgrounds(request.workspace)
    used = palette_rows.backgrounds(request).most_common(OFFERED)
    return [
        InUse(
            background=background,
            name=names.get(background, ""),
            number=number,
            href=f"?{urlencode({'colour': background})}",
            is_chosen=request.GET.get("colour") == background,
        )
        for background, number in used
    ]
