"""The form of a pair of the palette."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.forms.calendars import ColourInput
from integrations.services import colours, palette
from integrations.services.palette import Look

_WRONG = _("Enter a colour as six or three hex digits, such as #1a73e8.")


class PairForm(forms.Form):
    """A pair's name and colours; ``shown`` carries what it was when the page was made."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What the team calls it, such as “Client work”."),
        error_messages={"required": _("Enter what the team calls this pair.")},
    )
    background_color = forms.CharField(
        label=_("Background colour"),
        max_length=500,
        widget=ColourInput,
        help_text=_("Six or three hex digits, such as #1a73e8 or fff."),
        error_messages={"required": _WRONG},
    )
    foreground_color = forms.CharField(
        label=_("Text colour"),
        max_length=500,
        widget=ColourInput,
        help_text=_("Six or three hex digits, such as #ffffff or 000."),
        error_messages={"required": _WRONG},
    )
    shown = forms.CharField(max_length=80, required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, look: Look | None = None) -> None:
        """``look`` is what the pair is now, or what a new one starts with."""
        super().__init__(data, initial=_initial(look) if look else None)

    def clean_name(self) -> str:
        """Return the name in one line, with single spaces."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_background_color(self) -> str:
        """Return #rrggbb."""
        return self._colour("background_color")

    def clean_foreground_color(self) -> str:
        """Return #rrggbb."""
        return self._colour("foreground_color")

    @property
    def look(self) -> Look:
        """What was asked for; only of a valid form."""
        found = self.cleaned_data
        return Look(found["name"], found["background_color"], found["foreground_color"])

    @property
    def was(self) -> Look:
        """What the page showed; only of a valid form."""
        background, _space, rest = self.cleaned_data["shown"].partition(" ")
        foreground, _space, name = rest.partition(" ")
        return Look(name, background, foreground)

    def again(self, now: Look) -> "PairForm":
        """Return the form with what was typed, for a pair that somebody else has changed."""
        typed = {name: self.data.get(name, "") for name in _initial(now)}
        form = PairForm(typed | {"shown": _told(now)}, look=now)
        sentence = _(
            "Somebody has changed it to “%(name)s”, %(background)s with text %(text)s, since you"
            " opened this page. Save again to replace that."
        )
        values = {"name": now.name, "background": now.background, "text": now.foreground}
        form.add_error(None, sentence % values)
        return form

    def refuse(self, error: palette.PaletteError) -> None:
        """Say why the palette did not take it."""
        if isinstance(error, palette.NameTakenError):
            self.add_error("name", _("Another pair is called so. Choose another name."))
        else:
            told = _("A palette holds %(most)s pairs. Delete one that nobody uses first.")
            self.add_error(None, told % {"most": palette.MOST})

    def _colour(self, name: str) -> str:
        parsed = colours.parse(self.cleaned_data[name])
        if parsed is None:
            raise forms.ValidationError(_WRONG)
        return parsed


def _initial(look: Look) -> dict[str, str]:
    return {
        "name": look.name,
        "background_color": look.background,
        "foreground_color": look.foreground,
        "shown": _told(look),
    }


def _told(look: Look) -> str:
    return f"{look.background} {look.foreground} {look.name}"
