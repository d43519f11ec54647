"""The page for two people's edits of one calendar: theirs, yours, a choice for each field."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from integrations.access import AdminRequest
from integrations.forms.calendars import CalendarForm
from integrations.models import Calendar
from integrations.services import names, rows
from integrations.services.changes import ConflictError
from integrations.views import naming, settings_words
from integrations.views.calendar_rows import label


def page(
    request: AdminRequest, calendar: Calendar, form: CalendarForm, conflict: ConflictError
) -> HttpResponse:
    """Show what moved; posting it saves against what Focus has now.

    The page posts the edit form's own names again: a hidden value for what only you touched, and
    a pair of radio buttons for each field that somebody else moved.
    """
    changed = form.edits.changed
    values = [{name: value} for name, pair in conflict.moved.items() for value in pair]
    known = names.of_values([calendar.account.source, *request.sources], [*values, changed])
    touched = [name for name in changed if name not in conflict.moved]
    fresh = dict(conflict.fresh)
    fields = [name for name in fresh if name in form.edits.shown]
    context = {
        "nav": "calendars",
        "calendar": calendar,
        "account": calendar.account,
        "label": label(calendar, request.user),
        "rows": [
            _row(form, name, theirs, changed.get(name, shown), known, mine=name in changed)
            for name, (shown, theirs) in conflict.moved.items()
        ],
        "kept": [
            (name, _posted(name, changed[name] if name in touched else fresh[name]))
            for name in fields
            if name not in conflict.moved
        ],
        "touched": [
            {"label": form.base_fields[name].label, "value": _display(name, changed[name], known)}
            for name in touched
        ],
        "shown": json.dumps({name: fresh[name] for name in fields}),
    }
    return render(request, "calendars/compare.html", context, status=409)


def _row(
    form: CalendarForm, name: str, theirs: Any, yours: Any, known: names.Names, *, mine: bool
) -> dict[str, Any]:
    return {
        "name": name,
        "label": form.base_fields[name].label,
        "theirs": _display(name, theirs, known),
        "theirs_value": _posted(name, theirs),
        "theirs_swatch": settings_words.swatch(name, theirs, called=known.value),
        "yours": _display(name, yours, known),
        "yours_value": _posted(name, yours),
        "yours_swatch": settings_words.swatch(name, yours, called=known.value),
        "you_changed_it": mine,
    }


def _posted(name: str, value: Any) -> str:
    """Return the text that the edit form understands for a value; an unticked box posts nothing."""
    if name in rows.FLAGS:
        return "on" if value else ""
    return "" if value is None else str(value)


def _display(name: str, value: Any, known: names.Names) -> str:
    if name in rows.FLAGS:
        return _("On") if value else _("Off")
    return str(naming.told(known.value(name, value)) or value) if value else _("none")
