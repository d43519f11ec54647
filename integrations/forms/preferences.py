"""What a person prefers: language, time zone, and how pages look and behave to them."""

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.models import Density, Theme, User

#: What is stored of a person, and what the form is about.
NAMES = ("language", "time_zone", "theme", "density", "shortcuts")


class ZoneInput(forms.TextInput):
    """A field that suggests the time zones as one types."""

    template_name = "django/forms/widgets/suggesting.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what is drawn, with what is suggested."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}_suggested"
        context["widget"]["suggested"] = sorted(zones().values())
        return context


class PreferencesForm(forms.Form):
    """What one person prefers; every choice may be left to browser, system or installation."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("As my browser asks")), *settings.LANGUAGES],
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        required=False,
        max_length=100,
        widget=ZoneInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("As my system")), *Theme.choices],
    )
    density = forms.ChoiceField(
        label=_("Lists"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("Comfortable")), *Density.choices],
    )
    shortcuts = forms.BooleanField(
        label=_("Use keyboard shortcuts"),
        required=False,
        help_text=_(
            "Single keys lead to pages and to the search. Switch them off if you speak to your"
            " computer, or if they get in the way."
        ),
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        """``person`` is whose preferences the form starts with."""
        super().__init__(data, initial={name: getattr(person, name) for name in NAMES})
        self.fields["time_zone"].help_text = _(
            "Type a city, such as Berlin, or a name such as Europe/Berlin. Left empty: %(zone)s."
        ) % {"zone": settings.TIME_ZONE}

    def clean_time_zone(self) -> str:
        """Return the zone's name; people may write it in small letters, or its city alone."""
        written = "_".join(self.cleaned_data["time_zone"].split()).casefold()
        if not written:
            return ""
        known = zones()
        found = [known[written]] if written in known else _of_city(written)
        if len(found) == 1:
            return found[0]
        if found:
            words = _("There are several: %(names)s. Enter one of them.")
            raise ValidationError(words % {"names": ", ".join(found)})
        raise ValidationError(_("No time zone has this name. Choose one that is suggested."))


def _of_city(written: str) -> list[str]:
    return sorted(name for spelt, name in zones().items() if spelt.rpartition("/")[2] == written)


@cache
def zones() -> dict[str, str]:
    """Return {small letters: name} of the time zones of places, and of UTC."""
    places = {
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    }
    return {name.casefold(): name for name in {*places, "UTC"}}
