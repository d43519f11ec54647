"""Trips to the provider's consent page: leaving, coming back, and finding out what changed.

What the provider or Focus add to our return address is never believed: the accounts are listed
again and compared with what was there before. The query only chooses among sentences that the
listing has shown to be true.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Change, ConnectAttempt, Source
from integrations.services import changes, health, keys, mirror
from integrations.services.actors import Actor

Purpose = ConnectAttempt.Purpose

_ACTIONS = {
    Purpose.CONNECT: Change.Action.CONNECT,
    Purpose.RECONNECT: Change.Action.RECONNECT,
    Purpose.WRITE: Change.Action.WRITE,
}
#: Results that may still turn into another one until the attempt expires.
OPEN = frozenset({"unchanged", "refused", "unchecked"})
#: How a recorded result is told in the record.
_OUTCOMES = {
    "connected": Change.Outcome.DONE,
    "reconnected": Change.Outcome.DONE,
    "granted": Change.Outcome.DONE,
    "already": Change.Outcome.DONE,
    "permission": Change.Outcome.DONE,
    "other": Change.Outcome.DONE,
    "refused": Change.Outcome.REFUSED,
    "cancelled": Change.Outcome.REFUSED,
    "focus-refused": Change.Outcome.REFUSED,
}


@dataclass(frozen=True)
class Departure:
    """Where to send the person; the address is a secret of that person and is never stored."""

    attempt: ConnectAttempt
    consent_url: str


def leave(
    client: focus.FocusClient,
    source: Source,
    *,
    purpose: ConnectAttempt.Purpose,
    person: User,
    by: Actor,
    return_url: Callable[[str], str],
    provider: str = "",
    target: Account | None = None,
) -> Departure:
    """Ask Focus for a consent address and remember what was there before.

    ``return_url`` turns the attempt's id into an absolute address of ours. Raises FocusError;
    AlreadyConnectedError has been recorded as the attempt's result before it is raised.
    """
    attempt = _begin(source, purpose, person, by, provider, target)
    try:
        consent_url = _ask(client, attempt, return_url(attempt.pk))
    except focus.FocusError as error:
        if isinstance(error, focus.AlreadyConnectedError):
            _record(attempt, {"outcome": "focus-refused"}, error=error)
        else:
            changes.finish(
                attempt.change,
                changes.outcome_of(error),
                error=error.code,
                trace_id=error.trace_id or "",
            )
        raise AttemptError(attempt) from error
    return Departure(attempt, consent_url)


class AttemptError(Exception):
    """Focus gave no consent address; the cause is a FocusError."""

    def __init__(self, attempt: ConnectAttempt) -> None:
        super().__init__(attempt.pk)
        self.attempt = attempt


def settle(attempt: ConnectAttempt, hints: Mapping[str, str]) -> None:
    """List the accounts again and record what the trip came to.

    A completed or expired attempt stays as it is. ``hints`` is the query of the return address.
    """
    if attempt.completed_at or is_expired(attempt):
        return
    source = keys.source(attempt.key, attempt.workspace)
    error = mirror.look(source, force=True)
    if error is not None:
        attempt.result = {"outcome": "unchecked", "error": error.code}
        attempt.save(update_fields=["result"])
        return
    _record(attempt, _found(attempt, source, hints))


def cancel(attempt: ConnectAttempt) -> None:
    """Record that the person turned back before leaving."""
    if attempt.completed_at is None:
        _record(attempt, {"outcome": "cancelled"})


def is_expired(attempt: ConnectAttempt) -> bool:
    """Say whether the attempt is too old, or was made with a key that was replaced since."""
    too_old = timezone.now() >= attempt.expires_at
    return too_old or attempt.key_generation != attempt.key.generation


def _begin(
    source: Source,
    purpose: ConnectAttempt.Purpose,
    person: User,
    by: Actor,
    provider: str,
    target: Account | None,
) -> ConnectAttempt:
    provider = target.provider if target else provider
    change = changes.intend(_ACTIONS[purpose], source, by=by, account=target, provider=provider)
    present = source.accounts.filter(gone_at=None)
    return ConnectAttempt.objects.create(
        person=person,
        key=source.key,
        key_generation=source.key.generation,
        workspace=source.workspace,
        purpose=purpose,
        provider=provider,
        target=target,
        change=change,
        before={str(account.integration_id): _snapshot(account) for account in present},
        expires_at=timezone.now() + timedelta(seconds=settings.ATTEMPT_LIFETIME),
    )


def _ask(client: focus.FocusClient, attempt: ConnectAttempt, return_url: str) -> str:
    if attempt.target is not None:
        keep = attempt.purpose == Purpose.RECONNECT
        number = attempt.target.integration_id
        return client.reauth(number, return_url, preserve_scope=keep)
    try:
        return client.setup(attempt.provider, return_url)
    except focus.RejectedError as error:
        if error.status != 400:
            raise
        consent_url = client.setup(attempt.provider, None)
    attempt.returns = False
    attempt.save(update_fields=["returns"])
    return consent_url


def _snapshot(account: Account) -> dict[str, Any]:
    return {
        "email": account.email,
        "provider": account.provider,
        "error_status": account.error_status,
        "has_write_scope": account.has_write_scope,
        "scopes": account.scopes,
    }


def _found(attempt: ConnectAttempt, source: Source, hints: Mapping[str, str]) -> dict[str, Any]:
    """Return the one true thing that can be said now: {"outcome", "email", …}."""
    present = {
        account.integration_id: account
        for account in source.accounts.filter(gone_at=None, provider=attempt.provider)
    }
    new = [row for number, row in present.items() if str(number) not in attempt.before]
    if attempt.purpose != Purpose.CONNECT:
        found = _found_for_target(attempt, present, new)
    elif new:
        found = _connected(max(new, key=lambda row: row.integration_id))
    else:
        found = None
    return found or _found_nothing(attempt, list(present.values()), hints)


def _found_for_target(
    attempt: ConnectAttempt, present: Mapping[int, Account], new: list[Account]
) -> dict[str, Any] | None:
    number = attempt.change.integration_id
    before = attempt.before.get(str(number), {})
    target = present.get(number) or next(
        (row for row in new if row.email == attempt.change.email), None
    )
    if target is not None and _snapshot(target) != before:
        return _changed_target(attempt, target)
    if new:
        return {**_connected(new[0]), "outcome": "other", "wanted": attempt.change.email}
    if target is not None and attempt.purpose == Purpose.WRITE and target.has_write_scope:
        return {**_named(target), "outcome": "granted"}
    return None


def _changed_target(attempt: ConnectAttempt, target: Account) -> dict[str, Any]:
    missing = list(health.missing_permissions(target.scopes))
    if target.state == Account.State.PERMISSION:
        return {**_named(target), "outcome": "permission", "missing": missing}
    if attempt.purpose == Purpose.WRITE and not target.has_write_scope:
        return {**_named(target), "outcome": "permission", "missing": [health.CHANGE_EVENTS]}
    if target.error_status:
        return {**_named(target), "outcome": "unchanged"}
    outcome = "granted" if attempt.purpose == Purpose.WRITE else "reconnected"
    return {**_named(target), "outcome": outcome}


def _connected(account: Account) -> dict[str, Any]:
    if account.state == Account.State.PERMISSION:
        missing = list(health.missing_permissions(account.scopes))
        return {**_named(account), "outcome": "permission", "missing": missing}
    return {**_named(account), "outcome": "connected"}


def _named(account: Account) -> dict[str, Any]:
    present = account.calendars.filter(gone_at=None)
    return {
        "account": account.pk,
        "email": account.email,
        "calendars": present.count(),
        "off": present.filter(selected=False).count(),
    }


def _found_nothing(
    attempt: ConnectAttempt, present: list[Account], hints: Mapping[str, str]
) -> dict[str, Any]:
    if hints.get("error") == "access_denied":
        return {"outcome": "refused"}
    named = [row for row in present if row.email and row.email == hints.get("email")]
    if attempt.purpose == Purpose.CONNECT and named:
        return {**_named(named[0]), "outcome": "already"}
    other = [row for row in named if row.integration_id != attempt.change.integration_id]
    if other:
        return {**_named(other[0]), "outcome": "other", "wanted": attempt.change.email}
    if named and attempt.purpose == Purpose.WRITE:
        return {**_named(named[0]), "outcome": "permission", "missing": [health.CHANGE_EVENTS]}
    if named and not named[0].error_status:
        return {**_named(named[0]), "outcome": "already"}
    return {"outcome": "unchanged"}


def _record(
    attempt: ConnectAttempt, result: dict[str, Any], *, error: focus.FocusError | None = None
) -> None:
    attempt.result = result
    if result["outcome"] not in OPEN:
        attempt.completed_at = timezone.now()
    attempt.save(update_fields=["result", "completed_at"])
    outcome = _OUTCOMES.get(result["outcome"])
    if outcome is None:
        return
    change = attempt.change
    change.email = result.get("email", change.email)
    if "account" in result:
        account = Account.objects.get(pk=result["account"])
        change.integration_id = account.integration_id
        change.after = {"error_status": account.error_status, "scopes": account.scopes}
    changes.finish(change, outcome, error=error.code if error else "")
