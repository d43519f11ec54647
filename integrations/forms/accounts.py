"""Forms about an account: which provider to connect, and what goes with a disconnected one."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


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
