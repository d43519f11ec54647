"""The one sentence for each thing that a trip to the provider can come to."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from integrations.models import ConnectAttempt

_HEADLINES: dict[str, str | Promise] = {
    "connected": _lazy("Connected %(email)s"),
    "reconnected": _lazy("%(email)s works again"),
    "granted": _lazy("Toggl may now change the events of %(email)s"),
    "permission": _lazy("Permission missing for %(email)s"),
    "other": _lazy("You chose %(email)s instead of %(wanted)s"),
    "several": _lazy("New since you left: %(emails)s"),
    "refused": _lazy("Nothing was changed"),
    "cancelled": _lazy("You turned back"),
    "unchecked": _lazy("We could not check what came of it"),
    "unchanged": _lazy("Nothing changed yet"),
    "focus-refused": _lazy("Focus did not start a new connection"),
}


def headline(attempt: ConnectAttempt, *, provider: str, expired: bool) -> str:
    """Return the page's heading, and its title: exactly one true thing."""
    outcome = attempt.result.get("outcome", "")
    values: dict[str, Any] = {
        **attempt.result,
        "provider": provider,
        "emails": ", ".join(attempt.result.get("emails", [])),
    }
    if outcome == "already" and attempt.purpose == ConnectAttempt.Purpose.CONNECT:
        return _("Nothing new: %(email)s was already connected") % values
    if outcome == "already":
        return _("%(email)s works; nothing had to change") % values
    if outcome in _HEADLINES:
        return str(_HEADLINES[outcome]) % values
    if expired:
        return _("This attempt has ended")
    return _("Not back from %(provider)s yet?") % values
