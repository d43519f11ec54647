"""The filters of the lists; they live in the URL."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from integrations.models import Account, Change
from integrations.services import colours
from integrations.services.standing import Standing


class AccountFilter(forms.Form):
    """The accounts list's filter."""

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
    """The calendars list's filter."""

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

    colour = forms.ChoiceField(label=_("Background"), required=False)
    new = forms.ChoiceField(
        label=_("New"),
        required=False,
        choices=[("", _("Any")), ("yes", _("Waits for a decision"))],
        widget=forms.HiddenInput,  # the overview leads there, and a chip says so
    )
    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        accounts: list[tuple[int, str]],
        people: list[tuple[str, str]],
        backgrounds: Mapping[str, str],
    ) -> None:
        """``accounts`` are (primary key, label); ``people`` are (key's id, whose it is).

        ``backgrounds`` are names by #rrggbb; any other colour may be asked for all the same.
        """
        super().__init__(data)
        _choose_person(self, people)
        self.fields["colour"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")),
            *((colour, f"{name} ({colour})") for colour, name in backgrounds.items()),
            *_asked_colour(self.data.get("colour"), backgrounds),
        ]
        self.fields["account"].choices = [("", _("Every account")), *accounts]  # type: ignore[attr-defined]


class PeopleFilter(forms.Form):
    """The people list's filter."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any state")), *Standing.choices]
    )


class ActivityFilter(forms.Form):
    """The filter of the record of changes."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.SearchInput)
    person = forms.ChoiceField(label=_("Person"), required=False)
    action = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("Any action")), *Change.Action.choices]
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("Any")), *Change.Outcome.choices]
    )
    account = forms.CharField(label=_("Account"), required=False, max_length=500)
    calendar = forms.CharField(label=_("Calendar"), required=False, max_length=500)

    def __init__(self, data: Any, *, people: list[tuple[str, str]]) -> None:
        """``people`` are (value, name) of whoever may have made a change."""
        super().__init__(data)
        self.fields["person"].choices = [("", _("Everybody")), *people]  # type: ignore[attr-defined]
        self.fields["from"] = _day(_("From"))  # a word of the language, so no attribute
        self.fields["to"] = _day(_("To"))


def _day(label: Any) -> forms.DateField:
    """Return a field for a day on which there may have been something to record."""
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[MinValueValidator(date(1970, 1, 2)), MaxValueValidator(date(9998, 12, 31))],
    )


def _asked_colour(asked: str | None, known: Collection[str]) -> list[tuple[str, str]]:
    """Return the choice that lets a colour be asked for which is not among those with names."""
    parsed = colours.parse(asked)
    return [(asked or "", parsed)] if parsed is not None and asked not in known else []


def _choose_person(form: forms.Form, people: list[tuple[str, str]]) -> None:
    """Offer the keys that a list is seen through; with one of them there is nothing to choose."""
    if len(people) > 1:
        form.fields["person"].choices = [("", _("Everybody")), *people]  # type: ignore[attr-defined]
    else:
        del form.fields["person"]
