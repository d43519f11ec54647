"""What became of a write whose answer never came: the next read says so, or that nobody can."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Batch, Calendar, Change, ConnectAttempt, Source
from integrations.sandbox import Sandbox
from integrations.services import accounts as writes
from integrations.services import (
    batches,
    calendars,
    connections,
    freshness,
    hiding,
    keys,
    mirror,
    rows,
)
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from tests.bulk import changes, is_finished, part_of, tally, theirs, work
from tests.clocks import Clock
from tests.services.conftest import MANY

Accounts = dict[str, Account]
Outcome = Change.Outcome
Purpose = ConnectAttempt.Purpose


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """The studio's first calendar, without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


def save(calendar: Calendar, actor: Actor, /, **changed: Any) -> Change:
    """Save an edit whose answer does not come, and return its change."""
    shown = {name: getattr(calendar, name) for name in rows.EDITABLE}
    with pytest.raises(focus.FocusError), keys.opened(calendar.account.source) as client:
        calendars.update(client, calendar, CalendarEdits(shown, changed), by=actor)
    return Change.objects.latest("created_at")


def told(change: Change) -> tuple[str, str]:
    """Return what is known of a change by now."""
    change.refresh_from_db()
    return change.outcome, change.error


# --- A single edit -------------------------------------------------------------------------------


@pytest.mark.parametrize("performed", [True, False])
def test_an_edit_that_was_answered_badly_is_settled_by_the_next_read(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source, performed: bool
) -> None:
    sandbox.fault("update_calendar", "status", status=500, performed=performed)
    change = save(calendar, actor, background_color="#123456")
    assert told(change) == (Outcome.UNKNOWN, "unavailable")
    assert change.lease_until is None

    mirror.read(source)

    assert told(change) == ((Outcome.DONE, "") if performed else (Outcome.FAILED, "not-saved"))
    assert change.settled_at is not None
    assert change.finished_at is not None
    calendar.refresh_from_db()
    assert (calendar.background_color == "#123456") == performed


@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "html"}, {"kind": "cut"}])
def test_what_may_still_arrive_is_not_called_lost_before_its_lease_is_over(
    calendar: Calendar,
    sandbox: Sandbox,
    actor: Actor,
    source: Source,
    clock: Clock,
    fault: dict[str, Any],
) -> None:
    sandbox.fault("update_calendar", performed=False, **fault)
    change = save(calendar, actor, background_color="#123456")
    until = change.lease_until
    assert until is not None

    mirror.read(source)
    assert told(change) == (Outcome.UNKNOWN, "unavailable")
    assert (change.settled_at, change.lease_until) == (None, until)

    clock.leap_to(until)
    mirror.read(source)
    assert told(change) == (Outcome.FAILED, "not-saved")


def test_one_that_arrives_after_all_is_done(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    sandbox.fault("update_calendar", "reset")
    change = save(calendar, actor, background_color="#123456")
    mirror.read(source)

    theirs(sandbox, change)["background_color"] = "#123456"
    mirror.read(source)

    assert told(change) == (Outcome.DONE, "")


def test_where_something_else_is_by_then_nobody_can_tell(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    sandbox.fault("update_calendar", "status", performed=True)
    change = save(calendar, actor, background_color="#123456", selected=False)
    theirs(sandbox, change)["background_color"] = "#abcdef"

    mirror.read(source)

    assert told(change) == (Outcome.UNKNOWN, "overtaken")
    assert change.settled_at is not None
    theirs(sandbox, change)["background_color"] = "#123456"
    mirror.read(source)  # it is settled, and what comes later says nothing of it
    assert told(change) == (Outcome.UNKNOWN, "overtaken")


@pytest.mark.parametrize("by", ["gone", "deleted", "unreadable", "account"])
def test_where_the_calendar_cannot_be_seen_nobody_can_tell(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source, by: str
) -> None:
    sandbox.fault("update_calendar", "status", performed=False)
    change = save(calendar, actor, background_color="#123456")
    account = sandbox.world.account(change.integration_id)
    if by == "gone":
        account["calendars"].remove(theirs(sandbox, change))
    elif by == "deleted":
        theirs(sandbox, change)["deleted_at"] = "2026-01-01T00:00:00Z"
    elif by == "unreadable":
        theirs(sandbox, change)["calendar_id"] = "?"
    else:
        sandbox.world.people[0].accounts.remove(account)

    mirror.read(source)

    assert told(change) == (Outcome.UNKNOWN, "overtaken")


def test_a_read_of_the_account_alone_settles_its_edits_and_no_other(
    calendar: Calendar, accounts: Accounts, sandbox: Sandbox, actor: Actor
) -> None:
    other = accounts["events@example.com"].calendars.order_by("pk")[0]
    sandbox.fault("update_calendar", "status", performed=True, times=2)
    change = save(calendar, actor, background_color="#123456")
    elsewhere = save(other, actor, background_color="#123456")

    with keys.opened(calendar.account.source) as client:
        mirror.read_account(client, calendar.account)

    assert told(change) == (Outcome.DONE, "")
    assert told(elsewhere) == (Outcome.UNKNOWN, "unavailable")


def test_a_calendar_that_the_account_lost_later_tells_nothing(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    sandbox.fault("update_calendar", "status", performed=False)
    change = save(calendar, actor, background_color="#123456")
    later = timezone.now() + timedelta(seconds=5)
    Account.objects.filter(pk=calendar.account_id).update(seen_at=later)
    Calendar.objects.filter(pk=calendar.pk).update(gone_at=later)

    mirror.read(source)

    assert told(change) == (Outcome.UNKNOWN, "overtaken")


def test_a_read_that_was_asked_for_before_says_nothing(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    sandbox.fault("update_calendar", "status", performed=False)
    change = save(calendar, actor, background_color="#123456")
    Change.objects.update(finished_at=timezone.now() + timedelta(seconds=5))

    mirror.read(source)

    assert told(change) == (Outcome.UNKNOWN, "unavailable")


def test_an_intent_whose_process_died_before_sending_is_settled_as_well(
    calendar: Calendar, actor: Actor, source: Source, clock: Clock
) -> None:
    from integrations.services import changes as single

    change = single.intend(
        Change.Action.EDIT,
        source,
        by=actor,
        account=calendar.account,
        calendar=calendar,
        before={"background_color": calendar.background_color},
        after={"background_color": "#123456"},
    )
    clock.leap(timedelta(seconds=31))

    assert single.release_lost()
    assert told(change) == (Outcome.UNKNOWN, "lost")
    clock.leap(timedelta(seconds=1))
    mirror.read(source)

    assert told(change) == (Outcome.FAILED, "not-saved")


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("then", "told_then"),
    [
        ("a@x", (Outcome.FAILED, "not-saved")),
        ("b@x", (Outcome.DONE, "")),
        ("c@x", (Outcome.UNKNOWN, "overtaken")),
    ],
)
def test_hidden_events_are_settled_by_what_focus_tells_of_them(
    calendar: Calendar,
    sandbox: Sandbox,
    actor: Actor,
    source: Source,
    clock: Clock,
    then: str,
    told_then: tuple[str, str],
) -> None:
    row = sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)
    row["ical_uids"] = ["a@x"]
    mirror.read(source)
    calendar.refresh_from_db()
    shown = hiding.known(calendar, [source.key_id])
    sandbox.fault("hide_events", "reset")
    with pytest.raises(focus.FocusError), keys.opened(source) as client:
        hiding.hide(client, calendar, ["b@x"], shown, by=actor, keys=[source.key_id])
    change = Change.objects.get()

    mirror.read(source)
    assert told(change) == (Outcome.UNKNOWN, "unavailable")

    row["ical_uids"] = [then]
    clock.leap_to(change.lease_until)
    mirror.read(source)
    assert told(change) == told_then


# --- Writes to an account ------------------------------------------------------------------------


@pytest.mark.parametrize("performed", [True, False])
def test_a_disconnect_is_settled_by_whether_the_account_is_there(
    accounts: Accounts, sandbox: Sandbox, actor: Actor, source: Source, performed: bool
) -> None:
    sandbox.fault("disconnect", "status", performed=performed)
    with pytest.raises(focus.FocusError), keys.opened(source) as client:
        writes.disconnect(client, accounts["events@example.com"], keep_entries=True, by=actor)
    change = Change.objects.get()
    assert told(change) == (Outcome.UNKNOWN, "unavailable")

    mirror.read(source)

    assert told(change) == ((Outcome.DONE, "") if performed else (Outcome.FAILED, "not-saved"))


def test_while_an_entry_cannot_be_read_no_account_is_called_gone(
    accounts: Accounts, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    sandbox.fault("disconnect", "status", performed=True)
    with pytest.raises(focus.FocusError), keys.opened(source) as client:
        writes.disconnect(client, accounts["events@example.com"], keep_entries=True, by=actor)
    sandbox.world.people[0].accounts[0]["calendar_integration_id"] = "?"

    mirror.read(source)

    assert told(Change.objects.get()) == (Outcome.UNKNOWN, "overtaken")


def test_a_refresh_leaves_no_trace(
    accounts: Accounts, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    sandbox.fault("refresh", "status", performed=True)
    with pytest.raises(focus.FocusError), keys.opened(source) as client:
        writes.refresh(client, accounts["events@example.com"], by=actor)

    mirror.read(source)

    assert told(Change.objects.get()) == (Outcome.UNKNOWN, "overtaken")


def leave(
    source: Source, manager: User, actor: Actor, purpose: Purpose, target: Account | None = None
) -> Change:
    """Leave for the provider, and let the attempt expire."""
    with keys.opened(source) as client:
        departure = connections.leave(
            client,
            source,
            purpose=purpose,
            person=manager,
            by=actor,
            return_url=lambda pk: f"http://127.0.0.1:8000/back/{pk}",
            provider="google",
            target=target,
        )
    return departure.attempt.change


def come_too_late(source: Source, clock: Clock) -> None:
    """Let an attempt's time pass, and read."""
    clock.leap(timedelta(minutes=16))
    mirror.look(source, by=Actor("", "", "", "", ""), force=True)
    clock.leap(timedelta(seconds=1))
    mirror.read(source)


def test_a_trip_to_connect_that_brought_nothing_has_failed(
    accounts: Accounts, source: Source, manager: User, actor: Actor, clock: Clock
) -> None:
    change = leave(source, manager, actor, Purpose.CONNECT)

    come_too_late(source, clock)

    assert told(change) == (Outcome.FAILED, "not-saved")


def test_which_account_a_trip_brought_nobody_can_tell(
    accounts: Accounts,
    source: Source,
    manager: User,
    actor: Actor,
    clock: Clock,
    sandbox: Sandbox,
) -> None:
    change = leave(source, manager, actor, Purpose.CONNECT)
    brought = dict(sandbox.world.people[0].accounts[0]) | {
        "calendar_integration_id": 799999,
        "email": "new@example.com",
        "calendars": [],
    }
    sandbox.world.people[0].accounts.append(brought)

    come_too_late(source, clock)

    assert told(change) == (Outcome.UNKNOWN, "overtaken")


def test_without_its_attempt_a_trip_is_judged_by_nothing(
    accounts: Accounts, source: Source, manager: User, actor: Actor, clock: Clock
) -> None:
    change = leave(source, manager, actor, Purpose.CONNECT)
    ConnectAttempt.objects.all().delete()

    come_too_late(source, clock)

    assert told(change) == (Outcome.UNKNOWN, "overtaken")


def test_while_an_entry_cannot_be_read_no_trip_has_failed(
    accounts: Accounts,
    source: Source,
    manager: User,
    actor: Actor,
    clock: Clock,
    sandbox: Sandbox,
) -> None:
    change = leave(source, manager, actor, Purpose.CONNECT)
    sandbox.world.people[0].accounts[0]["calendar_integration_id"] = "?"

    come_too_late(source, clock)

    assert told(change) == (Outcome.UNKNOWN, "overtaken")


@pytest.mark.parametrize(
    ("purpose", "then", "outcome"),
    [
        (Purpose.WRITE, {"has_write_scope": True}, (Outcome.DONE, "")),
        (Purpose.WRITE, {}, (Outcome.FAILED, "not-saved")),
        (Purpose.RECONNECT, {"scopes": ["other"]}, (Outcome.DONE, "")),
        (Purpose.RECONNECT, {}, (Outcome.FAILED, "not-saved")),
        (Purpose.RECONNECT, None, (Outcome.UNKNOWN, "overtaken")),
    ],
)
def test_a_trip_to_renew_is_settled_by_what_the_account_shows(
    accounts: Accounts,
    source: Source,
    manager: User,
    actor: Actor,
    clock: Clock,
    sandbox: Sandbox,
    purpose: Purpose,
    then: dict[str, Any] | None,
    outcome: tuple[str, str],
) -> None:
    target = next(row for row in accounts.values() if row.email.startswith("alexandra"))
    change = leave(source, manager, actor, purpose, target)
    account = sandbox.world.account(target.integration_id)
    account |= then or {}
    if then is None:
        sandbox.world.people[0].accounts.remove(account)

    come_too_late(source, clock)

    assert told(change) == outcome


# --- In a batch ----------------------------------------------------------------------------------


def lose(change: Change) -> None:
    """Let a change be one whose process was killed long ago."""
    Change.objects.filter(pk=change.pk).update(
        outcome=Outcome.UNKNOWN, error="lost", finished_at=timezone.now()
    )


def test_a_page_that_reads_has_a_batch_try_again(
    batch: Batch, source: Source, clock: Clock
) -> None:
    first = changes(batch)[0]
    lose(first)

    mirror.read(source)

    assert told(first) == (Outcome.INTENDED, "")
    assert (first.attempts, first.finished_at, first.settled_at) == (1, None, None)
    assert work(batch) is None
    assert tally(batch) == {"done": MANY}


def test_a_batch_that_was_stopped_tries_nothing_again(
    batch: Batch, source: Source, actor: Actor
) -> None:
    first = changes(batch)[0]
    lose(first)
    batches.stop(batch, by=actor)

    mirror.read(source)

    assert told(first) == (Outcome.FAILED, "not-saved")


def test_a_stop_that_is_just_being_made_counts(batch: Batch, source: Source) -> None:
    first = changes(batch)[0]
    lose(first)
    Batch.objects.update(stopped_at=timezone.now())

    mirror.read(source)

    assert told(first) == (Outcome.FAILED, "not-saved")


def test_a_part_that_was_given_up_tries_nothing_again_though_others_go_on(
    batch: Batch, source: Source
) -> None:
    part = part_of(batch)
    first = changes(batch)[0]
    lose(first)
    batches.end_rest(part, Outcome.REFUSED, "key-changed")
    batch.parts.create(key=first.pk, key_label="another", key_generation=1)
    assert batches.close(part, given_up=True)
    assert not is_finished(batch)

    mirror.read(source)

    assert told(first) == (Outcome.FAILED, "not-saved")


def test_what_was_tried_often_enough_has_failed(batch: Batch, source: Source) -> None:
    first = changes(batch)[0]
    lose(first)
    Change.objects.filter(pk=first.pk).update(attempts=4)

    mirror.read(source)

    assert told(first) == (Outcome.FAILED, "not-saved")
    assert first.attempts == 5


def test_it_makes_every_page_of_the_workspace_look_again(
    calendar: Calendar, sandbox: Sandbox, actor: Actor, source: Source
) -> None:
    sandbox.fault("update_calendar", "status")
    change = save(calendar, actor, background_color="#123456")
    source.refresh_from_db()
    assert not freshness.is_fresh(source)

    look: Callable[..., Any] = mirror.look
    look(source, by=actor)

    assert told(change) == (Outcome.FAILED, "not-saved")
