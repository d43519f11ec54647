"""The help: what the words on the pages mean, and what to do. Its anchors are linked to."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Account, Change, Key
from integrations.services import colours
from integrations.views import meanings, permissions, shortcuts, words

#: A pair of colours that is easy to read, and one that is not.
SAMPLES = (("#0b8043", "#ffffff"), ("#fad165", "#ffffff"))


@access.requires(Role.VIEWER)
def show(request: AdminRequest) -> HttpResponse:
    """GET: one page with everything; nothing is asked of Focus."""
    context: dict[str, Any] = {
        "nav": "help",
        "contact": settings.CONTACT,
        "states": [
            {
                "anchor": f"state-{state.value}",
                "tone": words.TONES[state],
                "word": state.label,
                "meaning": meanings.STATES[state],
            }
            for state in Account.State
        ],
        "permissions": [
            {"anchor": f"permission-{name}", "word": word, "what": meanings.PERMISSIONS[name]}
            for name, word in words.PERMISSIONS.items()
        ],
        "outcomes": [
            {
                "anchor": f"outcome-{outcome.value}",
                "tone": words.OUTCOME_TONES[outcome],
                "word": outcome.label,
                "what": meanings.OUTCOMES[outcome],
            }
            for outcome in Change.Outcome
        ],
        "roles": [(permissions.LABELS[role], meanings.ROLES[role]) for role in Role],
        "yours": permissions.yours(request.role),
        "visibilities": [
            (visibility.label, meanings.VISIBILITIES[visibility]) for visibility in Key.Visibility
        ],
        "entries": meanings.ENTRIES,
        "entries_asked": meanings.ENTRIES_ASKED,
        "reserve": settings.PAGE_RESERVE,
        "samples": [_sample(*pair) for pair in SAMPLES],
        "glossary": meanings.GLOSSARY,
    }
    return render(request, "help/show.html", context)


@access.requires(Role.VIEWER)
def keys(request: AdminRequest) -> HttpResponse:
    """GET: which keys lead where, and how to switch them off."""
    context = {
        "nav": "help",
        "shortcuts": shortcuts.SHORTCUTS,
        "are_on": request.user.shortcuts,
    }
    return render(request, "help/keys.html", context)


def _sample(background: str, foreground: str) -> dict[str, Any]:
    ratio = colours.contrast(background, foreground) or 0
    return {
        "background": background,
        "foreground": foreground,
        "ratio": colours.ratio_text(ratio),
        "readable": ratio >= colours.READABLE,
    }
