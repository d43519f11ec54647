"""Buttons beside colour fields that fill them in and show the form again; nothing is saved.

With scripts the browser does the same by itself (static/app.js).
"""

from collections.abc import Mapping
from typing import Any

from integrations.access import AdminRequest
from integrations.services import colours, palette

#: The names of the buttons: black or white text, a pair of the palette, a look at the sample.
_BUTTONS = ("readable", "pair", "try")


def is_asked(request: AdminRequest) -> bool:
    """Say whether one of the buttons sent the form."""
    return any(name in request.POST for name in _BUTTONS)


def filled(request: AdminRequest) -> dict[str, Any]:
    """Return the form as it was typed, with the colours that the button stands for."""
    typed = {name: value for name, value in request.POST.items() if name not in _BUTTONS}
    return typed | _colours(request, typed)


def filled_and_chosen(request: AdminRequest) -> dict[str, Any]:
    """Return the same for a form in which a setting has to be chosen before its value counts."""
    typed = filled(request)
    given = _colours(request, typed)
    return typed | {f"{name}_choice": "set" for name in given}


def _colours(request: AdminRequest, typed: Mapping[str, Any]) -> dict[str, str]:
    if "pair" in request.POST:
        found = {pair.code: pair for pair in palette.of(request.workspace)}
        pair = found.get(request.POST["pair"])
        if pair is not None:
            return {"background_color": pair.background, "foreground_color": pair.foreground}
    background = colours.parse(typed.get("background_color"))
    if "readable" in request.POST and background is not None:
        return {"foreground_color": colours.readable_on(background)}
    return {}
