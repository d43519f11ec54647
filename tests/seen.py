"""People with keys and with what these saw, as rows; Focus is asked nothing."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Key, Source, Workspace
from integrations.services import health, keys
from tests.conftest import WORKSPACE

State = Account.State
_numbers = count(900_001)


def person(name: str, *, issuer: str = "local", **fields: Any) -> User:
    """Add somebody without a key; "Bo" is bo@example.com."""
    email = fields.pop("email", f"{name.casefold()}@example.com")
    subject = fields.pop("subject", email)
    return User.objects.create(issuer=issuer, subject=subject, email=email, name=name, **fields)


def holder(name: str, *states: Account.State, age: int = 5, **fields: Any) -> Key:
    """Add somebody with a key that was good ``age`` minutes ago and saw accounts in these states.

    ``fields`` are the key's own.
    """
    key = Key.objects.create(owner=person(name), fingerprint="f", **fields)
    Key.objects.filter(pk=key.pk).update(created_at=timezone.now() - timedelta(days=30))
    key.refresh_from_db()
    saw(key, *states, age=age)
    return key


def saw(key: Key, *states: Account.State, age: int = 5, workspace: int = WORKSPACE) -> Source:
    """Let a key have seen accounts ``age`` minutes ago."""
    then = timezone.now() - timedelta(minutes=age)
    source = keys.source(key, Workspace.objects.get(workspace_id=workspace))
    Source.objects.filter(pk=source.pk).update(last_good_at=then)
    for state in states:
        account(source, state, then)
    return source


def account(source: Source, state: Account.State, then: Any, number: int | None = None) -> Account:
    """Add an account with a calendar as it was seen then."""
    number = number or next(_numbers)
    row = Account.objects.create(
        source=source,
        integration_id=number,
        email=f"a{number}@example.com",
        provider="google",
        state=state,
        urgency=health.urgency(state),
        search=f"a{number}@example.com",
        seen_at=then,
        raw="{}",
    )
    Calendar.objects.create(
        account=row,
        calendar_id=number,
        name=f"Secret plans {number}",
        selected=False,
        raw="{}",
        search="",
        first_seen_at=then,
        seen_at=then,
    )
    return row


def failed(key: Key, error: str, *, age: int = 1, workspace: int = WORKSPACE) -> None:
    """Let the last look through a key have failed ``age`` minutes ago."""
    keys.source(key, Workspace.objects.get(workspace_id=workspace))
    Source.objects.filter(key=key, workspace__workspace_id=workspace).update(
        last_error=error, last_error_at=timezone.now() - timedelta(minutes=age)
    )
