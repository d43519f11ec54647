"""Slices of a batch: read once, write side by side, wait, go on, come to an end, lose nothing."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Lock, Thread
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Batch, BatchPart, Change, Key, Source
from integrations.sandbox import Sandbox
from integrations.sandbox.context import Moment, RequestSeen
from integrations.services import batches, freshness, keys, mirror, working, writing
from integrations.services.actors import Actor
from tests.bulk import (
    after,
    begin_all,
    carry_out,
    changes,
    is_finished,
    part_of,
    tally,
    theirs,
    work,
)
from tests.clocks import Clock
from tests.services.conftest import MANY, WISH
from tests.teamwork import KEYS, give_key, person

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Outcome = Change.Outcome
Wait = BatchPart.Wait


def test_it_reads_once_and_writes_every_calendar(
    batch: Batch, sandbox: Sandbox, asked: Asked
) -> None:
    again = work(batch)

    assert again is None
    assert asked() == ["list_accounts", *["update_calendar"] * MANY]
    assert is_finished(batch)
    assert tally(batch) == {"done": MANY}
    for change in changes(batch):
        assert theirs(sandbox, change)["background_color"] == "#123456"
        assert change.before["background_color"] != "#123456"
    part = part_of(batch)
    assert (part.spent, part.crashes, part.failures, part.holder) == (1 + MANY, 0, 0, "")
    assert part.lease_until is None


def test_it_has_never_more_in_flight_than_allowed(
    batch: Batch, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.BATCH_IN_FLIGHT = 3
    guard, full, flying, most = Lock(), Event(), 0, 0

    def count(moment: Moment, seen: RequestSeen) -> None:
        nonlocal flying, most
        with guard:
            flying += 1 if moment == "before" else -1
            most = max(most, flying)
            if flying == 3:
                full.set()
        if seen.operation == "update_calendar":
            full.wait(5)
            time.sleep(0.05)

    sandbox.let_happen(count)
    work(batch)

    assert most == 3
    assert tally(batch) == {"done": MANY}


def test_repeating_it_is_harmless(batch: Batch, asked: Asked) -> None:
    work(batch)
    asked()

    assert work(batch) is None
    assert asked() == []


def test_a_part_that_is_not_there_is_no_work(manager: User) -> None:
    assert working.work(4711, holder="test", stopping=lambda: False) is None


def test_what_takes_longer_than_a_slice_goes_on_in_the_next_without_reading_again(
    batch: Batch, settings: LazySettings, asked: Asked
) -> None:
    settings.BATCH_SLICE = 0

    again = work(batch)

    assert again is not None
    assert again <= timezone.now()
    assert asked() == []
    settings.BATCH_SLICE = 10
    work(batch, stopping=after(5))
    work(batch, stopping=after(8))
    assert work(batch) is None
    assert asked() == ["list_accounts", *["update_calendar"] * MANY]
    assert tally(batch) == {"done": MANY}


def test_it_reads_again_when_its_read_is_older_than_a_minute(
    batch: Batch, clock: Clock, asked: Asked
) -> None:
    work(batch, stopping=after(1))
    asked()

    clock.leap(timedelta(seconds=50))
    work(batch, stopping=after(6))
    assert "list_accounts" not in asked()

    clock.leap(timedelta(seconds=11))
    work(batch)
    assert asked()[0] == "list_accounts"
    assert tally(batch) == {"done": MANY}


def test_the_other_keys_that_see_the_accounts_look_again(batch: Batch, source: Source) -> None:
    olgas = keys.source(give_key(person("olga"), "alex"), source.workspace)
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(olgas)
    mirror.read(bos)

    work(batch)

    assert not freshness.is_fresh(Source.objects.get(pk=olgas.pk))
    assert freshness.is_fresh(Source.objects.get(pk=bos.pk))


def test_what_was_not_sent_makes_nobody_look_again(
    batch: Batch, source: Source, manager: User
) -> None:
    olgas = keys.source(give_key(person("olga"), "alex"), source.workspace)
    mirror.read(olgas)
    manager.is_active = False
    manager.save()

    work(batch)

    olgas.refresh_from_db()
    assert freshness.is_fresh(olgas)


# --- Whose work it is ----------------------------------------------------------------------------


def test_what_another_process_holds_is_left_to_it(batch: Batch, clock: Clock, asked: Asked) -> None:
    batch.parts.update(holder="other", lease_until=timezone.now() + timedelta(seconds=20))

    assert work(batch) is None

    assert asked() == []
    assert part_of(batch).holder == "other"
    clock.leap(timedelta(seconds=21))
    assert work(batch) is None
    assert tally(batch) == {"done": MANY}


def test_what_is_not_due_yet_is_left_alone(batch: Batch, clock: Clock, asked: Asked) -> None:
    batch.parts.update(resumes_at=timezone.now() + timedelta(seconds=20), waits_for=Wait.QUOTA)

    assert work(batch) is None
    assert asked() == []
    assert part_of(batch).waits_for == Wait.QUOTA

    clock.leap(timedelta(seconds=21))
    work(batch)
    assert part_of(batch).waits_for == Wait.NOTHING
    assert is_finished(batch)


@pytest.mark.django_db(transaction=True)
def test_several_who_work_at_the_same_time_send_everything_once(
    batch: Batch, sandbox: Sandbox
) -> None:
    part, ready, errors = part_of(batch), Event(), []

    def go(name: str) -> None:
        ready.wait(5)
        try:
            while not is_finished(batch):
                working.work(part.pk, holder=name, stopping=lambda: False)
                time.sleep(0.01)
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            connection.close()

    threads = [Thread(target=go, args=(f"process {number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join(60)

    assert not errors
    written = [seen.path for seen in sandbox.requests if seen.operation == "update_calendar"]
    assert len(written) == len(set(written)) == MANY
    assert tally(batch) == {"done": MANY}


@pytest.mark.django_db(transaction=True)
def test_a_process_whose_lease_was_lost_ends_what_it_has_in_hand_and_nothing_else(
    batch: Batch, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.BATCH_IN_FLIGHT = 2
    until = timezone.now() + timedelta(seconds=20)

    def take_over(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "update_calendar":
            batch.parts.update(holder="other", lease_until=until)
            connection.close()

    sandbox.let_happen(take_over)
    work(batch)

    part = part_of(batch)
    assert (part.holder, part.lease_until) == ("other", until)
    assert tally(batch)["done"] <= 3
    assert not is_finished(batch)


@pytest.mark.django_db(transaction=True)
def test_a_wait_is_not_noted_on_what_another_process_works_on(
    batch: Batch, sandbox: Sandbox
) -> None:
    def take_over(moment: Moment, seen: RequestSeen) -> None:
        batch.parts.update(holder="other", lease_until=timezone.now() + timedelta(seconds=20))
        connection.close()

    sandbox.let_happen(take_over)
    sandbox.fault("list_accounts", "status", performed=True)
    work(batch)

    part = part_of(batch)
    assert (part.holder, part.waits_for, part.resumes_at, part.failures) == ("other", "", None, 0)


# --- What was lost -------------------------------------------------------------------------------


def test_what_a_killed_process_had_in_hand_is_looked_up(
    batch: Batch, sandbox: Sandbox, clock: Clock, asked: Asked
) -> None:
    arrived, lost, *_ = changes(batch)
    until = timezone.now() + timedelta(seconds=20)
    Change.objects.filter(pk__in=[arrived.pk, lost.pk]).update(
        outcome=Outcome.SENDING, lease_until=until
    )
    theirs(sandbox, arrived)["background_color"] = "#123456"

    again = work(batch)

    assert again == until
    assert tally(batch) == {"sending": 2, "done": MANY - 2}
    clock.leap_to(again)
    asked()
    assert work(batch) is None
    assert asked() == ["list_accounts", "update_calendar"]
    assert tally(batch) == {"done": MANY}
    told = changes(batch)
    assert told[0].settled_at is not None
    assert told[1].settled_at is None
    assert (told[0].attempts, told[1].attempts) == (0, 1)


def test_what_cannot_be_settled_does_not_have_it_read_for_ever(
    batch: Batch, clock: Clock, asked: Asked, settings: LazySettings
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    work(batch, stopping=after(MANY - 2))  # one more is under way then
    [last] = Change.objects.filter(outcome=Outcome.INTENDED)
    ahead = timezone.now() + timedelta(seconds=12)  # by the clock of another machine
    Change.objects.filter(pk=last.pk).update(
        outcome=Outcome.UNKNOWN, error="lost", finished_at=ahead
    )
    asked()

    reads = 0
    again = work(batch)
    while again is not None:
        assert again - clock.now() > timedelta(seconds=4)
        reads += asked().count("list_accounts")
        clock.leap_to(again)
        again = work(batch)

    assert 1 <= reads <= 3  # without waiting it would be dozens
    assert tally(batch) == {"done": MANY}


# --- Endings -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [None, "quota", "status", "reset"])
def test_a_stop_ends_what_has_not_begun_and_finishes_what_has(
    batch: Batch, sandbox: Sandbox, actor: Actor, fault: str | None
) -> None:
    stopped = Event()

    def stop(moment: Moment, seen: RequestSeen) -> None:
        if moment == "before" and seen.operation == "update_calendar" and not stopped.is_set():
            stopped.set()
            batches.stop(Batch.objects.get(pk=batch.pk), by=actor)
            connection.close()

    sandbox.let_happen(stop)
    if fault:
        sandbox.fault("update_calendar", fault, performed=True, times=None)
    assert work(batch) is None

    told = tally(batch)
    begun = sum(count for words, count in told.items() if words != "refused stopped")
    assert told["refused stopped"] >= MANY - 4
    assert begun + told["refused stopped"] == MANY
    assert {words.split()[0] for words in told} <= {"done", "refused", "unknown"}
    assert is_finished(batch)
    assert Batch.objects.get(pk=batch.pk).stopped_by == "Mia Manager"


def test_a_stop_while_nobody_works_ends_it_at_once(
    batch: Batch, actor: Actor, asked: Asked
) -> None:
    work(batch, stopping=after(3))
    asked()

    batches.stop(batch, by=actor)

    done = tally(batch)["done"]
    assert tally(batch) == {"done": done, "refused stopped": MANY - done}
    assert is_finished(batch)
    assert work(batch) is None
    assert asked() == []


def test_a_stop_leaves_what_a_killed_process_had_in_hand_to_the_next_reads(
    batch: Batch, actor: Actor, clock: Clock, source: Source, sandbox: Sandbox, asked: Asked
) -> None:
    first = changes(batch)[0]
    Change.objects.filter(pk=first.pk).update(
        outcome=Outcome.SENDING, lease_until=timezone.now() + timedelta(seconds=20)
    )
    batches.stop(batch, by=actor)
    assert tally(batch) == {"sending": 1, "refused stopped": MANY - 1}
    assert not is_finished(batch)

    again = work(batch)
    assert again == Change.objects.get(pk=first.pk).lease_until
    clock.leap_to(again)
    assert work(batch) is None

    assert asked() == []
    assert tally(batch) == {"unknown lost": 1, "refused stopped": MANY - 1}
    assert is_finished(batch)
    clock.leap(timedelta(seconds=1))
    mirror.read(source)
    assert tally(batch) == {"failed not-saved": 1, "refused stopped": MANY - 1}


def test_a_stopping_process_begins_nothing(batch: Batch, asked: Asked) -> None:
    again = work(batch, stopping=lambda: True)

    assert again is not None
    assert asked() == []
    assert tally(batch) == {"intended": MANY}


def test_who_may_not_go_on_is_asked_before_anything_is_sent(
    batch: Batch, manager: User, asked: Asked
) -> None:
    work(batch, stopping=after(2))
    done = tally(batch)["done"]
    asked()
    manager.is_active = False
    manager.save()

    assert work(batch) is None

    assert asked() == []
    assert tally(batch) == {"done": done, "refused person-disabled": MANY - done}
    assert is_finished(batch)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_removed_during_a_slice_ends_the_rest(
    accounts: Accounts, source: Source, actor: Actor, sandbox: Sandbox, manager: User
) -> None:
    key = give_key(manager, "bo")
    bos = keys.source(key, source.workspace)
    mirror.read(bos)
    batch = begin_all(bos, by=actor, **WISH)

    def remove(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "update_calendar":
            Key.objects.filter(pk=key.pk).delete()
            connection.close()

    sandbox.let_happen(remove)
    work(batch)

    told = tally(batch)
    assert set(told) == {"done", "refused key-removed"}
    assert 1 <= told["done"] <= 4
    assert is_finished(batch)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_replaced_during_the_read_writes_nothing(
    accounts: Accounts, source: Source, actor: Actor, sandbox: Sandbox, manager: User
) -> None:
    key = give_key(manager, "bo")
    bos = keys.source(key, source.workspace)
    mirror.read(bos)
    batch = begin_all(bos, by=actor, **WISH)
    newer = give_key(person("olga"), "chidi")

    def replace(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "list_accounts":
            Key.objects.filter(pk=key.pk).update(generation=2, ciphertext=newer.ciphertext)
            connection.close()

    sandbox.let_happen(replace)
    assert work(batch) is None

    used = {seen.key for seen in sandbox.requests if seen.operation == "update_calendar"}
    assert used <= {KEYS["bo"]}
    assert "refused key-changed" in tally(batch)
    assert is_finished(batch)


def test_a_key_that_cannot_be_sent_ends_the_rest(
    accounts: Accounts, source: Source, actor: Actor, manager: User, asked: Asked
) -> None:
    key = give_key(manager, "bo")
    bos = keys.source(key, source.workspace)
    mirror.read(bos)
    batch = begin_all(bos, by=actor, **WISH)
    asked()
    Key.objects.filter(pk=key.pk).update(ciphertext="unreadable")

    assert work(batch) is None

    assert asked() == []
    assert tally(batch) == {"refused key-unreadable": 5}
    assert is_finished(batch)


# --- Our own mistakes ----------------------------------------------------------------------------


def test_an_error_of_ours_is_counted_waited_for_and_at_last_given_up(
    batch: Batch, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(writing, "launch_next", fail)
    begun = clock.now()

    for crashes in range(1, working.CRASHES):
        with pytest.raises(ZeroDivisionError):
            work(batch)
        part = part_of(batch)
        assert (part.crashes, part.holder, part.lease_until) == (crashes, "", None)
        assert part.waits_for == Wait.RETRY
        assert tally(batch) == {"intended": MANY}
        clock.leap_to(part.resumes_at)
    assert work(batch) is None

    assert tally(batch) == {"failed internal": MANY}
    assert is_finished(batch)
    assert "given up" in caplog.text
    assert clock.now() - begun > timedelta(seconds=25)


def test_a_slice_that_went_well_forgets_the_crashes_before(
    batch: Batch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(mirror, "read", lambda *_, **__: 1 / 0)
        work(batch)
    assert part_of(batch).crashes == 1

    clock.leap_to(part_of(batch).resumes_at)
    work(batch, stopping=after(3))

    assert part_of(batch).crashes == 0
    assert carry_out(batch, clock) == 0


def test_an_error_of_ours_loses_no_answer_that_is_on_its_way(
    batch: Batch, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, launched = writing.launch_next, 0

    def fail_later(*given: Any) -> bool:
        nonlocal launched
        launched += 1
        if launched == 3:
            raise ZeroDivisionError
        return real(*given)

    monkeypatch.setattr(writing, "launch_next", fail_later)
    with pytest.raises(ZeroDivisionError):
        work(batch)

    assert tally(batch) == {"done": 2, "intended": MANY - 2}


def test_what_a_crash_left_in_hand_is_given_up_with_the_rest(
    batch: Batch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(writing, "_land", fail)
    batch.parts.update(crashes=working.CRASHES - 1)

    again = work(batch)

    # Those under way, and the one that was sent in the place of what could not be kept.
    assert tally(batch) == {"sending": 5, "failed internal": MANY - 5}
    assert again == part_of(batch).resumes_at
    monkeypatch.undo()
