"""Deleting of the record: what ended long ago and belongs together, and nothing that is open."""

import logging
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import (
    Account,
    Batch,
    Change,
    ConnectAttempt,
    Dismissal,
    Draft,
    FirstColours,
    KeyUse,
    Name,
    Recolouring,
    Snapshot,
    Source,
    ToldAccount,
    WorkerBeat,
)
from integrations.services import account_needs, audit, calendar_needs, dismissals, pruning
from integrations.services.actors import Actor
from integrations.services.pruning import Pruned

NOTHING = Pruned(*[0 for _kind in fields(Pruned)])


@pytest.fixture
def _three_years(settings: LazySettings) -> None:
    """The time that is configured."""
    settings.RECORD_DAYS = 1095


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_three_years")]


def only(**numbers: int) -> Pruned:
    """Return that nothing else went."""
    return replace(NOTHING, **numbers)


def ago(days: float) -> datetime:
    """Return a moment."""
    return timezone.now() - timedelta(days=days)


def change(days: float | None, outcome: str = "done", **more: Any) -> Change:
    """Make a change that ended so many days ago; None: it has not."""
    finished_at = None if days is None else ago(days)
    return Change.objects.create(
        action="edit",
        key=uuid4(),
        workspace_id=1,
        integration_id=7,
        outcome=outcome,
        finished_at=finished_at,
        **more,
    )


def test_what_ended_longer_ago_than_configured_is_deleted(actor: Actor) -> None:
    for outcome in ("done", "failed", "refused", "conflict", "unknown"):
        change(1096, outcome)
    young = change(1094)

    assert pruning.count().changes == 5
    assert pruning.prune(by=actor).changes == 5

    assert list(Change.objects.all()) == [young]


def test_how_long_is_configured(settings: LazySettings, actor: Actor) -> None:
    settings.RECORD_DAYS = 30
    kept = change(29)
    change(31)

    pruning.prune(by=actor)

    assert list(Change.objects.all()) == [kept]


@pytest.mark.parametrize("outcome", ["intended", "sending"])
def test_what_is_open_stays_however_old(actor: Actor, outcome: str) -> None:
    change(None, outcome)
    change(2000, outcome, calendar_id=2)

    assert pruning.prune(by=actor) == NOTHING
    assert Change.objects.count() == 2


def test_a_batch_stays_whole_while_it_goes_on_and_goes_when_nothing_of_it_is_left(
    actor: Actor,
) -> None:
    going = Batch.objects.create()
    done = Batch.objects.create(finished_at=ago(1096))
    empty = Batch.objects.create(finished_at=ago(1096))
    partly = Batch.objects.create(finished_at=ago(1096))
    for batch in (going, done, partly):
        change(1097, batch=batch)
        batch.parts.create(key=uuid4(), key_label="a key", key_generation=1)
    change(3, batch=partly)  # was settled late

    assert pruning.count() == only(changes=2, batches=2)
    assert pruning.prune(by=actor) == only(changes=2, batches=2)

    assert set(Batch.objects.all()) == {going, partly}
    assert going.parts.count() == 1
    assert not Batch.objects.filter(pk__in=[done.pk, empty.pk]).exists()


def trip(source: Source, person: User, of: Change, **more: Any) -> ConnectAttempt:
    """Make a trip to a provider."""
    return ConnectAttempt.objects.create(
        person=person,
        key=source.key,
        key_generation=1,
        workspace=source.workspace,
        purpose="connect",
        provider="google",
        change=of,
        **more,
    )


def test_a_trip_to_the_provider_goes_with_its_change(
    actor: Actor, source: Source, accounts: dict[str, Account], manager: User
) -> None:
    old, young = change(1096), change(5)
    for made in (old, young):
        trip(source, manager, made, expires_at=ago(0))

    assert pruning.count() == only(changes=1, attempts=1)
    assert pruning.prune(by=actor) == only(changes=1, attempts=1)

    assert [attempt.change for attempt in ConnectAttempt.objects.all()] == [young]


def test_a_trip_that_has_ended_goes_before_its_change(
    actor: Actor, source: Source, manager: User
) -> None:
    kept = [
        trip(source, manager, change(31), expires_at=ago(40), completed_at=ago(29)),
        trip(source, manager, change(31, "refused"), expires_at=ago(29)),
    ]
    trip(source, manager, change(31), expires_at=ago(29), completed_at=ago(31))
    trip(source, manager, change(31, "refused"), expires_at=ago(31))
    trip(source, manager, change(31, "unknown", settled_at=ago(31)), expires_at=ago(31))

    assert pruning.count() == only(attempts=3)
    assert pruning.prune(by=actor) == only(attempts=3)

    assert set(ConnectAttempt.objects.all()) == {*kept}
    assert Change.objects.count() == 5


@pytest.mark.parametrize("outcome", ["intended", "sending", "unknown"])
def test_a_trip_stays_while_a_read_may_settle_what_became_of_it(
    actor: Actor, source: Source, manager: User, outcome: str
) -> None:
    trip(source, manager, change(31, outcome), expires_at=ago(31))

    assert pruning.prune(by=actor) == NOTHING
    assert ConnectAttempt.objects.exists()


def test_sessions_that_are_over_go(actor: Actor) -> None:
    for days in (0.1, -0.1):
        Session.objects.create(session_key=f"session {days}", expire_date=ago(days))

    assert pruning.count() == only(sessions=1)
    assert pruning.prune(by=actor) == only(sessions=1)

    assert Session.objects.get().pk == "session -0.1"


def test_settings_that_somebody_is_about_to_bring_back_stay(
    actor: Actor, source: Source, manager: User
) -> None:
    kept = Snapshot.objects.create(
        reason="disconnect",
        about=uuid4(),
        key=source.key_id,
        workspace_id=1,
        integration_id=1,
        calendars=[],
    )
    Snapshot.objects.update(taken_at=ago(1096))
    draft = Draft.objects.create(
        person=manager, workspace=source.workspace, kind="restore", about=kept.pk
    )

    assert pruning.prune(by=actor) == NOTHING

    Draft.objects.filter(pk=draft.pk).update(created_at=ago(31))
    assert pruning.prune(by=actor) == only(drafts=1, snapshots=1)


def test_selections_snapshots_and_killed_workers_go_by_their_own_age(
    actor: Actor, source: Source, manager: User
) -> None:
    for days in (29, 31):
        draft = Draft.objects.create(person=manager, workspace=source.workspace, kind="edit")
        Draft.objects.filter(pk=draft.pk).update(created_at=ago(days))
    for days in (1094, 1096):
        kept = Snapshot.objects.create(
            reason="bulk",
            about=uuid4(),
            key=source.key_id,
            workspace_id=1,
            integration_id=1,
            calendars=[],
        )
        Snapshot.objects.filter(pk=kept.pk).update(taken_at=ago(days))
        Recolouring.objects.create(
            change=uuid4(),
            key=source.key_id,
            workspace_id=1,
            integration_id=1,
            calendar_id=1,
            before={},
            after={},
            found_at=ago(days),
        )
    for days in (0.5, 1.5):
        WorkerBeat.objects.create(id=f"worker {days}", beat_at=ago(days))

    gone = only(drafts=1, snapshots=1, recolourings=1, beats=1)
    assert pruning.count() == gone
    assert pruning.prune(by=actor) == gone

    assert pruning.prune(by=actor) == NOTHING
    assert Recolouring.objects.count() == 1
    assert (Draft.objects.count(), Snapshot.objects.count()) == (1, 1)
    assert WorkerBeat.objects.get().pk == "worker 0.5"


def test_a_selection_is_counted_before_its_batch_takes_it_along(
    actor: Actor, source: Source, manager: User
) -> None:
    batch = Batch.objects.create(finished_at=ago(1096))
    draft = Draft.objects.create(
        person=manager, workspace=source.workspace, kind="edit", batch=batch
    )
    Draft.objects.filter(pk=draft.pk).update(created_at=ago(1097))

    assert pruning.prune(by=actor) == only(batches=1, drafts=1)


def test_many_are_deleted_in_several_steps(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 3)
    for number in range(8):
        change(1096, calendar_id=number)
        WorkerBeat.objects.create(id=str(number), beat_at=ago(2))

    pruned = pruning.prune(by=actor)

    assert (pruned.changes, pruned.beats) == (8, 8)


def test_counting_deletes_nothing(actor: Actor) -> None:
    change(1096)

    pruning.count()

    assert Change.objects.count() == 1


def test_the_log_says_how_much_went_and_who_had_it_deleted(
    actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    change(1096)

    pruning.prune(by=actor)

    [line] = [entry.getMessage() for entry in caplog.records]
    assert line.startswith('record-pruned actor="local:mia@example.com"')
    assert "changes=1" in line
    assert f'before="{ago(1095).date()}' in line


def test_what_comes_back_to_life_meanwhile_stays() -> None:
    """A worker that was silent beats again between being found and being deleted."""
    for number in range(3):
        WorkerBeat.objects.create(id=str(number), beat_at=ago(2))
    asked = 0

    def silent() -> QuerySet[WorkerBeat]:
        nonlocal asked
        asked += 1
        if asked == 2:
            WorkerBeat.objects.filter(pk="1").update(beat_at=ago(0))
        return WorkerBeat.objects.filter(beat_at__lt=ago(1))

    assert pruning.in_pieces(silent) == 2

    assert WorkerBeat.objects.get().pk == "1"


def test_who_read_through_whose_key_goes_with_the_record(actor: Actor, source: Source) -> None:
    by = {"key": source.key, "issuer": "local", "subject": "mia@example.com", "name": "Mia"}
    KeyUse.objects.create(**by, day=timezone.localdate(ago(1096)))
    kept = KeyUse.objects.create(**by, day=timezone.localdate(ago(1095)))

    assert pruning.count() == only(uses=1)
    assert pruning.prune(by=actor) == only(uses=1)

    assert KeyUse.objects.get() == kept


def test_what_a_number_is_called_and_what_colours_were_first_stay(
    actor: Actor, source: Source
) -> None:
    Name.objects.create(
        source=source,
        key_generation=1,
        kind="project",
        number=7,
        seen_at=ago(4000),
        gone_at=ago(3999),
    )
    FirstColours.objects.create(
        key=source.key_id, workspace_id=1, integration_id=7, calendar_id=2, colours={}
    )

    assert pruning.prune(by=actor) == NOTHING
    assert (Name.objects.count(), FirstColours.objects.count()) == (1, 1)


def test_what_mail_has_said_goes_with_the_last_row_of_its_account(
    actor: Actor, accounts: dict[str, Account]
) -> None:
    for row in accounts.values():
        ToldAccount.objects.create(integration_id=row.integration_id, seen_at=ago(0))
    Account.objects.filter(email="events@example.com").delete()

    assert pruning.count() == only(told=1)
    assert pruning.prune(by=actor) == only(told=1)

    assert ToldAccount.objects.count() == 5


@pytest.mark.parametrize(
    ("change", "goes"),
    [
        ({}, 0),
        ({"auto_track": True}, 0),
        ({"state": Account.State.WORKING}, 1),
        ({"error_status": "something_else"}, 1),
        ({"gone_at": "now"}, 2),  # a colour of it as well
        ({"state_since": "now"}, 1),
    ],
)
def test_what_was_dismissed_goes_with_its_line(
    accounts: dict[str, Account],
    source: Source,
    manager: User,
    actor: Actor,
    change: dict[str, Any],
    goes: int,
) -> None:
    for need in [
        *account_needs.find([source], manager),
        *calendar_needs.find([source], manager, [4400001, 4400002]),
    ]:
        dismissals.dismiss(need, source.workspace, by=actor)
    assert Dismissal.objects.count() == 5
    now = {name: timezone.now() for name, value in change.items() if value == "now"}
    Account.objects.filter(email="events@example.com").update(**change | now)

    assert pruning.count() == only(dismissals=goes)
    assert pruning.prune(by=actor) == only(dismissals=goes)
    assert pruning.count() == NOTHING
