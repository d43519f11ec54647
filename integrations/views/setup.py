"""The set-up: how far it is and what comes next, for managers; others hear whom to ask."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.services import mirror, setting_up
from integrations.views import setup_words
from integrations.views.looking import tell_resting


@access.requires(Role.VIEWER, post=Role.MANAGER)
def show(request: AdminRequest) -> HttpResponse:
    """GET: the steps; POST: ask Focus once, for the accounts of the first workspace."""
    if request.role != Role.MANAGER:
        ready = setting_up.is_ready(request.user, request.role)
        context = {
            "is_ready": ready,
            "contact": settings.CONTACT,
            "may_add_key": bool(settings.FOCUS_ENCRYPTION_KEYS),
        }
        return render(request, "setup/waiting.html", context)
    found = setting_up.progress(request.user, request.role)
    if request.method == "POST":
        return _asked(request, found)
    steps = setup_words.steps(request, found)
    missing = setup_words.missing(steps)
    context = {
        "nav": "setup",
        "steps": steps,
        "rest": len(missing),
        "next": next((step for step in missing if step.action), None),
    }
    return render(request, "setup/show.html", context)


def _asked(request: AdminRequest, found: setting_up.Progress) -> HttpResponse:
    """Ask, unless somebody did a moment ago, and show the steps again."""
    if found.source is None:
        messages.warning(request, _("First there have to be a workspace and a key."))
        return redirect("setup")
    due, resting = mirror.press([found.source])
    for source in due:
        mirror.look(source, by=access.actor(request), force=True)
    if resting:
        tell_resting(request, resting)
    return redirect("setup")
