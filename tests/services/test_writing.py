"""The writes of a batch: compared, sent once, and honest about what came of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Batch, BatchPart, Calendar, Change, Key, Quota, Source
from integrations.sandbox import Sandbox
from integrations.sandbox.context import Moment, RequestSeen
from integrations.services import calendars, keys, mirror, rows, slices, writing
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from tests.bulk import (
    after,
    begin_all,
    changes,
    is_finished,
    outcomes,
    part_of,
    tally,
    theirs,
    work,
)
from tests.clocks import Clock
from tests.services.conftest import MANY, WISH
from tests.teamwork import give_key

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Outcome = Change.Outcome
Wait = BatchPart.Wait


def edit(change: Change, source: Source, /, **values: object) -> None:
    """Have somebody else edit the calendar of a change, by its own page."""
    row = Calendar.objects.select_related("account__source__workspace").get(
        account__source=source, calendar_id=change.calendar_id
    )
    somebody = Actor("local", "olga@example.com", "Olga", "manager", "1" * 32)
    shown = {name: getattr(row, name) for name in rows.EDITABLE}
    with keys.opened(row.account.source) as client:
        calendars.update(client, row, CalendarEdits(shown, values), by=somebody)


def test_what_somebody_changed_at_focus_is_not_overwritten(batch: Batch, sandbox: Sandbox) -> None:
    first, second, third, *_ = changes(batch)
    theirs(sandbox, first)["background_color"] = "#00ff00"
    theirs(sandbox, second)["background_color"] = "#123456"
    theirs(sandbox, third)["selected"] = False

    work(batch)

    told = changes(batch)
    assert (told[0].outcome, told[0].found) == (Outcome.CONFLICT, {"background_color": "#00ff00"})
    assert theirs(sandbox, first)["background_color"] == "#00ff00"
    assert (told[1].outcome, told[1].error) == (Outcome.DONE, writing.ALREADY_SO)
    # Another field than those that were wished for is nobody's business here, and stays.
    assert (told[2].outcome, told[2].error) == (Outcome.DONE, "")
    assert theirs(sandbox, third)["selected"] is False
    assert tally(batch) == {"done": MANY - 2, "done already-so": 1, "conflict": 1}


def test_a_calendar_that_is_gone_fails_alone(batch: Batch, sandbox: Sandbox) -> None:
    first = changes(batch)[0]
    listed = sandbox.world.account(first.integration_id)["calendars"]
    listed.remove(theirs(sandbox, first))

    work(batch)

    assert tally(batch) == {"done": MANY - 1, "failed gone": 1}


def test_a_calendar_that_cannot_be_sent_back_fails_alone(batch: Batch) -> None:
    batch.parts.update(read_at=timezone.now())
    Calendar.objects.filter(calendar_id=changes(batch)[0].calendar_id).update(raw="{")

    work(batch)

    assert outcomes(batch)[0] == ("failed", "bad-response")
    assert tally(batch) == {"done": MANY - 1, "failed bad-response": 1}


@pytest.mark.django_db(transaction=True)
def test_it_reads_again_when_somebody_has_edited_since(
    batch: Batch, source: Source, sandbox: Sandbox, settings: LazySettings, asked: Asked
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    last = changes(batch)[-1]
    writes = 0

    def interfere(moment: Moment, seen: RequestSeen) -> None:
        nonlocal writes
        writes += moment == "after" and seen.operation == "update_calendar"
        if writes == 3:
            writes = 100
            edit(last, source, background_color="#abcdef", selected=False)
            connection.close()

    sandbox.let_happen(interfere)
    work(batch)

    told = changes(batch)[-1]
    assert (told.outcome, told.found) == (Outcome.CONFLICT, {"background_color": "#abcdef"})
    assert theirs(sandbox, last)["background_color"] == "#abcdef"
    assert asked().count("list_accounts") == 2


def test_an_edit_of_another_field_stays_though_the_whole_object_is_sent(
    batch: Batch, source: Source, sandbox: Sandbox, asked: Asked
) -> None:
    batch.parts.update(read_at=timezone.now())
    first = changes(batch)[0]
    edit(first, source, selected=False)
    asked()

    work(batch)

    assert theirs(sandbox, first)["selected"] is False
    assert theirs(sandbox, first)["background_color"] == "#123456"
    assert asked()[0] == "list_accounts"
    assert tally(batch) == {"done": MANY}


@pytest.mark.django_db(transaction=True)
def test_it_waits_when_another_process_was_refused_though_requests_seem_to_be_left(
    batch: Batch, source: Source, sandbox: Sandbox, settings: LazySettings, asked: Asked
) -> None:
    settings.BATCH_IN_FLIGHT = 1

    def refuse(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "update_calendar":
            sandbox.let_happen(None)
            sandbox.fault("list_accounts", "quota", resets_in=60)
            with pytest.raises(focus.QuotaError):
                mirror.read(Source.objects.get(pk=source.pk))
            connection.close()

    sandbox.let_happen(refuse)
    again = work(batch)

    # The write was answered last, and with a later hour that has plenty.
    row = Quota.objects.get()
    assert asked() == ["list_accounts", "update_calendar", "list_accounts"]
    assert tally(batch) == {"done": 1, "intended": MANY - 1}
    assert (part_of(batch).waits_for, again) == (Wait.QUOTA, row.closed_until)
    assert row.remaining == 597  # what was not sent was given back


def test_a_key_that_goes_away_before_a_write_ends_the_rest(
    batch: Batch, sandbox: Sandbox, settings: LazySettings, asked: Asked
) -> None:
    def go_away(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "list_accounts":
            settings.FOCUS_API_KEY = ""

    sandbox.let_happen(go_away)

    assert work(batch) is None

    assert asked() == ["list_accounts"]
    assert tally(batch) == {"refused key-missing": MANY}
    row = Quota.objects.get()
    assert (row.remaining or 0) + row.spent == 600  # what was not sent was given back


def test_a_clock_that_is_ahead_is_waited_for_instead_of_reading(
    batch: Batch, source: Source, clock: Clock, asked: Asked
) -> None:
    first = changes(batch)[0]
    edit(first, source, selected=False)
    ahead = timezone.now() + timedelta(seconds=7)
    Change.objects.filter(batch=None).update(finished_at=ahead)
    asked()

    again = work(batch)

    assert again == ahead
    assert asked().count("list_accounts") == 1
    assert tally(batch) == {"done": MANY - 1, "intended": 1}
    clock.leap_to(again)
    assert work(batch) is None
    assert asked() == ["list_accounts", "update_calendar"]
    assert tally(batch) == {"done": MANY}


def test_a_clock_that_stands_still_does_not_have_it_read_for_ever(
    batch: Batch, source: Source, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = changes(batch)[0]
    edit(first, source, selected=False)
    now = timezone.now()
    Change.objects.filter(batch=None).update(finished_at=now)
    asked()
    monkeypatch.setattr(timezone, "now", lambda: now)

    again = work(batch)

    assert asked().count("list_accounts") == 2
    assert again == now + writing.BUSY_PAUSE
    assert tally(batch) == {"done": MANY - 1, "intended": 1}


def test_a_calendar_that_somebody_is_writing_is_left_for_later(
    batch: Batch, actor: Actor, clock: Clock
) -> None:
    first = changes(batch)[0]
    theirs_ = Change.objects.create(
        action="edit",
        outcome="sending",
        key=first.key,
        workspace_id=first.workspace_id,
        integration_id=first.integration_id,
        calendar_id=first.calendar_id,
        lease_until=timezone.now() + timedelta(seconds=20),
    )

    again = work(batch)

    assert tally(batch) == {"done": MANY - 1, "intended": 1}
    assert again is not None
    assert again - timezone.now() <= writing.BUSY_PAUSE
    Change.objects.filter(pk=theirs_.pk).update(outcome="refused", lease_until=None)
    clock.leap_to(again)
    assert work(batch) is None
    assert tally(batch) == {"done": MANY}


def test_a_write_of_somebody_that_may_still_arrive_is_waited_for(
    batch: Batch, source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    first = changes(batch)[0]
    until = timezone.now() + timedelta(seconds=20)
    Change.objects.create(
        action="edit",
        outcome="unknown",
        key=source.key_id,
        workspace_id=first.workspace_id,
        integration_id=first.integration_id,
        calendar_id=first.calendar_id,
        before=first.before,
        after={"background_color": "#00ff00"},
        finished_at=timezone.now() - timedelta(seconds=1),
        lease_until=until,
    )

    again = work(batch)
    theirs(sandbox, first)["background_color"] = "#00ff00"  # it arrives after all

    assert again == until
    assert tally(batch) == {"done": MANY - 1, "intended": 1}
    clock.leap_to(again)
    assert work(batch) is None
    assert tally(batch) == {"done": MANY - 1, "conflict": 1}
    assert Change.objects.get(batch=None).outcome == Outcome.DONE


def test_a_refusal_ends_its_own_change_alone(batch: Batch, sandbox: Sandbox) -> None:
    sandbox.fault("update_calendar", "status", status=404)
    sandbox.fault("update_calendar", "status", status=422)

    work(batch)

    told = tally(batch)
    assert told == {"done": MANY - 2, "refused not-found": 1, "refused rejected": 1}
    assert is_finished(batch)


@pytest.mark.parametrize(("status", "code"), [(401, "credentials"), (403, "forbidden")])
@pytest.mark.parametrize("operation", ["list_accounts", "update_calendar"])
def test_a_key_that_is_refused_ends_the_rest(
    batch: Batch,
    sandbox: Sandbox,
    settings: LazySettings,
    asked: Asked,
    operation: str,
    status: int,
    code: str,
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    sandbox.fault(operation, "status", status=status)

    assert work(batch) is None

    assert tally(batch) == {f"refused {code}": MANY}
    assert len(asked()) == (1 if operation == "list_accounts" else 2)
    assert is_finished(batch)


@pytest.mark.few(3)
@pytest.mark.parametrize("kind", ["status", "reset", "html", "cut", "bad_json", "wrong_shape"])
@pytest.mark.parametrize("performed", [True, False])
def test_a_write_without_a_good_answer_is_looked_up_before_it_is_tried_again(
    batch: Batch,
    sandbox: Sandbox,
    settings: LazySettings,
    clock: Clock,
    kind: str,
    performed: bool,
    asked: Asked,
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    sandbox.fault("update_calendar", kind, performed=performed)

    again = work(batch)

    assert tally(batch) == {"unknown " + changes(batch)[0].error: 1, "intended": MANY - 1}
    assert part_of(batch).waits_for == Wait.RETRY
    assert not is_finished(batch)
    asked()
    while again is not None:
        clock.leap_to(again)
        again = work(batch)
    assert tally(batch) == {"done": MANY}
    assert asked().count("update_calendar") == MANY - performed
    for change in changes(batch):
        assert theirs(sandbox, change)["background_color"] == "#123456"


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("kind", "may_arrive"), [("status", False), ("reset", True), ("html", True)]
)
def test_what_may_still_arrive_is_not_tried_again_before_its_lease_is_over(
    batch: Batch,
    sandbox: Sandbox,
    settings: LazySettings,
    clock: Clock,
    asked: Asked,
    kind: str,
    may_arrive: bool,
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    sandbox.fault("update_calendar", kind)
    clock.leap_to(work(batch))
    first = changes(batch)[0]
    until = first.lease_until
    assert (until is not None) == may_arrive

    again = work(batch)

    if may_arrive:
        assert again == until
        assert tally(batch) == {"done": MANY - 1, "unknown unavailable": 1}
        asked()
        clock.leap_to(again)
        again = work(batch)
        assert asked() == ["list_accounts", "update_calendar"]
    assert again is None
    assert tally(batch) == {"done": MANY}
    assert changes(batch)[0].attempts == 1


def test_one_that_fails_again_and_again_is_given_up_and_never_called_done(
    accounts: Accounts, source: Source, manager: User, actor: Actor, sandbox: Sandbox, clock: Clock
) -> None:
    batch = begin_all(source, by=actor, most=1, **WISH)
    sandbox.fault("update_calendar", "status", times=None, status=500)

    again = work(batch)
    while again is not None:
        assert tally(batch) in ({"unknown unavailable": 1}, {"intended": 1})
        clock.leap_to(again)
        again = work(batch)

    [change] = changes(batch)
    assert (change.outcome, change.error, change.attempts) == (Outcome.FAILED, "not-saved", 5)
    assert change.settled_at is not None
    assert theirs(sandbox, change)["background_color"] == change.before["background_color"]
    assert is_finished(batch)


def test_a_focus_that_stays_away_ends_the_rest_after_minutes_not_at_once(
    batch: Batch, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("any", "status", times=None, status=500)
    begun = clock.now()

    again, pauses = work(batch), 0
    while again is not None:
        pauses += 1
        assert tally(batch) == {"intended": MANY}
        assert part_of(batch).waits_for == Wait.RETRY
        clock.leap_to(again)
        again = work(batch)

    assert pauses == slices.FAILURES - 1
    assert timedelta(minutes=4) < clock.now() - begun < timedelta(minutes=10)
    assert tally(batch) == {"failed unavailable": MANY}
    assert is_finished(batch)


def test_a_success_forgets_the_failures_before(
    batch: Batch, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("list_accounts", "status", times=3)

    again = work(batch)
    for _ in range(2):
        clock.leap_to(again)
        again = work(batch)
    assert part_of(batch).failures == 3
    clock.leap_to(again)
    work(batch)

    assert part_of(batch).failures == 0
    assert tally(batch) == {"done": MANY}


def test_what_never_left_is_sent_again(
    batch: Batch, clock: Clock, settings: LazySettings, sandbox: Sandbox
) -> None:
    batch.parts.update(read_at=timezone.now())
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"

    again = work(batch)

    assert set(tally(batch)) == {"intended"}
    assert sum(change.attempts for change in changes(batch)) == settings.BATCH_IN_FLIGHT
    assert part_of(batch).spent == 0
    settings.FOCUS_API_URL = sandbox.api_url
    clock.leap_to(again)
    assert work(batch) is None
    assert tally(batch) == {"done": MANY}


def test_what_never_left_is_given_up_after_some_attempts(
    batch: Batch, settings: LazySettings
) -> None:
    batch.parts.update(read_at=timezone.now())
    Change.objects.update(attempts=4)
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"
    settings.BATCH_SLICE = 5

    work(batch)

    assert tally(batch) == {"failed unavailable": MANY}


def test_an_answer_with_other_values_is_no_success(
    batch: Batch, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    first = changes(batch)[0]
    body = b'[{"calendar_id": %d, "background_color": "#ffffff"}]' % first.calendar_id
    sandbox.fault("update_calendar", "bad_json", body=body)

    work(batch)

    told = changes(batch)[0]
    assert (told.outcome, told.error) == (Outcome.FAILED, "not-taken")
    assert told.found == {"background_color": "#ffffff"}
    assert tally(batch) == {"done": MANY - 1, "failed not-taken": 1}


# --- A process that slept ------------------------------------------------------------------------


def test_nothing_leaves_that_could_arrive_after_the_lease(
    batch: Batch, settings: LazySettings, asked: Asked, clock: Clock
) -> None:
    batch.parts.update(read_at=timezone.now())
    settings.WRITE_LEASE = 9  # seconds; an answer is waited for for ten

    again = work(batch)

    assert asked() == []
    assert set(tally(batch)) == {"intended"}
    assert part_of(batch).spent == 0
    settings.WRITE_LEASE = 30
    clock.leap_to(again)
    assert work(batch) is None
    assert tally(batch) == {"done": MANY}


@pytest.mark.few(2)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("by_then", "told"),
    [
        ({"outcome": "unknown", "error": "lost"}, ("unknown", "lost")),
        ({"outcome": "intended", "error": ""}, ("intended", "")),
        ({"outcome": "failed", "error": "not-saved", "settled": True}, ("unknown", "lost")),
        ({"outcome": "done", "error": "", "settled": True}, ("done", "")),
    ],
)
def test_an_answer_that_comes_after_others_have_taken_care_of_it_invents_nothing(
    batch: Batch, sandbox: Sandbox, by_then: dict[str, Any], told: tuple[str, str]
) -> None:
    first = changes(batch)[0]
    settled = by_then.pop("settled", False)

    def take_care(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.path.endswith(f"/{first.calendar_id}"):
            values = {"lease_until": None, "finished_at": timezone.now(), **by_then}
            values |= {"settled_at": timezone.now()} if settled else {}
            Change.objects.filter(pk=first.pk).update(**values)
            connection.close()

    sandbox.let_happen(take_care)
    work(batch, stopping=after(MANY - 1))

    assert outcomes(batch)[0] == told
    assert tally(batch)["done"] >= MANY - 1


@pytest.mark.django_db(transaction=True)
def test_an_error_that_comes_after_others_have_taken_care_of_it_says_nothing(
    batch: Batch, sandbox: Sandbox
) -> None:
    first = changes(batch)[0]

    def take_care(moment: Moment, seen: RequestSeen) -> None:
        if seen.path.endswith(f"/{first.calendar_id}") and moment == "after":
            Change.objects.filter(pk=first.pk).update(
                outcome="failed", error="not-saved", settled_at=timezone.now(), lease_until=None
            )
            connection.close()

    sandbox.fault("update_calendar", "status", performed=True, times=None)
    sandbox.let_happen(take_care)
    work(batch)

    assert outcomes(batch)[0] == ("failed", "not-saved")


@pytest.mark.django_db(transaction=True)
def test_the_answer_for_a_calendar_whose_key_was_removed_is_kept(
    accounts: Accounts, source: Source, actor: Actor, manager: User, sandbox: Sandbox
) -> None:
    key = give_key(manager, "bo")
    bos = keys.source(key, source.workspace)
    mirror.read(bos)
    batch = begin_all(bos, by=actor, most=1, **WISH)

    def remove(moment: Moment, seen: RequestSeen) -> None:
        if moment == "after" and seen.operation == "update_calendar":
            Key.objects.filter(pk=key.pk).delete()
            connection.close()

    sandbox.let_happen(remove)
    work(batch)

    assert tally(batch) == {"done": 1}
    assert is_finished(batch)
