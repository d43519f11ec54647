"""Calendars: the list of all, and the form of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.forms.calendars import CalendarForm
from integrations.models import Calendar
from integrations.services import calendars, colours, keys, rows, team
from integrations.services.changes import (
    BusyError,
    ConflictError,
    GoneError,
    KeyNotReadyError,
    NotTakenError,
)
from integrations.templatetags.kept import Rows
from integrations.views import (
    comparing,
    filling,
    history,
    listing,
    looking_up,
    picking,
    remembering,
    words,
)
from integrations.views.calendar_rows import FIELDS, flat_rows, label
from integrations.views.failures import KEY_NOT_READY, unsaved
from integrations.views.finding import SORTS, find
from integrations.views.looking import Look, look, look_all


@access.requires(Role.VIEWER)
def index(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: every calendar of every account; filter, search, sort and page in the URL."""
    access.workspace(request, workspace_id)
    context = {
        "nav": "calendars",
        "seen": look_all(request),
        "several": len(request.sources) > 1,
    }
    context |= remembering.recall(request, "calendars", lambda: _listed(request))
    return listing.render_list(request, "calendars/index.html", context)


def _listed(request: AdminRequest) -> dict[str, Any]:
    """Return what the list shows of the rows that were read last."""
    found = find(request, request.GET)
    page = listing.page(request, found.matching.values(*FIELDS), SORTS, default="name")
    rows = Rows(flat_rows(request, page))
    chips = listing.chips(request, found.form)
    return {
        "filter": found.form,
        "chips": chips,
        "unreadable": found.form.cleaned_data.get("contrast") == "low",
        "page": page,
        "rows": rows,
        "names_offer": looking_up.offer(request, rows),
        "sorts": listing.sort_links(request, SORTS, default="name"),
        "query": listing.query(request, without="page"),
        "file_query": f"?{request.GET.urlencode()}" if request.GET else "",
        "total": found.everything.count() if chips else page.paginator.count,
    }


@access.requires(Role.VIEWER, post=Role.EDITOR)
def edit(request: AdminRequest, workspace_id: int, pk: int, calendar_pk: int) -> HttpResponse:
    """GET: a calendar's form; POST: save what was touched."""
    calendar = access.calendar(request, workspace_id, pk, calendar_pk)
    seen = None
    if request.method == "GET":  # a save reads by itself
        seen = look(request)
        calendar.refresh_from_db()
        if calendar.gone_at or calendar.account.gone_at:
            messages.warning(request, _("%s is no longer in this account.") % calendar)
            return redirect("account", workspace_id, pk)
    shown = {name: getattr(calendar, name) for name in rows.EDITABLE}
    form = CalendarForm(request.POST or None, shown=shown, present=_present(calendar))
    if request.method == "POST":
        if picking.is_asked(request):
            form = CalendarForm(picking.filled(request), shown=shown, present=_present(calendar))
            picking.focus(request, form)
        elif filling.is_asked(request):
            typed = filling.filled(request, filling.pairs(request, calendar))
            form = CalendarForm(typed, shown=shown, present=_present(calendar))
        elif form.is_valid():
            return _save(request, calendar, form)
    return _page(request, calendar, form, seen=seen)


def _save(request: AdminRequest, calendar: Calendar, form: CalendarForm) -> HttpResponse:
    edits = form.edits
    if not edits.changed:
        messages.info(request, _("Nothing was changed, so nothing was sent."))
        return _after(request, calendar)
    try:
        with keys.opened(calendar.account.source) as client:
            calendars.update(client, calendar, edits, by=access.actor(request))
    except ConflictError as error:
        return comparing.page(request, calendar, form, error)
    except KeyNotReadyError:
        form.add_error(None, KEY_NOT_READY.words)
    except BusyError:
        form.add_error(None, _("Somebody else is saving this calendar right now. Try again."))
    except GoneError:
        form.add_error(None, _("This calendar is no longer in its account. Nothing was saved."))
    except NotTakenError as error:
        kept = ", ".join(str(form.fields[name].label) for name in error.kept)
        messages.warning(request, _("Focus answered, but did not take over: %s.") % kept)
        return _after(request, calendar)
    except focus.FocusError as error:
        told = unsaved(error)
        form.add_error(None, told.words)
        return _page(request, calendar, form, error=error, status=told.status)
    else:
        messages.success(request, _("Saved %s.") % label(calendar, request.user))
        return _after(request, calendar)
    return _page(request, calendar, form, status=409)


def _after(request: AdminRequest, calendar: Calendar) -> HttpResponse:
    """Lead back to the form, or to the account where the form is now its owner's alone."""
    here = [request.workspace.workspace_id, calendar.account_id]
    if Calendar.objects.filter(team.open_to(request.user), pk=calendar.pk).exists():
        return redirect("calendar-edit", *here, calendar.pk)
    return redirect("account", *here)


def _page(
    request: AdminRequest,
    calendar: Calendar,
    form: CalendarForm,
    *,
    seen: Look | None = None,
    error: focus.FocusError | None = None,
    status: int = 200,
) -> HttpResponse:
    background = colours.parse(form["background_color"].value())
    foreground = colours.parse(form["foreground_color"].value())
    ratio = colours.contrast(background, foreground)
    context = {
        "nav": "calendars",
        "seen": seen,
        "account": calendar.account,
        "calendar": calendar,
        "label": label(calendar, request.user),
        "provider_label": words.provider_label(calendar.account.provider),
        "form": form,
        "background": background,
        "foreground": foreground,
        "ratio": colours.ratio_text(ratio),
        "readable": ratio is not None and ratio >= colours.READABLE,
        "pairs": filling.pairs(request, calendar),
        "pickers": picking.pickers(request, calendar.account.source, form),
        "broken": calendar.account.error_status != "",
        "history": history.of_calendar(calendar, request.user),
        "history_url": history.address(calendar.account, calendar),
        "trace_id": error.trace_id if error else "",
    }
    return render(request, "calendars/edit.html", context, status=status)


def _present(calendar: Calendar) -> set[str]:
    """Return the members that Focus sent for a calendar: the two descriptions differ."""
    return focus.member_names(calendar.raw.encode())
