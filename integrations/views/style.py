"""The style page: every component in every state, by day and by night; of the demo alone."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.forms.style import StyleForm

SCHEMES = ("light", "dark")
TONES = ("good", "warn", "bad", "neutral")
#: The tokens of app.css by what they are for.
COLOURS = {
    "Ground": ("paper", "surface", "sunken", "line", "line-strong"),
    "Ink": ("ink", "ink-soft", "accent", "accent-hover", "on-accent", "focus"),
    "Tone": ("good", "warn", "bad", "info", "danger-fill"),
    "Soft tone": ("good-soft", "warn-soft", "bad-soft", "info-soft"),
}
TYPE = ("xl", "l", "m", "s")
SPACES = tuple(f"s{number}" for number in range(1, 8))
RADII = ("radius-s", "radius", "radius-l")
SWATCHES: tuple[dict[str, Any], ...] = (
    {"background": "#0b8043", "foreground": "#ffffff", "ratio": "5.0", "readable": True},
    {"background": "#fad165", "foreground": "#ffffff", "ratio": "1.4", "readable": False},
    {"background": "#ffffff", "foreground": "#000000", "ratio": "21.0", "readable": True},
    {"background": None, "foreground": None, "ratio": None, "readable": False},
)


@access.requires(Role.VIEWER)
def show(request: AdminRequest) -> HttpResponse:
    """GET: the page; raises Http404 everywhere but in the demo."""
    if not settings.DEMO:
        raise Http404
    context = {
        "schemes": [(scheme, StyleForm(scheme)) for scheme in SCHEMES],
        "tones": TONES,
        "colours": COLOURS,
        "type": TYPE,
        "spaces": SPACES,
        "radii": RADII,
        "swatches": SWATCHES,
        "moment": timezone.now() - timedelta(minutes=4),
    }
    return render(request, "style/show.html", context)
