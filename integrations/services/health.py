"""How an account is, decided in one place from what Focus reports.

No list of ``error_status`` values is published, so the words that providers are known to use are
looked for, and everything else is *needs attention* with the text shown as it came.
"""

from collections.abc import Iterable

from integrations.models import Account

State = Account.State

#: OAuth's and the two providers' words for access that ended (RFC 6749 section 5.2).
ENDED = ("invalid_grant", "expired", "revoked", "unauthorized", "invalid_token", "token")
MISSING = ("insufficient", "permission", "scope")
ADMIN = ("admin_consent", "admin_approval", "consent_required", "aadsts65001", "aadsts90094")

SEE_CALENDARS = "calendars"
SEE_EVENTS = "events"
CHANGE_EVENTS = "write"

_GOOGLE = "https://www.googleapis.com/auth/"
#: Scope to the permissions it gives.
SCOPES: dict[str, frozenset[str]] = {
    f"{_GOOGLE}calendar": frozenset({SEE_CALENDARS, SEE_EVENTS, CHANGE_EVENTS}),
    f"{_GOOGLE}calendar.readonly": frozenset({SEE_CALENDARS, SEE_EVENTS}),
    f"{_GOOGLE}calendar.calendarlist": frozenset({SEE_CALENDARS}),
    f"{_GOOGLE}calendar.calendarlist.readonly": frozenset({SEE_CALENDARS}),
    f"{_GOOGLE}calendar.events": frozenset({SEE_EVENTS, CHANGE_EVENTS}),
    f"{_GOOGLE}calendar.events.readonly": frozenset({SEE_EVENTS}),
    "calendars.read": frozenset({SEE_CALENDARS, SEE_EVENTS}),
    "calendars.read.shared": frozenset({SEE_CALENDARS, SEE_EVENTS}),
    "calendars.readwrite": frozenset({SEE_CALENDARS, SEE_EVENTS, CHANGE_EVENTS}),
    "calendars.readwrite.shared": frozenset({SEE_CALENDARS, SEE_EVENTS, CHANGE_EVENTS}),
}
#: Scopes that say who someone is and give nothing of their calendars.
_IDENTITY = frozenset(
    {
        "openid",
        "email",
        "profile",
        "offline_access",
        "user.read",
        f"{_GOOGLE}userinfo.email",
        f"{_GOOGLE}userinfo.profile",
    }
)
_GRAPH = "https://graph.microsoft.com/"


def permissions(scopes: Iterable[str]) -> frozenset[str]:
    """Return what the scopes allow, of SEE_CALENDARS, SEE_EVENTS and CHANGE_EVENTS."""
    names = (scope.lower().removeprefix(_GRAPH) for scope in scopes)
    return frozenset().union(*(SCOPES.get(name, frozenset()) for name in names))


def missing_permissions(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return what reading needs and the scopes lack; nothing is claimed of scopes unknown to us."""
    names = [scope.lower().removeprefix(_GRAPH) for scope in scopes]
    if not names or not all(name in SCOPES or name in _IDENTITY for name in names):
        return ()
    granted = permissions(names)
    return tuple(name for name in (SEE_CALENDARS, SEE_EVENTS) if name not in granted)


def state(error_status: str, scopes: Iterable[str], calendars: int) -> Account.State:
    """Return the account's state; ``calendars`` counts those that it brings."""
    problem = error_status.strip().lower()
    for words, found in ((ADMIN, State.ADMIN), (MISSING, State.PERMISSION)):
        if any(word in problem for word in words):
            return found
    if any(word in problem for word in ENDED):
        return State.RECONNECT
    if problem:
        return State.UNKNOWN
    if missing_permissions(tuple(scopes)):
        return State.PERMISSION
    return State.WORKING if calendars else State.EMPTY


def urgency(found: Account.State) -> int:
    """Return the rank by which lists are sorted, most urgent first."""
    return list(State).index(found)
