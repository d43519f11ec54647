"""Hidden events of a calendar: what is known of them, and the form that replaces them."""

import json
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.forms.hidden import HiddenForm
from integrations.models import Calendar, Change
from integrations.services import changes, hiding, keys
from integrations.services.changes import BusyError, ConflictError, GoneError
from integrations.services.hiding import Known
from integrations.views import words
from integrations.views.calendar_rows import label
from integrations.views.failures import unsaved
from integrations.views.outcomes import of_change


@access.requires(Role.VIEWER, post=Role.EDITOR)
def edit(request: AdminRequest, workspace_id: int, pk: int, calendar_pk: int) -> HttpResponse:
    """GET: what is known of the hidden events; POST: replace them. GET asks Focus nothing."""
    calendar = access.calendar(request, workspace_id, pk, calendar_pk)
    changes.release_lost()
    known = hiding.known(calendar, seen_through(request))
    form = HiddenForm(request.POST or None, known=known.uids)
    if form.is_valid():
        return _save(request, calendar, form, known)
    return _page(request, calendar, form, known)


def seen_through(request: AdminRequest) -> list[UUID]:
    """Return the keys that a page's person sees through."""
    return [source.key_id for source in request.sources]


def refusal(error: Exception) -> tuple[str, int]:
    """Return why hidden events were not written, in words, and the status of the page."""
    if isinstance(error, BusyError):
        told = _("Somebody else is saving this calendar right now. Try again.")
        return told, HTTPStatus.CONFLICT
    if isinstance(error, GoneError):
        told = _("This calendar is no longer in its account. Nothing was saved.")
        return told, HTTPStatus.CONFLICT
    if isinstance(error, focus.NotFoundError):
        told = _(
            "Focus answered that it has no such thing: either it does not offer hidden events, or"
            " the calendar is gone. Nothing was saved."
        )
        return told, HTTPStatus.NOT_FOUND
    if isinstance(error, focus.FocusError):
        failed = unsaved(error)
        return failed.words, failed.status
    raise error


def _save(
    request: AdminRequest, calendar: Calendar, form: HiddenForm, known: Known
) -> HttpResponse:
    uids, shown = form.cleaned_data["uids"], form.cleaned_data["shown"]
    here = [request.workspace.workspace_id, calendar.account_id, calendar.pk]
    if shown == uids and known.is_told:
        messages.info(request, _("Nothing was changed, so nothing was sent."))
        return redirect("hidden-events", *here)
    saw = replace(known, uids=None if shown is None else tuple(shown))
    try:
        with keys.opened(calendar.account.source) as client:
            change = hiding.hide(
                client,
                calendar,
                uids,
                saw,
                by=access.actor(request),
                keys=seen_through(request),
            )
    except ConflictError as error:
        theirs = error.fresh[hiding.FIELD]
        again = HiddenForm({**request.POST.dict(), "shown": json.dumps(theirs)}, known=None)
        again.full_clean()
        again.add_error(
            None,
            _(
                "Somebody else has set the hidden events since you opened this page. Nothing was"
                " written. Save again to replace theirs."
            ),
        )
        now = hiding.known(calendar, seen_through(request))
        return _page(request, calendar, again, now, theirs=theirs, status=HTTPStatus.CONFLICT)
    except (BusyError, GoneError, focus.FocusError) as error:
        told, status = refusal(error)
        form.add_error(None, told)
        now = hiding.known(calendar, seen_through(request))
        return _page(request, calendar, form, now, error=error, status=status)
    _say_done(request, change, len(uids), calendar)
    return redirect("hidden-events", *here)


def _say_done(request: AdminRequest, change: Change, count: int, calendar: Calendar) -> None:
    told = ngettext(
        "%(count)s event of %(calendar)s is hidden now.",
        "%(count)s events of %(calendar)s are hidden now.",
        count,
    ) % {"count": count, "calendar": label(calendar, request.user)}
    if "ical_uids" in change.before:
        address = reverse("hidden-undo", args=[request.workspace.workspace_id, change.pk])
        told = format_html('{} <a href="{}">{}</a>', told, address, _("Undo…"))
    messages.success(request, told)


def _page(
    request: AdminRequest,
    calendar: Calendar,
    form: HiddenForm,
    known: Known,
    *,
    theirs: list[str] | None = None,
    error: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "nav": "calendars",
        "account": calendar.account,
        "calendar": calendar,
        "label": label(calendar, request.user),
        "provider_label": words.provider_label(calendar.account.provider),
        "form": form,
        "known": known,
        "doubt": of_change(known.doubt) if known.doubt else None,
        "is_refused": bool(known.doubt and known.doubt.error == focus.NotFoundError.code),
        "theirs": theirs,
        "cost": 2 if known.is_told else 1,
        "most": hiding.MAX_UIDS,
        "trace_id": getattr(error, "trace_id", ""),
    }
    return render(request, "calendars/hidden.html", context, status=status)
