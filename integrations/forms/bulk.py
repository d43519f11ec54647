"""The form of a bulk edit: every field starts at "Leave as is"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from integrations import access
from integrations.forms.calendars import CalendarForm, ColourInput
from integrations.services import colours, plans, rows

#: What the settings are called beside their values: "In Focus: Off".
LABELS = {name: CalendarForm.base_fields[name].label for name in rows.EDITABLE}
LABELS["selected"] = _("In Focus")
#: What is chosen for a field; "" leaves it as it is.
LEAVE, SET, NONE, ON, OFF, READABLE = "", "set", "none", "on", "off", "readable"
_LEAVE = (LEAVE, _("Leave as is"))
_COLOUR = [_LEAVE, (SET, _("Set to"))]
_TEXT = [_LEAVE, (READABLE, _("Black or white, whichever reads better")), (SET, _("Set to"))]
_NUMBER = [_LEAVE, (NONE, pgettext_lazy("default", "None")), (SET, _("Set to"))]
_FLAG = [_LEAVE, (ON, pgettext_lazy("calendar", "On")), (OFF, pgettext_lazy("calendar", "Off"))]


@dataclass(frozen=True)
class Line:
    """A field of the page: what to do with it, and to what it is set, where that is typed."""

    name: str
    label: Any
    hint: Any
    choice: forms.BoundField
    value: forms.BoundField | None


class BulkForm(forms.Form):
    """What many calendars shall get; ``wishes`` holds the fields that are not left as they are."""

    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=access.MAX_NOTE,
        help_text=_("Optional. It is kept with the changes, for whoever looks at them later."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        chosen: Mapping[str, Any],
        note: str,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """``chosen`` are the wishes of an earlier visit, by field; ``initial``: what was typed."""
        super().__init__(data, initial=dict(initial or _initial(chosen) | {"note": note}))
        for name in rows.EDITABLE:
            label, options = LABELS[name], _choices(name)
            self.fields[f"{name}_choice"] = forms.ChoiceField(
                label=label, required=False, choices=options, widget=forms.RadioSelect
            )
            if name not in rows.FLAGS:
                self.fields[name] = forms.CharField(
                    label=label, required=False, max_length=100, widget=_widget(name)
                )

    @property
    def lines(self) -> dict[str, Line]:
        """The fields of the page by name, in the order of a calendar's form."""
        return {line.name: line for line in self._lines()}

    @property
    def wishes(self) -> dict[str, Any]:
        """{field: value} of what is to be set; only of a valid form."""
        return {name: self._wish(name) for name in rows.EDITABLE if self._choice(name) != LEAVE}

    def clean(self) -> None:
        """Ask for a value where one is to be set, and for a choice where one was typed."""
        for name in (*rows.COLOURS, *rows.NUMBERS):
            self._check(name)
        if not self.errors and not self.wishes:
            raise forms.ValidationError(_("Choose at least one setting to change."))

    def _check(self, name: str) -> None:
        typed, choice = self.cleaned_data.get(name, ""), self._choice(name)
        if typed and choice != SET and name not in self.errors:
            self.add_error(name, _UNUSED[choice])
        elif choice == SET and name in rows.COLOURS and colours.parse(typed) is None:
            self.add_error(name, _("Enter a colour as six or three hex digits, such as #1a73e8."))
        elif choice == SET and name in rows.NUMBERS and _number(typed) is None:
            self.add_error(name, _("Enter a whole number such as 1204, or choose “None”."))

    def _choice(self, name: str) -> str:
        return str(self.cleaned_data.get(f"{name}_choice", LEAVE))

    def _wish(self, name: str) -> Any:
        if name in rows.FLAGS:
            return self._choice(name) == ON
        if self._choice(name) == NONE:
            return None
        if self._choice(name) == READABLE:
            return plans.READABLE
        typed = self.cleaned_data.get(name, "")
        return colours.parse(typed) if name in rows.COLOURS else _number(typed)

    def _lines(self) -> Iterator[Line]:
        for name in rows.EDITABLE:
            field = CalendarForm.base_fields[name]
            value = self[name] if name in self.fields else None
            hint = field.help_text if name in rows.FLAGS else _HINTS.get(name, "")
            yield Line(name, LABELS[name], hint, self[f"{name}_choice"], value)


_UNUSED = {
    LEAVE: _("A value is typed here, but “Leave as is” is chosen. Choose “Set to” or empty it."),
    NONE: _("A value is typed here, but “None” is chosen. Choose “Set to” or empty it."),
}
_UNUSED[READABLE] = _(
    "A value is typed here, but “Black or white” is chosen. Choose “Set to” or empty it."
)
_HINTS = {
    "background_color": _("Six or three hex digits, such as #1a73e8 or fff."),
    "foreground_color": _("Six or three hex digits, such as #ffffff or 000."),
    "default_workspace_id": _("The workspace’s number, from Focus’ address bar."),
    "default_project_id": _(
        "The project’s number. New entries from these calendars start with it."
    ),
    "default_planned_task_id": _("The task’s number. It should belong to the default project."),
}


def _choices(name: str) -> list[Any]:
    if name in rows.COLOURS:
        return _TEXT if name == "foreground_color" else _COLOUR
    return _NUMBER if name in rows.NUMBERS else _FLAG


def _widget(name: str) -> forms.TextInput:
    if name in rows.COLOURS:
        return ColourInput()
    return forms.TextInput(attrs={"inputmode": "numeric", "class": "short"})


def _initial(chosen: Mapping[str, Any]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for name, value in chosen.items():
        if isinstance(value, bool):
            initial[f"{name}_choice"] = ON if value else OFF
        elif value == plans.READABLE:
            initial[f"{name}_choice"] = READABLE
        else:
            initial[f"{name}_choice"] = NONE if value is None else SET
            initial[name] = value
    return initial


def _number(typed: str) -> int | None:
    """Return a number from 1 on that a calendar can hold, or None."""
    digits = typed.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(rows.MAX_ID))):
        return None
    number = int(digits)
    return number if 0 < number <= rows.MAX_ID else None
