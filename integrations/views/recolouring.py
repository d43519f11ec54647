"""What a refresh has recoloured: shown until somebody says which colours stay, and the answer."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Account
from integrations.services import colours, palette, recolouring, refusing
from integrations.services.recolouring import Waiting
from integrations.views import listing
from integrations.views.calendar_rows import labels


@require_POST
@access.requires(Role.EDITOR)
def decide(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """POST: with ``keep`` preview the earlier colours for what is ticked, else take the new."""
    account = access.account(request, workspace_id, pk)
    here = listing.safe_next(request, reverse("account", args=[workspace_id, pk]))
    ticked = {int(text) for text in request.POST.getlist("recolouring") if _NUMBER.match(text)}
    waiting = recolouring.waiting(account, request.user)
    chosen = [entry for entry in waiting if entry.recolouring.pk in ticked]
    if not chosen:
        messages.warning(request, _nothing(any_ticked=bool(ticked)))
        return redirect(here)
    if "keep" in request.POST:
        draft = refusing.draft(account, chosen, person=request.user)
        return redirect("draft-preview", workspace_id, draft.pk)
    number = recolouring.take(chosen, by=access.actor(request))
    told = ngettext(
        "%(count)s calendar stays as the refresh has coloured it.",
        "%(count)s calendars stay as the refresh has coloured them.",
        number,
    )
    messages.success(request, told % {"count": number})
    return redirect(here)


def told(request: AdminRequest, account: Account | None) -> dict[str, Any]:
    """Return the context of pages about an account: rows of what waits for an answer."""
    waiting = recolouring.waiting(account, request.user) if account is not None else []
    pairs: palette.Names = palette.names(request.workspace) if waiting else {}
    names = labels([entry.calendar for entry in waiting], request.user)
    return {
        "recoloured": [
            {
                "pk": entry.recolouring.pk,
                "change": entry.recolouring.change,
                "calendar_id": entry.calendar.calendar_id,
                "name": names[entry.calendar.pk],
                "before": look(entry.recolouring.before, pairs),
                "after": look(entry.recolouring.after, pairs),
                "said": _said(entry),
            }
            for entry in waiting
        ],
        "recoloured_price": len(waiting) + 1,
    }


def look(pair: Mapping[str, Any], names: palette.Names) -> dict[str, Any]:
    """Return both colours as tables show them: to be drawn, as text, and the pair's name."""
    background = colours.parse(pair["background_color"])
    foreground = colours.parse(pair["foreground_color"])
    ratio = colours.contrast(background, foreground)
    return {
        "background": background,
        "foreground": foreground,
        "background_text": pair["background_color"] or _("none"),
        "foreground_text": pair["foreground_color"] or _("none"),
        "name": palette.name_in(names, background, foreground),
        "ratio": colours.ratio_text(ratio),
        "readable": ratio is not None and ratio >= colours.READABLE,
    }


_NUMBER = re.compile("^[0-9]{1,18}$")


def _said(entry: Waiting) -> str:
    """Return what is known of where the colours come from."""
    if entry.is_reset:
        return _("The refresh brought back what it had before it was first changed here.")
    if entry.first is not None:
        return _("Its earlier colours were set here.")
    return ""


def _nothing(*, any_ticked: bool) -> str:
    if any_ticked:
        return _("Somebody has answered already, or the colours have changed since.")
    return _("Tick at least one calendar first.")
