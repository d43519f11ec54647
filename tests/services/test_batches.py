"""Sets of changes: committed whole, ended whole, and closed once by whoever comes last."""

import logging
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Batch, BatchPart, Change, Key, Snapshot, Source
from integrations.services import audit, batches, keys, mirror
from integrations.services.actors import Actor
from integrations.services.plans import Plan
from tests.bulk import begin, begin_all, changes, is_finished, outcomes, part_of, tally, work
from tests.services.conftest import MANY, WISH
from tests.teamwork import give_key

Accounts = dict[str, Account]
Outcome = Change.Outcome


def two_keys(source: Source, manager: User, actor: Actor) -> Batch:
    """Begin a batch through the shared key and through one of Mia's own."""
    key = Key.objects.filter(owner=manager).first() or give_key(manager, "bo")
    mias = keys.source(key, source.workspace)
    mirror.read(mias)
    rows = [
        account.calendars.order_by("pk")[0]
        for row in (source, mias)
        for account in row.accounts.order_by("pk")[:2]
    ]
    return begin(dict.fromkeys(rows, WISH), by=actor, sources=[source, mias])


def test_every_intent_is_committed_before_anything_is_sent(
    batch: Batch, actor: Actor, source: Source, asked: Any
) -> None:
    assert asked() == []
    assert tally(batch) == {"intended": MANY}
    assert [change.position for change in changes(batch)] == list(range(MANY))
    first = changes(batch)[0]
    assert (first.actor_subject, first.role, first.key) == (
        "mia@example.com",
        "manager",
        source.key_id,
    )
    assert first.before == {"background_color": "#9fe1e7"}
    assert (first.after, first.undoes, first.lease_until) == (WISH, None, None)
    assert (batch.workspace_id, batch.workspace_label, batch.role) == (
        4400001,
        "Example Studio",
        "manager",
    )
    part = part_of(batch)
    assert (part.key, part.key_label, part.key_generation) == (source.key_id, "the shared key", 1)
    assert str(part) == f"{batch.pk} (the shared key)"


def test_what_the_calendars_were_set_to_is_kept(batch: Batch) -> None:
    kept = [entry for row in Snapshot.objects.filter(about=batch.pk) for entry in row.calendars]

    assert sorted(entry["calendar_id"] for entry in kept) == sorted(
        change.calendar_id for change in changes(batch)
    )


def test_every_key_gets_a_part(
    accounts: Accounts, source: Source, manager: User, actor: Actor
) -> None:
    batch = two_keys(source, manager, actor)

    assert batch.parts.count() == 2
    for part in batch.parts.all():
        assert Change.objects.filter(batch=batch, key=part.key).count() == 2


def test_a_batch_without_changes_is_none(actor: Actor, db: None) -> None:
    with pytest.raises(ValueError, match="without changes"):
        batches.start(Plan(), kind=Batch.Kind.EDIT, by=actor)


def test_it_is_finished_when_the_last_of_its_parts_is(
    accounts: Accounts, source: Source, manager: User, actor: Actor
) -> None:
    batch = two_keys(source, manager, actor)
    first, second = batch.parts.order_by("pk")

    work(first)
    assert not is_finished(batch)
    first.refresh_from_db()
    assert first.finished_at is not None
    work(second)

    assert is_finished(batch)
    assert tally(batch) == {"done": 4}


def test_what_is_under_way_keeps_a_part_open(batch: Batch) -> None:
    part = part_of(batch)
    assert not batches.close(part)

    Change.objects.update(outcome=Outcome.UNKNOWN)
    assert not batches.close(part)
    assert not is_finished(batch)

    # Nothing more will be read for it.
    assert batches.close(part, given_up=True)
    assert is_finished(batch)


@pytest.mark.django_db(transaction=True)
def test_parts_that_close_at_the_same_time_finish_the_batch_once(
    accounts: Accounts,
    source: Source,
    manager: User,
    actor: Actor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    for _ in range(5):
        batch = two_keys(source, manager, actor)
        Change.objects.update(outcome=Outcome.DONE)
        caplog.clear()

        def close(part: BatchPart) -> None:
            batches.close(part)
            connection.close()

        threads = [Thread(target=close, args=(part,)) for part in batch.parts.all()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert is_finished(batch)
        assert caplog.text.count("batch-finished") == 1
    assert batches.close(batch.parts.all()[0])  # once more is harmless


def test_the_rest_ends_once_and_what_is_under_way_does_not(batch: Batch) -> None:
    first, second, *_ = changes(batch)
    Change.objects.filter(pk=first.pk).update(outcome=Outcome.SENDING)
    Change.objects.filter(pk=second.pk).update(outcome=Outcome.DONE)

    batches.end_rest(part_of(batch), Outcome.REFUSED, "stopped")
    batches.end_rest(part_of(batch), Outcome.FAILED, "internal")

    assert outcomes(batch)[:2] == [("sending", ""), ("done", "")]
    assert tally(batch) == {"sending": 1, "done": 1, "refused stopped": MANY - 2}
    assert changes(batch)[2].finished_at is not None


def test_a_long_rest_ends_in_several_steps(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    monkeypatch.setattr(batches, "CHUNK", 5)

    batches.end_rest(part_of(batch), Outcome.REFUSED, "stopped")

    assert tally(batch) == {"refused stopped": MANY}
    assert caplog.text.count('outcome="refused" error="stopped"') == MANY


def test_a_stop_is_told_with_who_it_was_and_counts_once(
    batch: Batch, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    batches.stop(batch, by=actor)
    stopped_at = batch.stopped_at

    batches.stop(batch, by=Actor("local", "ed@example.com", "Ed", "editor", "1" * 32))

    assert (batch.stopped_at, batch.stopped_by) == (stopped_at, "Mia Manager")
    assert batches.is_stopped(part_of(batch))
    [line] = [r.getMessage() for r in caplog.records if r.getMessage().startswith("batch-stopped")]
    assert 'by="local:mia@example.com"' in line
    assert f'id="{batch.pk}"' in line


def test_what_is_finished_cannot_be_stopped(batch: Batch, actor: Actor) -> None:
    work(batch)

    batches.stop(batch, by=actor)

    batch.refresh_from_db()
    assert batch.stopped_at is None
    assert tally(batch) == {"done": MANY}


def test_its_outcomes_are_counted(batch: Batch, manager: User, editor: User) -> None:
    Change.objects.filter(pk=changes(batch)[0].pk).update(outcome=Outcome.UNKNOWN)

    assert batches.outcomes(batch) == {"intended": MANY - 1, "unknown": 1}
    assert list(batches.made_by(manager)) == [batch]
    assert list(batches.made_by(editor)) == []


def test_whoever_confirms_and_finishes_is_a_line_of_the_log(
    accounts: Accounts,
    source: Source,
    manager: User,
    actor: Actor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    begun = timezone.now()
    batch = begin_all(source, by=actor, most=2, **WISH)
    work(batch)

    lines = [record.getMessage() for record in caplog.records]
    told = [line for line in lines if line.startswith("batch")]
    assert [line.split()[0] for line in told] == ["batch-confirmed", "batch-finished"]
    assert "changes=2" in told[0]
    assert "done=2" in told[1]
    of_changes = [line for line in lines if line.startswith("change ")]
    outcomes_ = [line.split('outcome="')[1].split('"')[0] for line in of_changes]
    assert outcomes_[:2] == ["intended", "intended"]
    assert sorted(outcomes_[2:]) == ["done", "done", "sending", "sending"]
    assert batch.created_at >= begun
