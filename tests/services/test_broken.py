"""Which accounts do not work, through all keys at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Account, Key, KeyUse, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import broken, freshness, keys
from integrations.services.actors import Actor
from integrations.services.broken import Report
from tests.clocks import Clock, clock
from tests.conftest import WORKSPACE
from tests.teamwork import give_key, person

__all__ = ["clock"]

Asked = Callable[[], list[str]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def here(sandbox: Sandbox) -> list[Workspace]:
    """The first workspace alone."""
    return [Workspace.objects.get(workspace_id=WORKSPACE)]


def addresses(report: Report) -> list[str]:
    """Return the addresses of the accounts that do not work."""
    return [found.account.email for found in report.broken]


def test_an_account_that_does_not_work_is_found_with_one_request(
    here: list[Workspace], actor: Actor, asked: Asked
) -> None:
    before = timezone.now()

    report = broken.report([keys.shared()], here, by=actor, ask=True)

    assert asked() == ["list_accounts"]
    assert addresses(report) == ["events@example.com"]
    assert (report.total, report.unknown) == (6, ())
    assert report.seen_at is not None
    assert report.seen_at >= before


def test_rows_that_are_fresh_cost_nothing(
    here: list[Workspace], actor: Actor, asked: Asked, accounts: dict[str, Account], clock: Clock
) -> None:
    assert addresses(broken.report([keys.shared()], here, by=actor, ask=True))
    assert asked() == []

    clock.leap(timedelta(minutes=2))
    assert addresses(broken.report([keys.shared()], here, by=actor, ask=True))
    assert asked() == ["list_accounts"]


def test_without_asking_what_was_seen_last_counts_however_old(
    here: list[Workspace], actor: Actor, asked: Asked, accounts: dict[str, Account], clock: Clock
) -> None:
    clock.leap(timedelta(days=3))

    report = broken.report([keys.shared()], here, by=actor, ask=False)

    assert asked() == []
    assert addresses(report) == ["events@example.com"]
    assert report.seen_at == Source.objects.get().last_good_at


def test_without_asking_nothing_is_known_of_what_was_never_read(
    here: list[Workspace], actor: Actor, asked: Asked
) -> None:
    report = broken.report([keys.shared()], here, by=actor, ask=False)

    assert asked() == []
    assert (report.broken, report.total, report.seen_at) == ((), 0, None)
    assert [source.key for source in report.unknown] == [keys.shared()]


def test_what_fails_is_unknown_and_its_old_rows_are_no_finding(
    here: list[Workspace],
    actor: Actor,
    sandbox: Sandbox,
    accounts: dict[str, Account],
    clock: Clock,
) -> None:
    clock.leap(timedelta(minutes=2))
    sandbox.fault("list_accounts", "status", status=500)

    report = broken.report([keys.shared()], here, by=actor, ask=True)

    assert (report.broken, report.total) == ((), 0)
    assert [source.last_error for source in report.unknown] == ["unavailable"]


def test_what_another_process_reads_and_does_not_finish_is_unknown(
    here: list[Workspace], actor: Actor, asked: Asked, accounts: dict[str, Account], clock: Clock
) -> None:
    clock.leap(timedelta(hours=1))
    Source.objects.update(lease_until=clock.now() + freshness.LEASE)

    report = broken.report([keys.shared()], here, by=actor, ask=True)

    assert asked() == []
    assert len(report.unknown) == 1


def test_rows_of_a_key_that_was_replaced_are_unknown(
    here: list[Workspace], actor: Actor, accounts: dict[str, Account]
) -> None:
    Key.objects.update(generation=2)

    assert len(broken.report([keys.shared()], here, by=actor, ask=False).unknown) == 1


def test_an_account_that_several_keys_see_is_there_once(
    here: list[Workspace], actor: Actor
) -> None:
    alex = give_key(person("alex"), "alex")

    report = broken.report([alex, keys.shared()], here, by=actor, ask=True)

    assert [found.account.source.key for found in report.broken] == [keys.shared()]
    assert report.total == 6
    assert KeyUse.objects.get().reads == 1


def test_an_account_that_is_in_several_workspaces_is_there_once(
    sandbox: Sandbox, actor: Actor
) -> None:
    everywhere = list(Workspace.objects.order_by("workspace_id"))

    report = broken.report([keys.shared()], everywhere, by=actor, ask=True)

    [found] = report.broken
    assert found.account.source.workspace == everywhere[0]
    assert found.workspaces == tuple(everywhere)
    assert report.total == 6


def test_one_that_its_key_misses_later_in_another_workspace_is_gone(
    sandbox: Sandbox, actor: Actor, clock: Clock
) -> None:
    shared, everywhere = [keys.shared()], list(Workspace.objects.order_by("workspace_id"))
    broken.report(shared, everywhere, by=actor, ask=True)
    listed = sandbox.world.accounts(sandbox.shared_key)
    listed[:] = [row for row in listed if row["email"] != "events@example.com"]
    clock.leap(timedelta(minutes=10))
    broken.report(shared, everywhere[1:], by=actor, ask=True)

    report = broken.report(shared, everywhere, by=actor, ask=False)

    assert (report.broken, report.total) == ((), 5)


@pytest.mark.parametrize("first", ["shared", "alex"])
@pytest.mark.few(2)
def test_of_several_keys_the_one_that_looked_last_is_believed(
    here: list[Workspace], actor: Actor, sandbox: Sandbox, clock: Clock, first: str
) -> None:
    both = {"shared": keys.shared(), "alex": give_key(person("alex"), "alex")}
    earlier, later = both.pop(first), both.popitem()[1]
    broken.report([earlier], here, by=actor, ask=True)
    for account in sandbox.world.accounts(sandbox.shared_key):
        if account["email"] == "alex@example.com":
            account["error_status"] = "invalid_grant"
    clock.leap(timedelta(minutes=10))
    broken.report([later], here, by=actor, ask=True)
    looked_at = Source.objects.get(key=later).last_good_at

    report = broken.report([earlier, later], here, by=actor, ask=False)

    found = {found.account.email: found for found in report.broken}["alex@example.com"]
    assert (found.account.source.key, found.seen_at) == (later, looked_at)
    assert report.total == 6


def test_of_keys_that_say_the_same_the_nearest_is_named(
    here: list[Workspace], actor: Actor, clock: Clock
) -> None:
    alex = give_key(person("alex"), "alex")
    broken.report([keys.shared()], here, by=actor, ask=True)
    clock.leap(timedelta(minutes=10))
    broken.report([alex], here, by=actor, ask=True)

    [found] = broken.report([alex, keys.shared()], here, by=actor, ask=False).broken

    assert found.account.source.key == keys.shared()
    assert found.seen_at == Source.objects.get(key=alex).last_good_at


def test_a_key_that_is_not_for_a_workspace_is_no_finding_beside_others(
    sandbox: Sandbox, actor: Actor
) -> None:
    chidi = give_key(person("chidi"), "chidi")
    sandbox.fault("list_accounts", "status", status=403, times=2)
    everywhere = list(Workspace.objects.all())

    report = broken.report([chidi], everywhere, by=actor, ask=True)
    assert len(report.unknown) == 2

    report = broken.report([chidi, keys.shared()], everywhere, by=actor, ask=True)
    assert report.unknown == ()


def test_what_is_gone_is_no_finding(
    here: list[Workspace], actor: Actor, accounts: dict[str, Account]
) -> None:
    Account.objects.filter(email="events@example.com").update(gone_at=timezone.now())

    report = broken.report([keys.shared()], here, by=actor, ask=False)

    assert (report.broken, report.total) == ((), 5)


def test_a_key_that_its_owner_keeps_to_themselves_is_left_out(sandbox: Sandbox) -> None:
    private = give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    health = give_key(person("chidi"), "chidi", Key.Visibility.HEALTH)

    assert broken.shown([keys.shared(), private, health]) == [keys.shared(), health]
