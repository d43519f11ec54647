"""The palette as flat rows for its table: strings, colours and links ready."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404
from django.urls import reverse

from integrations.access import AdminRequest
from integrations.services import colours, palette, team
from integrations.services.palette import MissingError, Pair
from integrations.views import listing


def pair(request: AdminRequest, code: str) -> Pair:
    """Return a pair of the workspace's palette; raises Http404."""
    try:
        return palette.get(request.workspace, code)
    except MissingError:
        raise Http404 from None


def backgrounds(request: AdminRequest) -> Counter[str]:
    """Return {#rrggbb: how many calendars that this person sees have it as their background}."""
    seen = team.calendars(request.sources, request.user).order_by()
    used: Counter[str] = Counter()
    for text, number in seen.values_list("background_color").annotate(Count("pk")):
        colour = colours.parse(text)
        if colour is not None:
            used[colour] += number
    return used


def flat_rows(request: AdminRequest) -> list[dict[str, Any]]:
    """Return a dict of display values for each pair of the workspace's palette."""
    pairs = palette.of(request.workspace)
    used = backgrounds(request)
    is_loaded = any(source.last_good_at for source in request.sources)
    base = reverse("palette", args=[request.workspace.workspace_id])
    return [
        {
            "code": pair.code,
            "name": pair.name,
            "background": pair.background,
            "foreground": pair.foreground,
            "ratio": colours.ratio_text(pair.contrast),
            "readable": pair.is_readable,
            "changed_at": pair.changed_at,
            "changed_by": pair.changed_by,
            "used": used[pair.background] if is_loaded else None,
            "used_url": listing.calendars_at(
                request.workspace.workspace_id, urlencode({"colour": pair.background})
            ),
            "apply_url": f"{base}{pair.code}/apply/",
            "edit_url": f"{base}{pair.code}/",
            "move_url": f"{base}{pair.code}/move/",
            "is_first": at == 0,
            "is_last": at == len(pairs) - 1,
        }
        for at, pair in enumerate(pairs)
    ]
