"""A calendar's form, which says which fields were touched."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.forms.numbers import number
from integrations.services import colours, rows
from integrations.services.calendars import CalendarEdits

#: Fields that every calendar's form has; the others come and go with what Focus sends.
_ALWAYS = {*rows.COLOURS, *rows.NUMBERS, "selected"}


class ColourInput(forms.TextInput):
    """A hex text field with the browser's own picker beside it; only the text is sent."""

    template_name = "django/forms/widgets/colour.html"


class CalendarForm(forms.Form):
    """A calendar's fields; ``shown`` carries what the page showed, so that only edits are sent."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=200_000)
    background_color = forms.CharField(
        label=_("Background colour"),
        required=False,
        strip=False,
        max_length=500,
        widget=ColourInput,
        help_text=_("Six or three hex digits, such as #1a73e8 or fff."),
    )
    foreground_color = forms.CharField(
        label=_("Text colour"),
        required=False,
        strip=False,
        max_length=500,
        widget=ColourInput,
        help_text=_("Six or three hex digits, such as #ffffff or 000."),
    )
    selected = forms.BooleanField(
        label=_("On"),
        required=False,
        help_text=_("Focus shows this calendar’s events in the planner."),
    )
    default_workspace_id = number(
        _("Default workspace"),
        _("The workspace’s number, from Focus’ address bar. Leave empty for none."),
    )
    default_project_id = number(
        _("Default project"),
        _("The project’s number. New entries from this calendar start with it."),
    )
    default_planned_task_id = number(
        _("Default task"), _("The task’s number. It should belong to the default project.")
    )
    auto_track = forms.BooleanField(
        label=_("Track automatically"),
        required=False,
        help_text=_("Toggl starts tracking when an event of this calendar begins."),
    )
    focus_auto_track = forms.BooleanField(
        label=_("Plan automatically in Focus"),
        required=False,
        help_text=_("Focus turns this calendar’s events into planned entries by itself."),
    )
    remind_tracking = forms.BooleanField(
        label=_("Remind me to track"),
        required=False,
        help_text=_("Only old mobile apps read this. Leave it unless you use one."),
    )

    def __init__(self, data: Any = None, *, shown: dict[str, Any], present: set[str]) -> None:
        """``shown`` maps editable fields to what Focus said; ``present`` are those it sent."""
        absent = {"auto_track", "focus_auto_track", "remind_tracking"} - present
        told = {name: shown.get(name) for name in rows.EDITABLE if name not in absent}
        initial = {name: rows.as_shown(name, value) for name, value in told.items()}
        super().__init__(data, initial=initial | {"shown": json.dumps(told)})
        for name in absent:
            del self.fields[name]

    def clean_shown(self) -> dict[str, Any]:
        """Return what the page showed, by field name."""
        shown: dict[str, Any] = {}
        try:
            told = json.loads(self.cleaned_data["shown"])
        except (ValueError, RecursionError):
            told = None
        if isinstance(told, dict) and all(rows.can_hold(*item) for item in told.items()):
            shown = told
        if not set(shown) >= _ALWAYS:
            raise forms.ValidationError(_("This form was damaged on its way. Load the page again."))
        return shown

    def clean_background_color(self) -> str | None:
        """Return #rrggbb, or the text as it was shown."""
        return self._colour("background_color")

    def clean_foreground_color(self) -> str | None:
        """Return #rrggbb, or the text as it was shown."""
        return self._colour("foreground_color")

    def clean(self) -> None:
        """Forgive what nobody touched: a value that Focus has may be none that we would accept."""
        shown = self.cleaned_data.get("shown") or {}
        for name in [name for name in self.errors if name in shown]:
            text = rows.as_shown(name, shown[name])
            if _one_line(self.data.get(name, "")) == _one_line("" if text is None else str(text)):
                del self.errors[name]
                self.cleaned_data[name] = shown[name]

    @property
    def edits(self) -> CalendarEdits:
        """What was shown and what differs from it; only of a valid form."""
        shown = self.cleaned_data["shown"]
        changed = {
            name: self.cleaned_data[name]
            for name in self.fields
            if name in shown
            and rows.as_shown(name, shown[name]) != rows.as_shown(name, self.cleaned_data[name])
        }
        return CalendarEdits(shown=shown, changed=changed)

    def _colour(self, name: str) -> str | None:
        text: str = self.cleaned_data[name]
        shown = (self.cleaned_data.get("shown") or {}).get(name)
        if text == rows.as_shown(name, shown):
            return shown if isinstance(shown, str) else None
        parsed = colours.parse(text)
        if parsed is None:
            raise forms.ValidationError(
                _("Enter a colour as six or three hex digits, such as #1a73e8.")
            )
        return shown if parsed == colours.parse(shown) else parsed


def _one_line(text: str) -> str:
    """Return the text as a browser sends it from a field of one line."""
    return text.replace("\r", "").replace("\n", "")
