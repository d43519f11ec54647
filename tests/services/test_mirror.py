"""The mirror: when Focus is asked, what its answer leaves behind, and what a failure does not."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core import serializers
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Calendar, Key, Quota, Source
from integrations.sandbox import Sandbox
from integrations.services import freshness, keys, mirror
from integrations.services.actors import Actor
from integrations.services.credentials import DoubtedKeyError
from tests.services.answers import account, answer, answer_calendars, calendar
from tests.teamwork import give_key, person

Asked = Callable[[], list[str]]
BO = "toggl_sk_" + "b0" * 16


def age(source: Source, seconds: float) -> None:
    """Let the last good answer be this old."""
    source.last_good_at = timezone.now() - timedelta(seconds=seconds)
    source.save()


def look(source: Source, *, force: bool = False) -> focus.FocusError | None:
    """Look as Mia."""
    by = Actor("local", "mia@example.com", "Mia Manager", "manager", "0" * 32)
    return mirror.look(source, by=by, force=force)


def test_it_asks_once_for_everything(source: Source, asked: Asked) -> None:
    error = look(source)

    assert error is None
    assert asked() == ["list_accounts"]
    assert Account.objects.count() == 6
    assert Calendar.objects.count() == 30
    assert source.last_good_at is not None


def test_it_asks_nothing_within_a_minute(source: Source, asked: Asked) -> None:
    look(source)
    age(source, 59)

    look(source)

    assert asked() == ["list_accounts"]


def test_it_asks_again_after_a_minute(source: Source, asked: Asked) -> None:
    look(source)
    age(source, 60)

    look(source)

    assert asked() == ["list_accounts"] * 2
    assert freshness.is_fresh(source)


def test_it_asks_again_when_the_clock_went_back(source: Source, asked: Asked) -> None:
    look(source)
    age(source, -3600)

    look(source)

    assert asked() == ["list_accounts"] * 2


def test_it_asks_at_once_when_forced(source: Source, asked: Asked) -> None:
    look(source)

    look(source, force=True)

    assert asked() == ["list_accounts"] * 2


def test_it_asks_again_when_the_environments_key_was_replaced(
    source: Source, sandbox: Sandbox, settings: LazySettings, asked: Asked
) -> None:
    look(source)
    settings.FOCUS_API_KEY = BO
    source = keys.source(keys.shared(), source.workspace)
    answer(sandbox, account(710001, "still.there@example.com"))

    assert look(source) is None

    assert asked() == ["list_accounts"] * 2
    present = source.accounts.filter(gone_at=None).values_list("email", flat=True)
    assert list(present) == ["still.there@example.com"]


def test_it_takes_nothing_from_a_key_that_seems_to_be_another_persons(
    source: Source, sandbox: Sandbox, settings: LazySettings, asked: Asked
) -> None:
    look(source)
    settings.FOCUS_API_KEY = BO
    source = keys.source(keys.shared(), source.workspace)

    error = look(source)
    again = look(source, force=True)

    assert isinstance(error, DoubtedKeyError)
    assert isinstance(again, DoubtedKeyError)
    assert asked() == ["list_accounts"] * 2, "a doubted key is not used again"
    assert source.last_error == DoubtedKeyError.code
    assert source.accounts.filter(gone_at=None).count() == 6


def test_it_lets_one_process_ask_at_a_time(source: Source, asked: Asked) -> None:
    look(source)
    age(source, 61)
    Source.objects.filter(pk=source.pk).update(lease_until=timezone.now() + timedelta(seconds=9))

    error = look(source)

    assert error is None
    assert asked() == ["list_accounts"]


def test_it_shows_what_another_process_has_read_since_its_own_row_was_loaded(
    source: Source, asked: Asked
) -> None:
    loaded_before = Source.objects.get(pk=source.pk)
    look(source)

    look(loaded_before)

    assert asked() == ["list_accounts"]
    assert loaded_before.last_good_at == source.last_good_at


def test_it_takes_over_from_a_process_that_died(source: Source, asked: Asked) -> None:
    Source.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    look(source)

    assert asked() == ["list_accounts"]


def test_it_gives_the_lease_back(source: Source, sandbox: Sandbox) -> None:
    look(source)
    assert Source.objects.get().lease_until is None

    sandbox.fault("list_accounts", "status", status=500)
    look(source, force=True)
    assert Source.objects.get().lease_until is None


def test_it_waits_for_the_first_answer_of_another_process_no_longer_than_a_page_may(
    source: Source, asked: Asked, settings: LazySettings
) -> None:
    settings.FOCUS_PAGE_DEADLINE = 0.1
    source.lease_until = timezone.now() + timedelta(seconds=9)
    source.save()

    look(source)

    assert asked() == []
    assert source.last_good_at is None


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("status", {"status": 503}, focus.UnavailableError),
        ("status", {"status": 401}, focus.CredentialsError),
        ("status", {"status": 403}, focus.ForbiddenError),
        ("quota", {}, focus.QuotaError),
        ("html", {}, focus.FocusError),
        ("bad_json", {}, focus.BadResponseError),
        ("wrong_shape", {}, focus.BadResponseError),
        ("reset", {}, focus.UnavailableError),
        ("cut", {}, focus.UnavailableError),
    ],
)
def test_it_keeps_its_rows_and_notes_why_there_are_no_newer_ones(
    source: Source,
    sandbox: Sandbox,
    kind: str,
    options: dict[str, int],
    error: type[focus.FocusError],
) -> None:
    look(source)
    seen = source.last_good_at
    sandbox.fault("list_accounts", kind, **options)

    found = look(source, force=True)

    assert isinstance(found, error)
    source.refresh_from_db()
    assert (source.last_error, source.last_good_at) == (found.code, seen)
    assert source.last_error_at is not None
    assert source.last_error_trace == found.trace_id
    assert Account.objects.filter(gone_at=None).count() == 6


def test_it_gives_up_after_the_pages_deadline(
    source: Source, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.FOCUS_PAGE_DEADLINE = 0.1
    sandbox.fault("list_accounts", "delay", seconds=1)

    assert isinstance(look(source), focus.UnavailableError)


@pytest.mark.parametrize(("seconds", "requests"), [(1, 1), (11, 2)])
def test_it_does_not_ask_again_at_once_after_a_failure(
    source: Source, sandbox: Sandbox, asked: Asked, seconds: int, requests: int
) -> None:
    sandbox.fault("list_accounts", "status", status=503, times=None)
    look(source)
    source.last_error_at = timezone.now() - timedelta(seconds=seconds)
    source.save()

    look(source)

    assert asked() == ["list_accounts"] * requests
    assert source.last_error == "unavailable"


@pytest.mark.parametrize(("minutes", "requests"), [(29, 1), (31, 2)])
def test_it_asks_nothing_before_requests_are_available_again(
    source: Source, sandbox: Sandbox, asked: Asked, minutes: int, requests: int
) -> None:
    sandbox.fault("list_accounts", "quota", resets_in=1800)
    look(source)
    passed = timedelta(minutes=minutes)
    resets_at = timezone.now() + timedelta(minutes=30) - passed
    Quota.objects.update(resets_at=resets_at, closed_until=resets_at)
    source.last_error_at = timezone.now() - passed
    source.save()

    look(source)

    assert asked() == ["list_accounts"] * requests


def test_it_forgets_the_failure_with_the_next_good_answer(source: Source, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "status", status=503)
    look(source)

    look(source, force=True)

    assert (source.last_error, source.last_error_trace) == ("", "")


def test_it_counts_entries_that_cannot_be_addressed(source: Source, sandbox: Sandbox) -> None:
    answer(
        sandbox,
        account(7, "a@example.com", calendars=[calendar(1), calendar(0), calendar(1), "odd"]),
        account(0),
        account(None),
        account(True),
        account(7, "twice@example.com"),
    )

    look(source)

    assert source.unreadable == 7
    assert [str(row) for row in Account.objects.all()] == ["a@example.com"]
    assert [row.calendar_id for row in Calendar.objects.all()] == [1]


def test_it_keeps_what_the_key_has_left(source: Source, sandbox: Sandbox) -> None:
    sandbox.world.spent("alex@example.com", 593, resets_in=1200)

    look(source)

    quota = Quota.objects.get()
    assert (quota.key, quota.remaining, quota.spent) == (source.key, 6, 1)
    assert quota.resets_at is not None
    assert 1100 < (quota.resets_at - timezone.now()).total_seconds() <= 1201


def test_it_does_not_let_an_older_answer_undo_a_newer_one(source: Source, sandbox: Sandbox) -> None:
    answer(sandbox, account(7, "a@example.com"))
    age(source, -5)

    found = mirror.read(source)

    assert found.as_json() == {}
    assert Account.objects.count() == 0


def test_it_reads_one_account_by_itself(accounts: dict[str, Account], sandbox: Sandbox) -> None:
    account = accounts["rooms@example.net"]
    answer_calendars(sandbox, calendar(5, "Only room"))

    with keys.opened(account.source) as client:
        listing = mirror.read_account(client, account)

    assert [entry.name for entry in listing.items] == ["Only room"]
    assert [row.name for row in account.calendars.filter(gone_at=None)] == ["Only room"]
    assert account.calendars.exclude(gone_at=None).count() == 4


def test_it_does_not_let_an_older_listing_of_one_account_undo_what_was_read_since(
    accounts: dict[str, Account], source: Source, sandbox: Sandbox
) -> None:
    account = accounts["rooms@example.net"]
    age(source, -5)
    sandbox.world.account(710005)["calendars"].clear()

    with keys.opened(source) as client:
        listing = mirror.read_account(client, account)

    assert not listing.items
    assert account.calendars.filter(gone_at=None).count() == 4


def test_it_notices_an_account_that_has_lost_its_last_calendar(
    accounts: dict[str, Account], sandbox: Sandbox
) -> None:
    account = accounts["rooms@example.net"]
    answer_calendars(sandbox)

    with keys.opened(account.source) as client:
        mirror.read_account(client, account)

    account.refresh_from_db()
    assert account.state == Account.State.EMPTY


def test_it_does_not_let_an_older_listing_undo_what_was_read_of_one_account_since(
    accounts: dict[str, Account], source: Source, sandbox: Sandbox
) -> None:
    account = accounts["rooms@example.net"]
    account.seen_at = timezone.now() + timedelta(seconds=5)
    account.save()
    sandbox.world.account(710005)["calendars"].clear()

    mirror.read(source)

    assert account.calendars.filter(gone_at=None).count() == 4


def test_sources_that_show_the_same_account_are_read_again(source: Source, manager: User) -> None:
    """What is written through one key has not been seen by the others that see the account."""
    same = keys.source(give_key(manager, "alex"), source.workspace)
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    for row in (source, same, bos):
        mirror.read(row)

    mirror.expire_others(source, [710005])

    fresh = [row.pk for row in Source.objects.all() if freshness.is_fresh(row)]
    assert sorted(fresh) == sorted([source.pk, bos.pk])


def test_an_account_that_has_gone_from_a_source_is_not_shown_by_it(
    source: Source, manager: User
) -> None:
    same = keys.source(give_key(manager, "alex"), source.workspace)
    mirror.read(source)
    mirror.read(same)
    same.accounts.update(gone_at=timezone.now())

    mirror.expire_others(source, [710005])

    assert freshness.is_fresh(Source.objects.get(pk=same.pk))


def test_one_press_in_ten_seconds_is_enough(source: Source, manager: User) -> None:
    other = keys.source(Key.objects.create(owner=manager, fingerprint="f"), source.workspace)
    began = timezone.now()
    assert mirror.press([source]) == ([source], [])

    free, resting = mirror.press([source, other])

    assert (free, resting) == ([other], [source])
    assert source.pressed_at is not None
    assert began <= source.pressed_at <= timezone.now()
    for moment in (began - timedelta(seconds=11), began + timedelta(hours=1)):
        Source.objects.update(pressed_at=moment)
        assert mirror.press([source, other]) == ([source, other], [])


def test_it_holds_no_secret(source: Source, sandbox: Sandbox, manager: User) -> None:
    """Not even where Focus repeats the key in its error."""
    mine = give_key(manager, "bo")
    own = keys.source(mine, source.workspace)
    for row, echo in ((source, sandbox.shared_key), (own, BO)):
        look(row)
        told = {"trace_id": echo, "error": echo, "error_description": echo}
        sandbox.fault("list_accounts", "status", status=500, body=json.dumps(told))
        look(row, force=True)

    stored = serializers.serialize(
        "json",
        [row for kind in (Account, Calendar, Source, Quota) for row in kind.objects.all()],
    )

    assert "bo@example.com" in stored
    for secret in (sandbox.shared_key, BO, mine.ciphertext):
        assert secret not in stored
        assert secret.removeprefix("toggl_sk_") not in stored
