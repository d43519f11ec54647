"""The ledger: what is left, counted where nobody says, and nothing asked after a 402."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection

from focusadmin.parsers import WorkspaceConfig
from integrations import focus
from integrations.models import Account, Batch, Quota, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import (
    accounts as account_writes,
)
from integrations.services import (
    freshness,
    key_trials,
    keys,
    mirror,
    people_keys,
    quotas,
    vault,
    workspaces,
)
from integrations.services.actors import Actor
from tests.bulk import carry_out, part_of, tally, work
from tests.clocks import Clock
from tests.conftest import ORGANIZATION
from tests.teamwork import BO, give_key, person

Asked = Callable[[], list[str]]


def row() -> Quota:
    """Return the only row of the ledger."""
    return Quota.objects.get()


def ask(source: Source, times: int = 1) -> None:
    """Ask Focus through a client of the source, which answers."""
    with keys.opened(source) as client:
        for _ in range(times):
            client.list_accounts()


def be_refused(source: Source, error: type[focus.FocusError] = focus.QuotaError) -> None:
    """Ask Focus once through a client of the source, which refuses or does not answer."""
    with keys.opened(source) as client, pytest.raises(error):
        client.list_accounts()


def left(source: Source, clock: Clock, number: int, *, hourly: int = 600) -> None:
    """Let so many of the hour's requests be left, and half an hour of it."""
    Quota.objects.update_or_create(
        key=source.key,
        organization_id=ORGANIZATION,
        defaults={
            "remaining": number,
            "most": hourly,
            "resets_at": clock.now() + timedelta(minutes=30),
        },
    )


# --- Counting -------------------------------------------------------------------------------


def test_it_counts_by_itself_where_nobody_ever_says(source: Source, sandbox: Sandbox) -> None:
    sandbox.switches.quota_headers = False

    ask(source, times=3)

    assert (row().spent, row().remaining, row().most) == (3, None, None)


def test_a_request_whose_answer_says_nothing_is_taken_off(source: Source, sandbox: Sandbox) -> None:
    ask(source)
    with keys.opened(source) as client:
        client.list_accounts()
        sandbox.switches.quota_headers = False
        client.list_accounts()
        client.list_accounts()

    assert (row().spent, row().remaining) == (4, 596)


def test_a_request_without_an_answer_is_taken_off(source: Source, sandbox: Sandbox) -> None:
    ask(source)
    sandbox.fault("list_accounts", "reset")

    be_refused(source, focus.UnavailableError)

    assert (row().spent, row().remaining) == (2, 598)


def test_a_request_that_was_paid_for_is_not_taken_off_twice(
    source: Source, sandbox: Sandbox
) -> None:
    ask(source)
    sandbox.switches.quota_headers = False
    assert quotas.spend(source, reserve=lambda _row: 0)

    mirror.read(source, paid=1)

    assert (row().spent, row().remaining) == (2, 598)


def test_other_answers_that_ask_for_patience_say_nothing_of_the_hour(
    source: Source, sandbox: Sandbox
) -> None:
    assert focus.quota.read_quota({"retry-after": "120"}, refused=False) is None


def test_the_hour_ends_by_itself_where_its_end_is_not_told(
    source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    ask(source)
    Quota.objects.update(resets_at=None, remaining=3)
    clock.leap(timedelta(minutes=59))
    assert not quotas.is_over(row())

    clock.leap(timedelta(minutes=2))

    assert quotas.is_over(row())
    ask(source)
    assert (row().spent, row().remaining) == (1, 599)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_where_many_count_at_once(source: Source) -> None:
    def count(_number: int) -> None:
        client = keys.client(source.key, source.workspace)
        client.calls = client.untold = 1
        quotas.note(source, client)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))

    assert row().spent == 40


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_spend_the_reserve(source: Source, clock: Clock) -> None:
    left(source, clock, 20, hourly=100)

    def pay(_number: int) -> bool:
        try:
            return quotas.spend(source, reserve=freshness.page_reserve)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        paid = list(pool.map(pay, range(30)))

    assert (sum(paid), row().remaining) == (10, 10)


# --- Odd ends of the hour -----------------------------------------------------------------------


def test_an_end_that_is_absurdly_far_is_not_believed(
    source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.world.spent("alex@example.com", 10, resets_in=999_999)

    ask(source, times=2)

    assert (row().remaining, row().resets_at, row().spent) == (588, None, 2)
    assert quotas.ends_at(row()) <= clock.now() + quotas.HOUR


def test_a_refusal_until_an_absurdly_far_end_stands_for_an_hour(
    source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("list_accounts", "quota", resets_in=999_999)
    be_refused(source)
    clock.leap(timedelta(minutes=59))
    assert quotas.is_closed(row())

    clock.leap(timedelta(minutes=2))

    assert not quotas.is_closed(row())


def test_a_refusal_whose_end_has_come_stands_for_a_moment(
    source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("list_accounts", "quota", resets_in=0)

    be_refused(source)

    assert quotas.is_closed(row())
    clock.leap(quotas.LEAST_PAUSE)
    assert not quotas.is_closed(row())


def test_a_refusal_that_names_no_end_stands_for_a_quarter_of_an_hour(
    source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.switches.quota, sandbox.switches.quota_headers = 1, False
    ask(source)
    be_refused(source)
    clock.leap(quotas.UNTOLD - timedelta(seconds=1))
    assert quotas.is_closed(row())

    clock.leap(timedelta(seconds=2))

    assert not quotas.is_closed(row())
    assert quotas.is_over(row())


def test_a_refusal_that_names_no_end_stands_until_the_one_that_was_told_before(
    source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.switches.quota = 1
    ask(source)
    resets_at = row().resets_at
    sandbox.switches.quota_headers = False

    be_refused(source)

    assert row().closed_until == resets_at


def test_a_clock_that_was_set_back_closes_nothing_for_long(
    source: Source, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("list_accounts", "quota", resets_in=1800)
    be_refused(source)

    clock.leap(timedelta(hours=-5))

    assert not quotas.is_closed(row())
    assert quotas.is_over(row())
    assert mirror.look(source, by=Actor("", "", "", "", ""), frugal=True) is None


# --- After a 402 --------------------------------------------------------------------------------


@pytest.fixture
def closed(
    source: Source, sandbox: Sandbox, accounts: dict[str, Account], asked: Asked, clock: Clock
) -> Source:
    """A source whose key has met a 402; the hour goes on for twenty minutes."""
    sandbox.world.spent("alex@example.com", 600, resets_in=1200)
    be_refused(source)
    asked()
    return source


@pytest.mark.parametrize("how", [{}, {"frugal": True}, {"force": True}])
def test_no_look_asks_before_the_hour_is_over(
    closed: Source, actor: Actor, asked: Asked, clock: Clock, how: dict[str, bool]
) -> None:
    clock.leap(timedelta(minutes=19))
    error = mirror.look(closed, by=actor, **how)
    assert isinstance(error, focus.QuotaError)
    assert error.resets_at == row().closed_until
    assert not error.sent
    assert asked() == []

    clock.leap(timedelta(minutes=2))

    assert mirror.look(closed, by=actor, **how) is None
    assert asked() == ["list_accounts"]


def test_another_workspace_of_the_organization_is_not_asked_about_either(
    closed: Source, actor: Actor, asked: Asked
) -> None:
    other = Workspace.objects.create(
        workspace_id=4400009, organization_id=ORGANIZATION, label="Other", managed=True
    )

    error = mirror.look(keys.source(closed.key, other), by=actor)

    assert isinstance(error, focus.QuotaError)
    assert asked() == []


def test_another_key_is_asked_all_the_same(closed: Source, actor: Actor, asked: Asked) -> None:
    bos = keys.source(give_key(person("bo"), "bo"), closed.workspace)

    errors = mirror.look_all([closed, bos], by=actor, force=True)

    assert list(errors) == [closed.pk]
    assert asked() == ["list_accounts"]


def test_nothing_is_written(
    closed: Source, accounts: dict[str, Account], actor: Actor, asked: Asked
) -> None:
    account = accounts["alex@example.com"]

    with pytest.raises(focus.QuotaError), keys.opened(account.source) as client:
        account_writes.refresh(client, account, by=actor)

    assert asked() == []


def test_no_batch_goes_on(batch: Batch, closed: Source, asked: Asked, clock: Clock) -> None:
    assert work(batch) is not None
    part = part_of(batch)
    assert part.waits_for == part.Wait.QUOTA
    assert part.resumes_at == row().closed_until
    assert asked() == []

    clock.leap_to(part.resumes_at)
    carry_out(batch, clock)

    assert tally(batch) == {"done": 12}


def test_no_command_asks(
    closed: Source, sandbox: Sandbox, actor: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(sandbox.requests)
    trial = key_trials.of(closed.key, [closed.workspace], by=actor)
    assert isinstance(trial.error, focus.QuotaError)
    for command in ("check_focus", "list_broken"):
        with pytest.raises(SystemExit):
            call_command(command)

    asked = [request.path for request in sandbox.requests[before:]]
    assert not [path for path in asked if f"/organizations/{ORGANIZATION}/" in path]
    assert "no requests left" in capsys.readouterr().out


def test_no_new_workspace_is_tried(closed: Source, asked: Asked) -> None:
    entry = WorkspaceConfig("New", 4400010, ORGANIZATION)

    with pytest.raises(focus.QuotaError):
        workspaces.look(entry)

    assert asked() == []


def test_a_stored_key_is_not_checked_again(
    sandbox: Sandbox, source: Source, asked: Asked, settings: LazySettings
) -> None:
    bo = person("bo")
    mine = keys.source(give_key(bo, "bo"), source.workspace)
    sandbox.fault("list_accounts", "quota", resets_in=1200)
    be_refused(mine)
    asked()

    with pytest.raises(focus.QuotaError):
        people_keys.put(bo, vault.Secret(BO), people_keys.Choices())

    assert asked() == []


def test_a_key_that_takes_the_place_of_another_begins_anew(
    closed: Source, settings: LazySettings, asked: Asked, actor: Actor
) -> None:
    settings.FOCUS_API_KEY = BO

    mirror.look(keys.source(keys.shared(), closed.workspace), by=actor)

    assert asked() == ["list_accounts"]


# --- The reserve --------------------------------------------------------------------------------


def look(source: Source, actor: Actor, clock: Clock, **how: bool) -> focus.FocusError | None:
    """Look when the rows are old, as whoever opens a page."""
    clock.leap(timedelta(minutes=21))
    return mirror.look(source, by=actor, **{"frugal": True} | how)


def test_pages_never_spend_the_last_tenth(
    source: Source, accounts: dict[str, Account], actor: Actor, asked: Asked, clock: Clock
) -> None:
    left(source, clock, 60)

    error = look(source, actor, clock)

    assert isinstance(error, freshness.ReserveError)
    assert asked() == []
    assert source.last_error == "reserve"
    stored = Source.objects.get()
    assert (stored.last_error, stored.lease_until) == ("", None)
    assert row().remaining == 60
    for how in ({"force": True}, {"frugal": False}):
        assert look(source, actor, clock, **how) is None
        assert asked() == ["list_accounts"]
        source.refresh_from_db()
        left(source, clock, 60)


def test_pages_spend_all_that_comes_before_it(
    source: Source,
    accounts: dict[str, Account],
    actor: Actor,
    asked: Asked,
    clock: Clock,
    sandbox: Sandbox,
) -> None:
    sandbox.switches.quota_headers = False
    left(source, clock, 61)

    assert look(source, actor, clock) is None

    assert asked() == ["list_accounts"]
    assert row().remaining == 60


def test_the_reserve_is_a_setting(
    source: Source,
    accounts: dict[str, Account],
    actor: Actor,
    asked: Asked,
    clock: Clock,
    settings: LazySettings,
) -> None:
    settings.PAGE_RESERVE = 0
    left(source, clock, 1)

    assert look(source, actor, clock) is None
    assert asked() == ["list_accounts"]


def test_a_first_look_is_worth_a_request_of_the_reserve(
    source: Source, actor: Actor, asked: Asked, clock: Clock
) -> None:
    left(source, clock, 1)

    assert mirror.look(source, by=actor, frugal=True) is None

    assert asked() == ["list_accounts"]


def test_a_first_look_that_fails_is_worth_no_second_one(
    source: Source, actor: Actor, asked: Asked, clock: Clock, sandbox: Sandbox
) -> None:
    sandbox.fault("list_accounts", "status", status=503, times=None)
    sandbox.switches.quota_headers = False
    left(source, clock, 60)

    for _page in range(3):
        error = mirror.look(source, by=actor, frugal=True)
        clock.leap(timedelta(minutes=3))
        source.refresh_from_db()

    assert asked() == ["list_accounts"]
    assert isinstance(error, freshness.ReserveError)


def test_a_refusal_costs_no_more_than_good_answers_do(
    source: Source,
    accounts: dict[str, Account],
    actor: Actor,
    asked: Asked,
    clock: Clock,
    sandbox: Sandbox,
) -> None:
    sandbox.fault("list_accounts", "status", status=404, times=None)
    for _page in range(120):
        clock.leap(timedelta(seconds=5))
        mirror.look(source, by=actor, frugal=True)

    assert len(asked()) == 10  # in ten minutes


def test_rows_may_grow_older_while_few_requests_are_left(
    source: Source, accounts: dict[str, Account], actor: Actor, asked: Asked, clock: Clock
) -> None:
    left(source, clock, 63)  # three for pages, and half an hour
    clock.leap(timedelta(minutes=5))
    assert mirror.look(source, by=actor, frugal=True) is None
    assert asked() == []

    assert mirror.look(source, by=actor) is None  # somebody is about to write
    assert asked() == ["list_accounts"]


def test_a_request_that_was_not_sent_is_given_back(
    source: Source,
    accounts: dict[str, Account],
    actor: Actor,
    clock: Clock,
    settings: LazySettings,
) -> None:
    left(source, clock, 200)
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"

    assert isinstance(look(source, actor, clock), focus.UnavailableError)

    assert row().remaining == 200


def test_a_check_that_is_not_sent_does_not_count_as_pressed(
    closed: Source, actor: Actor, asked: Asked, clock: Clock
) -> None:
    for _ in range(2):
        assert mirror.press([closed]) == ([closed], [])

    assert Source.objects.get().pressed_at is None


def test_checking_a_key_is_a_request_of_its_hour(
    sandbox: Sandbox, source: Source, asked: Asked
) -> None:
    bo = person("bo")

    key = people_keys.put(bo, vault.Secret(BO), people_keys.Choices())

    assert asked() == ["settings"]
    ledger = Quota.objects.get(key=key)
    assert (ledger.spent, ledger.remaining) == (1, 599)
