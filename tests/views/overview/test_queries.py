"""The overview costs as many queries however much there is, and few once it was read."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Batch, BatchPart, Calendar, Change, Key, Snapshot, Source
from integrations.sandbox import Sandbox
from integrations.services import accounts as account_service
from integrations.services import changes, keys, name_reading, recolouring
from integrations.services.actors import Actor
from integrations.views import remembering
from tests import bulk, seen
from tests.views.addresses import at

State = Account.State
Accounts = dict[str, Account]


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    remembering._lists.clear()


def queries(client: Client, query: str = "") -> int:
    """Return how many queries the page takes, without what it says once of each batch."""
    Batch.objects.update(told_at=timezone.now())
    with CaptureQueriesContext(connection) as found:
        assert client.get(at("overview") + query).status_code == 200
    return len(found)


def more(number: int, source: Source, actor: Actor, sandbox: Sandbox) -> None:
    """Add people with keys, broken accounts, calendars of every kind, batches, kept settings."""
    now = timezone.now()
    for index in range(number):
        key = seen.holder(f"P{index}{now.timestamp()}", State.RECONNECT, State.ADMIN, State.EMPTY)
        Key.objects.filter(pk=key.pk).update(expires_on=now.date() + timedelta(days=1))
        Source.objects.filter(key=key).update(last_good_at=now)
    rows = Calendar.objects.filter(account__source__key__owner__isnull=False)
    rows.update(selected=True, contrast=1, undecided_since=now, default_workspace_id=9)
    rows.update(external_id="same", default_project_id=999_999, default_planned_task_id=999_998)
    for _batch in range(number):
        sandbox.fault("update_calendar", "status", status=400)
        bulk.work(bulk.begin_all(source, by=actor, most=1, auto_track=True))
        Calendar.objects.update(auto_track=False)
        waiting = Batch.objects.create(
            workspace_id=source.workspace.workspace_id,
            actor_issuer=actor.issuer,
            actor_subject=actor.subject,
        )
        waiting.parts.create(
            key=source.key_id,
            key_generation=1,
            waits_for=BatchPart.Wait.QUOTA,
            resumes_at=now + timedelta(hours=1),
        )
    for account in Account.objects.filter(source=source)[:number]:
        row = account.calendars.all()[0]
        look = {name: getattr(row, name) for name in ("background_color", "foreground_color")}
        account.source = source
        recolouring.note(change(account, source, actor), account, [recoloured(row, look)])
    kept = Snapshot.objects.filter(reason=Snapshot.Reason.DISCONNECT)[0]
    for account in Account.objects.filter(source=source)[:number]:
        Snapshot.objects.create(
            reason=kept.reason,
            about=kept.about,
            key=source.key_id,
            workspace_id=kept.workspace_id,
            integration_id=1,
            provider=account.provider,
            email=account.email,
            calendars=kept.calendars,
        )


def change(account: Account, source: Source, actor: Actor) -> Change:
    """Return the record of a refresh that is over: no lease of it ends meanwhile."""
    found = changes.intend(Change.Action.REFRESH, source, by=actor, account=account)
    changes.finish(found, Change.Outcome.DONE)
    return found


def recoloured(row: Calendar, look: dict[str, Any]) -> dict[str, Any]:
    """Return the entry of a difference that says that a calendar had no colours before."""
    before = dict.fromkeys(look, "#010101")
    return {"calendar_id": row.calendar_id, "before": before, "after": look}


@pytest.fixture
def begun(source: Source, accounts: Accounts, actor: Actor, sandbox: Sandbox, manager: User) -> Key:
    """A workspace in which there is a little of everything."""
    name_reading.look_up(source, by=actor)
    account = accounts["studio@example.com"]
    account.source = source
    with keys.opened(source) as client:
        account_service.disconnect(client, account, keep_entries=True, by=actor)
    Account.objects.update(gone_at=None)
    more(2, source, actor, sandbox)
    return source.key


@pytest.mark.parametrize("query", ["", "?kind=colour"])
def test_more_of_everything_takes_no_more_queries(
    client: Client, begun: Key, source: Source, actor: Actor, sandbox: Sandbox, query: str
) -> None:
    client.get(at("overview"))  # whose session notes the workspace
    Source.objects.update(last_good_at=timezone.now())
    remembering._lists.clear()
    before = queries(client, query)

    more(6, source, actor, sandbox)
    Source.objects.update(last_good_at=timezone.now())

    after = queries(client, query)
    kinds = {str(group.kind) for group in client.get(at("overview")).context["groups"]}
    assert kinds == {"soon", "account", "batch", "new", "kept", "default", "twin", "colour"} | {
        "recoloured"
    }
    assert (after, after <= 45) == (before, True)


@pytest.mark.thorough
def test_once_read_the_mirror_is_left_alone(client: Client, begun: Key) -> None:
    client.get(at("overview"))
    Source.objects.update(last_good_at=timezone.now())
    Calendar.objects.update(selected=True)
    cold = queries(client)

    warm = queries(client)

    assert warm <= cold - 7
