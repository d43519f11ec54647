"""Forms: they check shape, and a calendar's form says which fields were touched."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from integrations.models import Account
from integrations.services import colours, rows
from integrations.services.calendars import CalendarEdits

MAX_ID = 2**63 - 1


class ColourInput(forms.TextInput):
    """A hex text field with the browser's own picker beside it; only the text is sent."""

    template_name = "django/forms/widgets/colour.html"


def _number(label: Any, help_text: Any) -> forms.IntegerField:
    """Return a field for an id; a text input keeps what was typed when it is no number."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=MAX_ID,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )


#: Fields that every calendar's form has; the others come and go with what Focus sends.
_ALWAYS = {*rows.COLOURS, *rows.NUMBERS, "selected"}


class AccountFilter(forms.Form):
    """The accounts list's filter; lives in the URL."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any state")), *Account.State.choices]
    )
    provider = forms.ChoiceField(label=_("Provider"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(
        self, data: Any, *, providers: Iterable[str], people: list[tuple[str, str]]
    ) -> None:
        """``providers`` are those of the accounts listed, whether they may be connected or not."""
        super().__init__(data)
        _choose_person(self, people)
        found = {name: settings.FOCUS_PROVIDERS.get(name, name) for name in providers if name}
        self.fields["provider"].choices = [  # type: ignore[attr-defined]
            ("", _("Any provider")),
            *(settings.FOCUS_PROVIDERS | found).items(),
        ]


class CalendarFilter(forms.Form):
    """The calendars list's filter; lives in the URL."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.SearchInput)
    account = forms.ChoiceField(label=_("Account"), required=False)
    on = forms.ChoiceField(
        label=_("On or off"),
        required=False,
        choices=[
            ("", _("On and off")),
            ("yes", pgettext_lazy("calendar", "On")),
            ("no", pgettext_lazy("calendar", "Off")),
        ],
    )
    project = forms.ChoiceField(
        label=_("Default project"),
        required=False,
        choices=[("", _("Any")), ("yes", _("Has one")), ("no", _("Has none"))],
    )
    contrast = forms.ChoiceField(
        label=_("Colours"),
        required=False,
        choices=[
            ("", _("Any")),
            ("low", _("Hard to read")),
            ("good", _("Readable")),
            ("unknown", _("Not colours")),
        ],
    )

    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(
        self, data: Any, *, accounts: list[tuple[int, str]], people: list[tuple[str, str]]
    ) -> None:
        """``accounts`` are (primary key, label); ``people`` are (key's id, whose it is)."""
        super().__init__(data)
        _choose_person(self, people)
        self.fields["account"].choices = [("", _("Every account")), *accounts]  # type: ignore[attr-defined]


def _choose_person(form: forms.Form, people: list[tuple[str, str]]) -> None:
    """Offer the keys that a list is seen through; with one of them there is nothing to choose."""
    if len(people) > 1:
        form.fields["person"].choices = [("", _("Everybody")), *people]  # type: ignore[attr-defined]
    else:
        del form.fields["person"]


class ProviderForm(forms.Form):
    """Which provider to connect, and in whose name where that is a choice."""

    provider = forms.ChoiceField(
        label=_("Where is the calendar?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the calendar is.")},
    )

    key = forms.ChoiceField(
        label=_("In whose name?"),
        widget=forms.RadioSelect,
        help_text=_("The calendars become part of this person’s Focus account."),
        error_messages={"required": _("Choose in whose name.")},
    )

    def __init__(self, data: Any = None, *, people: list[tuple[str, str]]) -> None:
        """``people`` are (key's id, whose it is) of the keys that may be used."""
        super().__init__(data, initial={"key": people[0][0]})
        self.fields["provider"].choices = list(settings.FOCUS_PROVIDERS.items())  # type: ignore[attr-defined]
        if len(people) > 1:
            self.fields["key"].choices = people  # type: ignore[attr-defined]
        else:
            del self.fields["key"]


class DisconnectForm(forms.Form):
    """What to ask of Focus for the entries that are planned from the account's calendars."""

    entries = forms.ChoiceField(
        label=_("Planned entries that come from these calendars"),
        widget=forms.RadioSelect,
        choices=[
            ("keep", _("Keep planned entries")),
            ("remove", _("Remove planned entries")),
        ],
        initial="keep",
        error_messages={"required": _("Choose what happens to planned entries.")},
    )


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
        help_text=_("Focus shows this calendar's events in the planner."),
    )
    default_workspace_id = _number(
        _("Default workspace"),
        _("The workspace's number, from Focus' address bar. Leave empty for none."),
    )
    default_project_id = _number(
        _("Default project"),
        _("The project's number. New entries from this calendar start with it."),
    )
    default_planned_task_id = _number(
        _("Default task"), _("The task's number. It should belong to the default project.")
    )
    auto_track = forms.BooleanField(
        label=_("Track automatically"),
        required=False,
        help_text=_("Toggl starts tracking when an event of this calendar begins."),
    )
    focus_auto_track = forms.BooleanField(
        label=_("Plan automatically in Focus"),
        required=False,
        help_text=_("Focus turns this calendar's events into planned entries by itself."),
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
