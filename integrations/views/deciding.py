"""Deciding about calendars that appeared: turn them on or off, or leave them as they came."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Calendar
from integrations.services import calendars, keys
from integrations.services.calendars import CalendarEdits
from integrations.services.changes import BusyError, GoneError, NotTakenError
from integrations.services.needs import Kind
from integrations.views import queue
from integrations.views.calendar_rows import label


@access.requires(Role.EDITOR)
@require_POST
def decide(request: AdminRequest, workspace_id: int, pk: int, calendar_pk: int) -> HttpResponse:
    """POST: ``decision`` is on, off, or leave; then back to the overview."""
    calendar = access.calendar(request, workspace_id, pk, calendar_pk)
    wished = {"on": True, "off": False}.get(request.POST.get("decision", ""))
    name = label(calendar, request.user)
    if wished is None or bool(calendar.selected) == wished:
        calendars.leave([calendar.pk], by=access.actor(request))
        stays = _("%s stays on.") if calendar.selected else _("%s stays off.")
        messages.success(request, stays % name)
        return redirect("overview", workspace_id)
    return _turn(request, calendar, name, on=wished)


@access.requires(Role.EDITOR)
@require_POST
def leave_all(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """POST: leave every calendar that waits for a decision as it came, where one may decide."""
    access.workspace(request, workspace_id)
    waiting = [need.about for need in queue.read(request).waiting if need.kind == Kind.NEW]
    usable = {source.key_id for source in request.sources if access.may_act(request, source.key)}
    mine = [entry["pk"] for entry in waiting if entry["account__source__key_id"] in usable]
    left = calendars.leave(mine, by=access.actor(request)) if mine else 0
    told = ngettext(
        "%(number)s new calendar stays as it is.",
        "%(number)s new calendars stay as they are.",
        left,
    )
    messages.success(request, told % {"number": left})
    return redirect("overview", workspace_id)


def _turn(request: AdminRequest, calendar: Calendar, name: str, *, on: bool) -> HttpResponse:
    # With a single flag there is no conflict: what Focus has is what was shown, or what is wished.
    edits = CalendarEdits(shown={"selected": calendar.selected}, changed={"selected": on})
    try:
        with keys.opened(calendar.account.source) as client:
            calendars.update(client, calendar, edits, by=access.actor(request))
    except BusyError:
        messages.warning(request, _("Somebody else is saving %s right now. Try again.") % name)
    except GoneError:
        messages.warning(request, _("%s is no longer in its account.") % name)
    except NotTakenError:
        messages.warning(request, _("Focus answered, but left %s as it was.") % name)
    else:
        messages.success(request, (_("%s is on.") if on else _("%s is off.")) % name)
    return redirect("overview", request.workspace.workspace_id)
