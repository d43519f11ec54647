"""What a batch spends: a reserve stays with the key's owner, and an empty hour is waited for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Batch, BatchPart, Change, Quota, Source
from integrations.sandbox import Sandbox
from integrations.sandbox.context import Moment, RequestSeen
from integrations.services import mirror, quotas
from integrations.services.actors import Actor
from tests.bulk import after, begin, carry_out, is_finished, part_of, tally, work
from tests.clocks import Clock
from tests.services.conftest import MANY, WISH

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Wait = BatchPart.Wait
ALEX = "alex@example.com"


def used(sandbox: Sandbox) -> int:
    """Return what Focus has counted this hour for the shared key's person."""
    return sandbox.world.window(ALEX, 5500001).used


def hour(sandbox: Sandbox, source: Source, *, quota: int, used: int, resets_in: float) -> None:
    """Let the hour be so long and so far spent, as it was read just now."""
    Quota.objects.all().delete()
    sandbox.switches.quota = quota
    sandbox.world.spent(ALEX, 0, resets_in=resets_in)
    mirror.read(source)
    sandbox.world.spent(ALEX, used - 1, resets_in=resets_in)
    mirror.read(source)


@pytest.mark.parametrize(("percent", "writes"), [(0, 7), (10, 5), (15, 4), (25, 2)])
def test_the_reserve_is_never_touched_and_everything_beside_it_is_used(
    batch: Batch,
    sandbox: Sandbox,
    source: Source,
    settings: LazySettings,
    clock: Clock,
    percent: int,
    writes: int,
) -> None:
    settings.BATCH_RESERVE = percent
    hour(sandbox, source, quota=20, used=12, resets_in=600)

    again = work(batch)

    # A read and the writes: 8 were left, and of 20 so many percent, rounded up, are the owner's.
    assert tally(batch) == {"done": writes, "intended": MANY - writes}
    assert 20 - used(sandbox) == {0: 0, 10: 2, 15: 3, 25: 5}.get(percent)
    part = part_of(batch)
    assert (part.waits_for, part.spent, part.resumes_at) == (Wait.QUOTA, 1 + writes, again)


def test_the_reserve_is_rounded_in_favour_of_the_owner(
    batch: Batch, sandbox: Sandbox, source: Source, settings: LazySettings, clock: Clock
) -> None:
    settings.BATCH_RESERVE = 10
    hour(sandbox, source, quota=21, used=12, resets_in=600)

    work(batch)

    assert 21 - used(sandbox) == 3  # 2.1 of 21


def test_it_waits_for_the_reset_and_goes_on_by_itself(
    batch: Batch, sandbox: Sandbox, source: Source, clock: Clock, asked: Asked
) -> None:
    hour(sandbox, source, quota=20, used=12, resets_in=600)
    asked()

    again = work(batch)

    assert again is not None
    assert timedelta(seconds=590) < again - clock.now() <= timedelta(seconds=601)
    assert asked() == ["list_accounts", *["update_calendar"] * 5]
    clock.leap(timedelta(seconds=580))
    assert work(batch) is None  # not due yet
    assert asked() == []
    clock.leap_to(again + timedelta(seconds=1))  # the hour's end is told in whole seconds
    assert work(batch) is None
    assert asked() == ["list_accounts", *["update_calendar"] * (MANY - 5)]
    assert tally(batch) == {"done": MANY}
    assert used(sandbox) == 1 + MANY - 5


def test_nothing_is_read_where_the_reserve_is_met_already(
    batch: Batch, sandbox: Sandbox, source: Source, asked: Asked, clock: Clock
) -> None:
    hour(sandbox, source, quota=20, used=18, resets_in=600)
    asked()

    again = work(batch)

    assert asked() == []
    assert part_of(batch).waits_for == Wait.QUOTA
    assert again is not None
    assert tally(batch) == {"intended": MANY}


@pytest.mark.parametrize("operation", ["list_accounts", "update_calendar"])
def test_an_hour_that_others_have_used_up_is_waited_for(
    batch: Batch, sandbox: Sandbox, clock: Clock, operation: str, settings: LazySettings
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    sandbox.fault(operation, "quota", resets_in=1800)

    again = work(batch)

    assert again is not None
    assert timedelta(minutes=29) < again - clock.now() <= timedelta(minutes=30)
    assert tally(batch) == {"intended": MANY}
    assert part_of(batch).waits_for == Wait.QUOTA
    assert part_of(batch).failures == 0
    clock.leap_to(again)
    assert work(batch) is None
    assert tally(batch) == {"done": MANY}


def test_where_focus_says_not_when_it_is_asked_again_in_a_quarter_of_an_hour(
    batch: Batch, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.switches.quota_headers = False
    Quota.objects.all().delete()
    sandbox.fault("list_accounts", "status", status=429)

    again = work(batch)

    assert again is not None
    assert again - clock.now() > timedelta(minutes=14)
    assert part_of(batch).waits_for == Wait.QUOTA
    assert carry_out(batch, clock) == 0 or is_finished(batch)


def test_where_focus_says_now_it_is_not_asked_without_a_pause(
    batch: Batch, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("list_accounts", "quota", resets_in=0)

    again = work(batch)

    assert again is not None
    assert again - clock.now() > quotas.LEAST_PAUSE - timedelta(seconds=1)


def test_where_nobody_counts_it_is_sent(batch: Batch, sandbox: Sandbox) -> None:
    sandbox.switches.quota_headers = False
    Quota.objects.all().delete()

    work(batch)

    assert tally(batch) == {"done": MANY}
    assert Quota.objects.get().remaining is None


def test_an_empty_hour_goes_before_a_failure(
    batch: Batch, sandbox: Sandbox, clock: Clock, settings: LazySettings
) -> None:
    settings.BATCH_IN_FLIGHT = 3
    batch.parts.update(read_at=timezone.now())
    for kind in ("status", "quota", "status"):
        sandbox.fault("update_calendar", kind)

    again = work(batch)

    part = part_of(batch)
    assert part.waits_for == Wait.QUOTA
    assert again is not None
    assert again - clock.now() > timedelta(minutes=20)
    assert part.failures <= 1


def test_what_others_spend_through_the_key_counts_as_well(
    batch: Batch, sandbox: Sandbox, source: Source, clock: Clock, settings: LazySettings
) -> None:
    settings.BATCH_IN_FLIGHT = 1
    hour(sandbox, source, quota=30, used=12, resets_in=600)
    spent = 0

    def spend_too(moment: Moment, seen: RequestSeen) -> None:
        nonlocal spent
        if moment == "before" and seen.operation == "update_calendar":
            sandbox.world.window(ALEX, 5500001).used += 1
            spent += 1

    sandbox.let_happen(spend_too)
    work(batch)

    assert 30 - used(sandbox) in (3, 2)  # the other's last request came unseen
    assert spent < MANY


def test_two_batches_share_what_is_beside_the_reserve(
    accounts: Accounts, source: Source, actor: Actor, manager: User, sandbox: Sandbox, clock: Clock
) -> None:
    rows = list(accounts["alex@example.com"].calendars.order_by("pk"))
    others = list(accounts["studio@example.com"].calendars.order_by("pk"))
    first = begin(dict.fromkeys(rows, WISH), by=actor, sources=[source])
    second = begin(dict.fromkeys(others, WISH), by=actor, sources=[source])
    hour(sandbox, source, quota=20, used=10, resets_in=600)

    work(first, stopping=after(2))
    work(second)
    work(first)

    assert 20 - used(sandbox) == 2
    assert part_of(second).waits_for == Wait.QUOTA


def test_what_was_paid_for_and_never_left_is_paid_back(
    batch: Batch, sandbox: Sandbox, source: Source, settings: LazySettings, clock: Clock
) -> None:
    hour(sandbox, source, quota=30, used=10, resets_in=600)
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"

    work(batch)

    assert Quota.objects.get().remaining == 20
    assert part_of(batch).spent == 0


def test_a_smaller_plan_does_not_have_it_wait_for_ever(
    batch: Batch, sandbox: Sandbox, source: Source, clock: Clock
) -> None:
    hour(sandbox, source, quota=600, used=2, resets_in=600)
    assert Quota.objects.get().most == 600
    sandbox.switches.quota = 30

    waits = carry_out(batch, clock)

    assert waits <= 4
    assert tally(batch) == {"done": MANY}


def test_another_hour_begins_though_ours_is_not_over_by_a_second(
    source: Source, sandbox: Sandbox, accounts: Accounts, clock: Clock
) -> None:
    hour(sandbox, source, quota=30, used=29, resets_in=600)
    sandbox.world.windows.clear()  # the clock of Focus is ahead of ours

    mirror.read(source)

    row = Quota.objects.get()
    assert (row.remaining, row.spent, row.most) == (29, 1, 30)


def test_several_batches_pay_out_of_one_purse(source: Source, accounts: Accounts) -> None:
    Quota.objects.update(remaining=5, resets_at=timezone.now() + timedelta(minutes=5))

    paid = [quotas.spend(source, reserve=lambda _quota: 2) for _ in range(5)]

    assert paid == [True, True, True, False, False]
    quotas.give_back(source)
    assert quotas.spend(source, reserve=lambda _quota: 2)


def test_no_more_is_paid_out_of_what_was_removed_meanwhile(
    source: Source, accounts: Accounts
) -> None:
    def remove(_quota: Quota) -> int:
        Quota.objects.all().delete()
        return 0

    assert quotas.spend(source, reserve=remove)
    assert not Change.objects.exists()
