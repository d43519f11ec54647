"""What ``manage.py check_focus`` says: how a key is, and what to do where something is wrong."""

from typing import Any

from django.utils import timezone

from integrations import focus
from integrations.models import Key
from integrations.services import credentials
from integrations.services.key_trials import Start, Trial
from integrations.services.operators import SHARED

#: By cause: what was found, what whoever runs Focusadmin does about it, and, where that is
#: something else, what is done about a person's own key.
_CAUSES: dict[type[focus.FocusError], tuple[str, ...]] = {
    focus.CredentialsError: (
        "reachable, not accepted",
        "Put a new key into FOCUS_API_KEY (or FOCUS_EMAIL and FOCUS_PASSWORD) and restart.",
        "Ask {owner} to replace it under “My key”.",
    ),
    credentials.UnreadableKeyError: (
        "not asked: it cannot be decrypted",
        "Look at FOCUS_ENCRYPTION_KEYS, or ask {owner} to enter it again under “My key”.",
    ),
    credentials.MissingKeyError: (
        "not asked: there is none",
        "Set FOCUS_API_KEY (or FOCUS_EMAIL and FOCUS_PASSWORD) and restart, or name a person’s key"
        " with --key.",
    ),
    credentials.ExpiredKeyError: (
        "not asked: its last day is over",
        "Ask {owner} to replace it under “My key”, or to change its last day.",
    ),
    credentials.DoubtedKeyError: (
        "resting: it may be another person’s than before",
        "A manager answers the question on the page of accounts.",
        "Ask {owner} to answer under “My key”.",
    ),
    credentials.ReplacedKeyError: ("replaced at this moment", "Run this again."),
    focus.ForbiddenError: (
        "reachable, accepted, but not for this workspace",
        "Check the numbers in FOCUS_WORKSPACES and that the key’s person belongs to the workspace,"
        " or name another one with --workspace.",
    ),
    focus.NotFoundError: (
        "reachable, but it has no such workspace",
        "Check the numbers in FOCUS_WORKSPACES, and FOCUS_API_URL.",
    ),
    focus.QuotaError: (
        "reachable, accepted, no requests left this hour",
        "Wait{until}; nothing is lost.",
    ),
    focus.RejectedError: (
        "reachable, but it refuses the question",
        "Check FOCUS_API_URL; if it is right, send this line to the support of Toggl.",
    ),
    focus.BadResponseError: (
        "reachable, but the answer is not what Focus promises",
        "Check that FOCUS_API_URL leads to Focus and not to a page of a proxy.",
    ),
}
_AWAY = (
    "not reachable",
    "Check FOCUS_API_URL, FOCUS_PROXY_URL, FOCUS_CA_BUNDLE and this machine’s way to the internet.",
)
_BROKEN = ("reachable, but out of order", "Wait and run this again; it is not your doing.")


def trial(found: Trial) -> str:
    """Return one line on a key: how it is, and the remedy where something is wrong."""
    where = f"{name(found.source.key)} in {found.source.workspace}"
    if found.error is None:
        return f"{where}: reachable, accepted, {_left(found)}."
    return f"{where}: {_told(found.error, found.source.key)}"


def start(found: Start, provider: str, key: Key) -> str:
    """Return one line on a connection that was asked for; nothing of its address is in it."""
    about = f"connecting {provider}"
    if found.returns:
        return f"{about}: begun, and people are led back to us."
    if found.error is None:
        return (
            f"{about}: begun, but Focus refuses our return_to. Check PUBLIC_URL, and ask the"
            " support of Toggl to allow it; until then people come back to Focusadmin by hand."
        )
    if isinstance(found.error, focus.AlreadyConnectedError):
        return (
            f"{about}: not begun, so nothing is known of return_to. An account is connected"
            " already, or the plan allows no more: name another key with --key."
        )
    if isinstance(found.error, focus.ConsentAddressError):
        return (
            f"{about}: begun, but it leads to an address that nobody is sent to"
            f" ({found.error.detail}). Check FOCUS_CONSENT_ORIGINS."
        )
    if type(found.error) is focus.RejectedError:
        return (
            f"{about}: refused{_details(found.error)}. Check that Focus knows the provider"
            f" {provider} (FOCUS_PROVIDERS)."
        )
    return f"{about}: {_told(found.error, key)}"


def name(key: Key) -> str:
    """Return what --key calls a key."""
    owner = key.owner
    return SHARED if owner is None else owner.email or f"{owner.issuer}:{owner.subject}"


def _left(found: Trial) -> str:
    quota = found.quota
    if quota is None or quota.remaining is None:
        return "requests left: not told"
    until = f" until {_clock(quota.resets_at)}" if quota.resets_at else ""
    return f"{quota.remaining} requests left{until}"


def _told(error: focus.FocusError, key: Key) -> str:
    state, *remedies = _cause(error)
    remedy = remedies[0] if key.owner is None else remedies[-1]
    resets_at = error.resets_at if isinstance(error, focus.QuotaError) else None
    until = f" until {_clock(resets_at)}" if resets_at else ""
    return f"{state}{_details(error)}. {remedy.format(owner=name(key), until=until)}"


def _cause(error: focus.FocusError) -> tuple[str, ...]:
    if isinstance(error, focus.UnavailableError):
        return _AWAY if error.status is None else _BROKEN
    return next(_CAUSES[cause] for cause in type(error).__mro__ if cause in _CAUSES)


def _details(error: focus.FocusError) -> str:
    """Return what support asks for, in brackets; nothing of a key that was not sent."""
    if not error.sent and isinstance(error, focus.CredentialsError):
        return ""
    parts = [str(error.status) if error.status else "", error.detail]
    parts.append(f"trace {error.trace_id}" if error.trace_id else "")
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _clock(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M %Z}"
