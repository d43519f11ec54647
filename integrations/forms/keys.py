"""Forms for one's own key: what was pasted leaves them as a Secret, and is never drawn again."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from integrations.models import Key
from integrations.services.people_keys import Choices
from integrations.services.vault import MAX_EMAIL, MAX_PASSWORD, Secret

#: More than any key or password may have, so that one sentence says what is wrong with both.
_MOST = 1000


_MEANS = {
    Key.Visibility.PRIVATE: _("Nobody else sees my accounts, or uses my key."),
    Key.Visibility.HEALTH: _(
        "They see my accounts and how they are. Calendars that are switched off are a number to"
        " them, not names. They change nothing."
    ),
    Key.Visibility.ACT: _(
        "They see the same, and reconnect, edit and disconnect through my key. Each use is listed"
        " under “My key”."
    ),
}


class ExplainedRadios(forms.RadioSelect):
    """Radio buttons with a sentence under each."""

    def __init__(self, means: Mapping[Any, Any]) -> None:
        super().__init__()
        self.means = means

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the option with its sentence."""
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"hint": self.means.get(value, "")}


def _hidden_input() -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})


class ChoicesForm(forms.Form):
    """What the owner decides: who may use the key, and until when."""

    visibility = forms.ChoiceField(
        label=_("What may managers do with it?"),
        widget=ExplainedRadios(_MEANS),
        error_messages={"required": _("Choose what managers may do with your key.")},
        choices=Key.Visibility.choices,
    )
    expires_on = forms.DateField(
        label=_("Last day of the key"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        help_text=_(
            "If the key expires in Focus: its last day. You are warned a week before, and the key"
            " is not used after it. Leave empty for none."
        ),
    )

    def __init__(self, data: Any = None, *, key: Key | None) -> None:
        """``key`` is the person's, whose choices the form starts with."""
        now = Choices(key.visibility, key.expires_on) if key else Choices()
        super().__init__(data, initial=vars(now))

    def clean_expires_on(self) -> Any:
        """Refuse a day that is over, unless it is the one that is stored already."""
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate() and day != self.initial.get("expires_on"):
            raise ValidationError(_("This day is over. Enter the last day on which the key works."))
        return day

    @property
    def choices(self) -> Choices:
        """What was chosen; only of a valid form."""
        return Choices(self.cleaned_data["visibility"], self.cleaned_data["expires_on"])


class KeyForm(ChoicesForm):
    """A Focus key, or an e-mail address and a password, with the owner's choices."""

    secret = forms.CharField(
        label=_("Focus key"),
        required=False,
        max_length=_MOST,
        widget=_hidden_input(),
        help_text=_("From Focus, under Settings › API key. It begins with toggl_sk_."),
    )
    email = forms.CharField(
        label=_("E-mail of your Toggl account"),
        required=False,
        max_length=MAX_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password of your Toggl account"),
        required=False,
        strip=False,
        max_length=_MOST,
        widget=_hidden_input(),
    )
    field_order = ("secret", "email", "password", "visibility", "expires_on")

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Leave one Secret, and nothing else of what was pasted."""
        key = self.cleaned_data.pop("secret", "")
        password = self.cleaned_data.pop("password", "")
        email = self.cleaned_data.get("email", "")
        if not {"secret", "email", "password"} & set(self.errors):
            self._enter(key, email, password)
        return self.cleaned_data

    @sensitive_variables()
    def _enter(self, key: str, email: str, password: str) -> None:
        if key and (email or password):
            self.add_error("secret", _("Enter either a key, or an e-mail address and a password."))
        elif not (key or email or password):
            self.add_error("secret", _("Paste your Focus key."))
        elif not key and not (email and password):
            missing = "password" if email else "email"
            self.add_error(missing, _("Enter both the e-mail address and the password."))
        else:
            try:
                self.cleaned_data["pasted"] = Secret(key or password, email)
            except ValueError:
                self._refuse(bool(key))

    def _refuse(self, is_key: bool) -> None:
        if is_key:
            words = _("A Focus key is 8 to 200 letters, digits and signs, without spaces.")
            self.add_error("secret", words)
        else:
            words = _(
                "This cannot be sent to Toggl: the address holds no colon, the password is at most"
                " %(number)s characters, and neither holds a control character."
            )
            self.add_error("password", words % {"number": MAX_PASSWORD})

    @property
    def pasted(self) -> Secret:
        """What was pasted; only of a valid form."""
        secret: Secret = self.cleaned_data["pasted"]
        return secret


class WhoseForm(forms.Form):
    """The answer to: is this another person's key?"""

    generation = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        choices=[("same", ""), ("other", ""), ("remove", "")],
        error_messages={"required": _("Choose one of the answers.")},
    )
