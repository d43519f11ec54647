"""The words for accounts and calendars that several pages share."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from focusadmin.identity.models import User
from integrations.models import Account, Change, Key
from integrations.models.keys import SHARED
from integrations.services import health

State = Account.State
Outcome = Change.Outcome
Text = str | Promise

#: The tone of the tag beside the state's word.
TONES = {
    State.RECONNECT: "bad",
    State.PERMISSION: "bad",
    State.ADMIN: "warn",
    State.UNKNOWN: "warn",
    State.EMPTY: "warn",
    State.WORKING: "good",
}
#: The same for what came of a change.
OUTCOME_TONES = {
    Outcome.INTENDED: "neutral",
    Outcome.SENDING: "neutral",
    Outcome.DONE: "good",
    Outcome.FAILED: "bad",
    Outcome.REFUSED: "warn",
    Outcome.CONFLICT: "warn",
    Outcome.UNKNOWN: "warn",
}
PERMISSIONS: dict[str, Text] = {
    health.SEE_CALENDARS: _lazy("see your calendars"),
    health.SEE_EVENTS: _lazy("see your events"),
    health.CHANGE_EVENTS: _lazy("change your events"),
}


@dataclass(frozen=True)
class Advice:
    """What an account's state means, and the one action that fits (a URL name) or none."""

    sentence: str
    action: str | None


def provider_label(provider: str) -> str:
    """Return the provider's name for people."""
    return settings.FOCUS_PROVIDERS.get(provider, provider or _("unknown provider"))


def access_label(has_write_scope: bool | None) -> str:
    """Return what Toggl may do, in words."""
    if has_write_scope is None:
        return _("Not reported")
    return _("Read and write") if has_write_scope else _("Read only")


def day(date: datetime.date | None) -> str:
    """Return a day as people write it; empty where there is none."""
    return date_format(date, "DATE_FORMAT") if date else ""


def key_name(key: Key, person: User) -> str:
    """Return which key it is, inside a sentence for this person."""
    if key.owner is None:
        return str(key)
    return _("your key") if key.owner == person else _("%(owner)s’s key") % {"owner": key.owner}


def through(key_label: str) -> str:
    """Say through whose key something was done, by the label that the record has of it."""
    if key_label == SHARED:
        return _("through the shared key")
    return _("through %(owner)s’s key") % {"owner": key_label}


def calendar_label(name: str, external_id: str, *, ambiguous: bool = False) -> str:
    """Return a calendar's name; a nameless or an ambiguous one shows its external id too."""
    if not name.strip():
        nameless = _("(no name)")
        return f"{nameless} {external_id}".strip()
    # What follows an @ is the provider's and the same for all.
    tail = external_id.partition("@")[0][-12:]
    return f"{name} (…{tail})" if ambiguous and tail else name


def permissions(account: Account) -> list[tuple[Text, bool]]:
    """Return each permission in words and whether the account gives it."""
    granted = health.permissions(account.scopes)
    return [(words, name in granted) for name, words in PERMISSIONS.items()]


def missing_words(names: list[str]) -> str:
    """Return the names of missing permissions as people read them on the consent page."""
    return ", ".join(
        _("“%(name)s”") % {"name": PERMISSIONS[name]} for name in names if name in PERMISSIONS
    )


def advice(account: Account) -> Advice:
    """Return the sentence and the one right action for an account."""
    values: dict[str, Any] = {
        "who": f"{account.email} ({provider_label(account.provider)})",
        "reported": account.error_status,
        "missing": missing_words(list(health.missing_permissions(account.scopes))),
    }
    return _ADVICE[State(account.state)](values)


def _working(values: dict[str, Any]) -> Advice:
    return Advice(_("Toggl can read this account’s calendars."), "account-refresh")


def _reconnect(values: dict[str, Any]) -> Advice:
    sentence = _("%(who)s stopped giving Toggl access. Settings are kept.") % values
    return Advice(sentence, "account-reconnect")


def _permission(values: dict[str, Any]) -> Advice:
    if values["missing"]:
        sentence = _(
            "Toggl was not given permission to %(missing)s. Tick every box on the next page."
        )
    else:
        sentence = _("Toggl was not given every permission. Tick every box on the next page.")
    return Advice(sentence % values, "account-reconnect")


def _admin(values: dict[str, Any]) -> Advice:
    sentence = _(
        "An administrator of the calendar’s organization must approve Toggl first. "
        "Ask your IT, then reconnect. Toggl reports: “%(reported)s”."
    )
    return Advice(sentence % values, "account-reconnect")


def _unknown(values: dict[str, Any]) -> Advice:
    return Advice(_("Toggl reports: “%(reported)s”.") % values, "account-reconnect")


def _empty(values: dict[str, Any]) -> Advice:
    sentence = _("Toggl can reach %(who)s, but found no calendars there.") % values
    return Advice(sentence, "account-refresh")


_ADVICE = {
    State.WORKING: _working,
    State.RECONNECT: _reconnect,
    State.PERMISSION: _permission,
    State.ADMIN: _admin,
    State.UNKNOWN: _unknown,
    State.EMPTY: _empty,
}
