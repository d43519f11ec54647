"""What a change touched, in words and swatches: before, after, and what was there instead."""

from collections.abc import Callable, Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from integrations.forms.bulk import LABELS
from integrations.models import Change, Source
from integrations.services import health, names
from integrations.views import words
from integrations.views.undoing import shown_value
from integrations.views.words import Text

Value = dict[str, Any]
#: So many iCal uids are named.
MOST_UIDS = 20


def compared(change: Change, sources: list[Source]) -> list[dict[str, Any]]:
    """Return a row for each field touched: its label, and the values before, after and found.

    A value is {text, swatch, is_colour}. ``found`` is None where nobody else had changed it, and
    ``after`` where only they had. Numbers are called what they were called then or, where that was
    not known, what they are called through these sources.
    """
    known = names.of_values(sources, [change.before, change.after, change.found])

    def value(name: str, found: dict[str, Any]) -> Value:
        number = found.get(name)
        named = names.from_copy(change.names, name, number) or known.value(name, number)
        return _value(name, found, named)

    return [
        {
            "label": label,
            "before": value(name, change.before),
            "after": value(name, change.after)
            if name in change.after or change.action == Change.Action.RULE_DELETE
            else None,
            "found": value(name, change.found) if name in change.found else None,
        }
        for name, label in _LABELS.items()
        if name in _shown(change, name)
    ]


def _shown(change: Change, name: str) -> Collection[str]:
    """Return the fields that a change is told to be about."""
    if change.action in Change.OF_EVENTS:
        return {**change.before, **change.after, **change.found}
    return _touched(change) if name in _ACCOUNT else {**change.after, **change.found}


def _touched(change: Change) -> set[str]:
    """Return what a trip to the provider has changed of an account: the record keeps it all."""
    return {
        name
        for name, value in change.after.items()
        if name not in change.before or change.before[name] != value
    }


def chosen_instead(change: Change) -> str:
    """Return the address that was chosen on the consent page, where it was not the one meant."""
    return str(change.found.get("email", ""))


def _value(name: str, values: dict[str, Any], named: names.Named | None) -> Value:
    if name not in values:
        return {"text": _("none"), "swatch": None, "is_colour": False, "named": None}
    if name in LABELS:
        return shown_value(name, values[name], named=named)
    told = (_ACCOUNT | _EVENTS)[name](values[name])
    return {"text": told, "swatch": None, "is_colour": False, "named": named}


def _uids(uids: Any) -> Text:
    """Return the first of many, and how many there are."""
    told = ngettext("%(count)s event", "%(count)s events", len(uids)) % {"count": len(uids)}
    more = "…" if len(uids) > MOST_UIDS else ""
    return f"{told}: {', '.join(uids[:MOST_UIDS])}{more}" if uids else told


def _permissions(scopes: Any) -> Text:
    granted = health.permissions(scopes)
    return ", ".join(str(told) for name, told in words.PERMISSIONS.items() if name in granted) or _(
        "none"
    )


#: What a trip to the provider can change of an account, and how it is told.
_ACCOUNT: dict[str, Callable[[Any], Text]] = {
    "email": lambda value: value or _("none"),
    "error_status": lambda value: value or _("nothing"),
    "has_write_scope": words.access_label,
    "scopes": _permissions,
}
#: What says something of people's events.
_EVENTS: dict[str, Callable[[Any], Text]] = {
    "title": lambda value: value or _("none"),
    "project_id": lambda value: str(value or _("none")),
    "task_id": lambda value: str(value or _("none")),
    "ical_uids": _uids,
}
_LABELS: dict[str, Any] = {
    **LABELS,
    "title": _lazy("Title"),
    "project_id": _lazy("Project"),
    "task_id": _lazy("Task"),
    "ical_uids": _lazy("Hidden events"),
    "email": _lazy("Address"),
    "error_status": _lazy("Trouble that Toggl reports"),
    "has_write_scope": _lazy("Access"),
    "scopes": _lazy("Toggl may"),
}
