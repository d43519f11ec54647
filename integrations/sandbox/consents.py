"""A trip to the provider: begun by Focus, answered by a person, finished by the callback."""

import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from integrations.sandbox.permissions import READ, WRITE, scopes
from integrations.sandbox.refresh import new_calendar
from integrations.sandbox.world import Consent, Json, Person, World

MOST_OPEN = 500
MISSING_PERMISSION = "insufficient_permissions"


class UnknownStateError(Exception):
    """The state of this trip was never given out, or is used up."""


def begin(
    world: World,
    person: Person,
    provider: str,
    permissions: list[str],
    *,
    return_to: str | None,
    integration_id: int | None = None,
) -> Consent:
    """A new trip under a state that nobody can guess; the oldest is forgotten beyond 500."""
    state = secrets.token_urlsafe(32)
    consent = Consent(state, person.email, provider, integration_id, return_to, permissions)
    world.consents[state] = consent
    while len(world.consents) > MOST_OPEN:
        del world.consents[next(iter(world.consents))]
    return consent


def unanswered(world: World, state: str) -> Consent:
    """The trip that still waits for its person; raises UnknownStateError."""
    consent = world.consents.get(state)
    if consent is None or consent.answered:
        raise UnknownStateError(state)
    return consent


def answer(consent: Consent, identity: str | None, granted: Iterable[str]) -> None:
    """Remember what was said at the provider; ``identity`` is None for a refusal."""
    consent.answered = True
    if identity is not None:
        consent.code = secrets.token_urlsafe(24)
        consent.identity = identity
        consent.granted = [p for p in consent.permissions if p in frozenset(granted)]


def finish(world: World, state: str, code: str | None) -> Consent:
    """Use up a trip and do what was allowed; raises UnknownStateError.

    Without the code that the provider gave, nothing is done and the trip counts as refused.
    """
    consent = world.consents.pop(state, None)
    if consent is None or not consent.answered or consent.code != code:
        raise UnknownStateError(state)
    if consent.identity is not None:
        connect(world, consent, consent.identity)
    return consent


def connect(world: World, consent: Consent, email: str) -> None:
    """Connect ``email``, or renew the account that the trip was for.

    An address that is connected already stays exactly as it is, unless the trip was for it: so
    consenting twice changes nothing, and choosing another identity while renewing leaves the
    account alone (and connects the other one when it is new).
    """
    person = world.person(consent.person)
    for account in person.accounts:
        if (account["provider"], account["email"]) == (consent.provider, email):
            if account["calendar_integration_id"] == consent.integration_id:
                grant(world, account, consent.granted)
            return
    account = new_account(world, consent.provider, email)
    person.accounts.append(account)
    grant(world, account, consent.granted)


def new_account(world: World, provider: str, email: str) -> Json:
    """An account just connected, nothing granted yet."""
    return {
        "calendar_integration_id": world.new_id(),
        "email": email,
        "provider": provider,
        "auto_track": False,
        "has_write_scope": False,
        "error_status": "",
        "origin_product_id": 2,
        "created_at": world.clock.stamp(),
        "scopes": [],
        "calendars": [],
    }


def grant(world: World, account: Json, granted: list[str]) -> None:
    """Store what was ticked; an account that may be read and has no calendars brings its own."""
    readable = all(permission in granted for permission in READ)
    account["scopes"] = scopes(account["provider"], granted)
    account["has_write_scope"] = WRITE in granted
    account["error_status"] = "" if readable else MISSING_PERMISSION
    if readable and not account["calendars"]:
        identity = world.identity(account["provider"], account["email"])
        account["calendars"] = [
            new_calendar(world, account, looks, focus_auto_track=False)
            for looks in identity.calendars
        ]


def way_back(consent: Consent) -> str | None:
    """``return_to`` with what the service adds to it, or None when there was none."""
    if consent.return_to is None:
        return None
    added = ("error", "access_denied") if consent.identity is None else ("email", consent.identity)
    parts = urlsplit(consent.return_to)
    query = [*parse_qsl(parts.query, keep_blank_values=True), added]
    return urlunsplit(parts._replace(query=urlencode(query)))
