"""Leaving for the provider's consent page; how the trip ended is found in ``returning``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Change, ConnectAttempt, Source
from integrations.services import changes
from integrations.services.actors import Actor

Purpose = ConnectAttempt.Purpose

_ACTIONS = {
    Purpose.CONNECT: Change.Action.CONNECT,
    Purpose.RECONNECT: Change.Action.RECONNECT,
    Purpose.WRITE: Change.Action.WRITE,
}


@dataclass(frozen=True)
class Departure:
    """Where to send the person; the address is a secret of that person and is never stored."""

    attempt: ConnectAttempt
    consent_url: str


class AttemptError(Exception):
    """Focus gave no consent address; ``error`` says why."""

    def __init__(self, attempt: ConnectAttempt, error: focus.FocusError) -> None:
        super().__init__(attempt.pk)
        self.attempt = attempt
        self.error = error


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

    ``return_url`` turns the attempt's id into an absolute address of ours. Raises AttemptError;
    that Focus calls the account connected already (402) is then the attempt's recorded result.
    """
    attempt = _begin(source, purpose, person, by, provider, target)
    try:
        consent_url = _ask(client, attempt, return_url(attempt.pk))
    except focus.FocusError as error:
        if isinstance(error, focus.AlreadyConnectedError):
            complete(attempt, {"outcome": "focus-refused"})
        changes.finish(
            attempt.change,
            changes.outcome_of(error),
            error=error.code,
            trace_id=error.trace_id or "",
        )
        raise AttemptError(attempt, error) from error
    changes.wait(attempt.change, until=attempt.expires_at)
    return Departure(attempt, consent_url)


def cancel(attempt: ConnectAttempt) -> None:
    """Record that the person turned back; a return from another tab is still understood."""
    if attempt.completed_at is not None:
        return
    attempt.result = {"outcome": "cancelled"}
    attempt.save(update_fields=["result"])
    changes.finish(attempt.change, Change.Outcome.REFUSED, error="cancelled")


def complete(attempt: ConnectAttempt, result: dict[str, Any]) -> None:
    """Record the final result: what the attempt's address shows from now on."""
    attempt.result = result
    attempt.completed_at = timezone.now()
    attempt.save(update_fields=["result", "completed_at"])


def is_expired(attempt: ConnectAttempt) -> bool:
    """Say whether the attempt is too old, or was made with a key that was replaced since."""
    too_old = timezone.now() >= attempt.expires_at
    return too_old or attempt.key_generation != attempt.key.generation


def snapshot(account: Account) -> dict[str, Any]:
    """Return what of an account a trip to the provider can change."""
    return {
        "email": account.email,
        "error_status": account.error_status,
        "has_write_scope": account.has_write_scope,
        "scopes": account.scopes,
    }


def _begin(
    source: Source,
    purpose: ConnectAttempt.Purpose,
    person: User,
    by: Actor,
    provider: str,
    target: Account | None,
) -> ConnectAttempt:
    provider = target.provider if target else provider
    change = changes.intend(
        _ACTIONS[purpose],
        source,
        by=by,
        account=target,
        before=snapshot(target) if target else None,
        provider=provider,
    )
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
        before={str(account.integration_id): snapshot(account) for account in present},
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
