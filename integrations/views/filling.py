"""Buttons beside colour fields that fill them in and show the form again; nothing is saved.

With scripts the browser does the same by itself (static/app.js).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from integrations.access import AdminRequest
from integrations.models import Calendar
from integrations.services import colours, first_colours, palette
from integrations.services.palette import Pair

#: The names of the buttons: black or white text, a pair of the palette, a look at the sample.
_BUTTONS = ("readable", "pair", "try")


def pairs(request: AdminRequest, calendar: Calendar | None = None) -> list[Pair]:
    """Return the pairs that a form offers: the palette, and what one calendar had at first."""
    found = palette.of(request.workspace)
    if calendar is None:
        return found
    first = first_colours.of(calendar.account, [calendar]).get(calendar.pk, {})
    background, foreground = (
        colours.parse(first.get(name)) for name in ("background_color", "foreground_color")
    )
    if background is not None and foreground is not None:
        found.append(Pair(_("Before the first change here"), background, foreground, "first"))
    return found


def is_asked(request: AdminRequest) -> bool:
    """Say whether one of the buttons sent the form."""
    return any(name in request.POST for name in _BUTTONS)


def filled(request: AdminRequest, offered: Iterable[Pair] = ()) -> dict[str, Any]:
    """Return the form as it was typed, with the colours that the button stands for."""
    typed = {name: value for name, value in request.POST.items() if name not in _BUTTONS}
    return typed | _colours(request, typed, offered)


def filled_and_chosen(request: AdminRequest, offered: Iterable[Pair]) -> dict[str, Any]:
    """Return the same for a form in which a setting has to be chosen before its value counts."""
    typed = filled(request, offered)
    given = _colours(request, typed, offered)
    return typed | {f"{name}_choice": "set" for name in given}


def _colours(
    request: AdminRequest, typed: Mapping[str, Any], offered: Iterable[Pair]
) -> dict[str, str]:
    pair = next((pair for pair in offered if pair.code == request.POST.get("pair")), None)
    if pair is not None:
        return {"background_color": pair.background, "foreground_color": pair.foreground}
    background = colours.parse(typed.get("background_color"))
    if "readable" in request.POST and background is not None:
        return {"foreground_color": colours.readable_on(background)}
    return {}
