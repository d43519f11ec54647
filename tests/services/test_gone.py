"""Rows of the mirror that are long gone: what they still lead to is there after pruning."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import gone, keys, mirror, pruning, restoring, succession, team
from integrations.services.actors import Actor
from integrations.services.pruning import Pruned
from integrations.views import history
from tests.moving import moved_to
from tests.services.test_snapshots import keep
from tests.teamwork import give_key, person

pytestmark = pytest.mark.django_db
Accounts = dict[str, Account]


@pytest.fixture
def studio(accounts: Accounts) -> Account:
    """An account with seven calendars."""
    return accounts["studio@example.com"]


def went(account: Account, days: float) -> Account:
    """Let an account be gone for so many days."""
    account.gone_at = timezone.now() - timedelta(days=days)
    account.save(update_fields=["gone_at"])
    return account


def told(account: Account, calendar: Calendar | None = None, days: float = 100) -> Change:
    """Let the record say something of an account, or of its calendar."""
    return Change.objects.create(
        action="edit" if calendar else "reconnect",
        outcome="done",
        key=account.source.key_id,
        workspace_id=account.source.workspace.workspace_id,
        integration_id=account.integration_id,
        calendar_id=calendar.calendar_id if calendar else 0,
        external_id=calendar.external_id if calendar else "",
        email=account.email,
        request_id=uuid4(),
        finished_at=timezone.now() - timedelta(days=days),
    )


def prune(actor: Actor) -> tuple[int, int]:
    """Prune what was announced; returns how many accounts and calendars went."""
    announced = pruning.count()
    done = pruning.prune(by=actor)
    assert done == announced
    return done.accounts, done.calendars


def test_an_account_that_is_long_gone_goes_with_its_calendars(
    studio: Account, accounts: Accounts, actor: Actor
) -> None:
    went(studio, 91)
    went(accounts["alex.admin@example.net"], 89)
    others = Calendar.objects.exclude(account=studio).count()

    assert prune(actor) == (1, 7)

    assert not Account.objects.filter(pk=studio.pk).exists()
    assert Account.objects.count() == len(accounts) - 1
    assert Calendar.objects.count() == others


def test_a_calendar_that_is_long_gone_goes_from_its_account(studio: Account, actor: Actor) -> None:
    for name, days in (("Equipment", 91), ("Old office", 89)):
        gone_at = timezone.now() - timedelta(days=days)
        studio.calendars.filter(name=name).update(gone_at=gone_at)

    assert prune(actor) == (0, 1)

    assert not studio.calendars.filter(name="Equipment").exists()
    assert studio.calendars.count() == 6


def test_they_go_in_several_steps(
    studio: Account, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 3)
    went(moved_to(went(moved_to(went(studio, 95), 1, "Equipment"), 94), 2, "Equipment"), 93)
    for account in Account.objects.filter(email=studio.email):
        went(account, 95)

    assert prune(actor) == (3, 9)


def test_an_account_stays_while_a_change_of_it_does(studio: Account, actor: Actor) -> None:
    change = told(went(studio, 91))

    assert prune(actor) == (0, 0)

    Change.objects.filter(pk=change.pk).prune()
    assert prune(actor) == (1, 7)


def test_it_goes_with_the_last_change_of_it(studio: Account, actor: Actor) -> None:
    told(went(studio, 2000), days=2000)

    assert prune(actor) == (1, 7)


@pytest.mark.parametrize("renamed", [False, True])
def test_history_survives_reconnects_under_new_ids(
    studio: Account, actor: Actor, manager: User, renamed: bool
) -> None:
    """The account in the middle has no changes, and maybe had another address by then."""
    equipment = studio.calendars.get(name="Equipment")
    changes = {told(studio).pk, told(studio, equipment).pk}
    second = moved_to(studio, 1, "Equipment")
    if renamed:
        second.email = "rooms@example.com"
        second.save(update_fields=["email"])
    third = moved_to(second, 2, *[] if renamed else ["Equipment"])
    went(studio, 200)
    went(second, 100)

    assert prune(actor) == (0, 0)

    third = Account.objects.get(pk=third.pk)
    assert {line["pk"] for line in history.of_account(third, manager)} == changes


def test_history_survives_that_nothing_is_there_meanwhile(
    studio: Account, source: Source, sandbox: Sandbox, actor: Actor, manager: User
) -> None:
    """All rows were long gone when what the address was called last is connected again."""
    change = told(studio)
    second = went(moved_to(studio, 1), 100)
    second.email = "atelier@example.com"
    second.save(update_fields=["email"])
    went(studio, 200)

    assert prune(actor) == (0, 0)

    entry = sandbox.world.account(studio.integration_id)
    entry |= {"calendar_integration_id": 720001, "email": second.email}
    mirror.read(source)
    third = Account.objects.get(integration_id=720001)
    assert third.replaces == second
    assert [line["pk"] for line in history.of_account(third, manager)] == [change.pk]


def test_the_rest_of_a_succession_goes_when_its_history_has_ended(
    studio: Account, actor: Actor
) -> None:
    first = went(studio, 200)
    third = moved_to(went(moved_to(first, 1, "Equipment"), 100), 2, "Equipment")
    went(first, 200)
    Account.objects.filter(integration_id=1).update(gone_at=timezone.now() - timedelta(days=100))

    assert prune(actor) == (2, 8)

    third.refresh_from_db()
    assert third.replaces is None
    assert third.calendars.count() == 1


def test_an_edit_is_undone_where_its_calendar_is_now(
    studio: Account, source: Source, actor: Actor
) -> None:
    change = told(studio, studio.calendars.get(name="Equipment"))
    third = moved_to(moved_to(studio, 1), 2, "Equipment")
    Account.objects.exclude(pk=third.pk).filter(email=studio.email).update(
        gone_at=timezone.now() - timedelta(days=100)
    )

    prune(actor)

    assert succession.calendar_of(change, [source]) == third.calendars.get()


def test_a_calendar_that_comes_back_has_its_history(
    studio: Account, source: Source, actor: Actor, manager: User
) -> None:
    calendar = studio.calendars.get(name="Equipment")
    change = told(studio, calendar)
    Calendar.objects.filter(pk=calendar.pk).update(gone_at=timezone.now() - timedelta(days=100))
    source.digest = "that of the answer that left it out"
    source.save()

    assert prune(actor) == (0, 1)
    mirror.read(source)

    again = studio.calendars.get(name="Equipment")
    assert again.pk != calendar.pk
    assert [line["pk"] for line in history.of_calendar(again, manager)] == [change.pk]
    assert succession.calendar_of(change, [source]) == again


def test_the_record_goes_on_to_name_what_it_may_name(
    source: Source, accounts: Accounts, manager: User, actor: Actor
) -> None:
    """Of an account of somebody else that is gone: calendars that were switched on, no others."""
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(bos)
    runs = Calendar.objects.get(account__source=bos, name="School runs")
    on = told(runs.account, runs)
    Calendar.objects.filter(pk=runs.pk).update(selected=True)
    went(runs.account, 100)
    assert team.nameless([on], manager) == set()

    prune(actor)

    assert team.nameless([on], manager) == set()


def test_settings_kept_before_a_disconnect_are_offered_again(studio: Account, actor: Actor) -> None:
    kept = keep(studio, actor, days_ago=100)
    Change.objects.filter(integration_id=studio.integration_id).prune()
    again = moved_to(studio, 77, "Equipment", "Old office")
    again.calendars.update(background_color="#000000")
    went(studio, 100)

    assert prune(actor) == (1, 7)

    offered = restoring.offer(Account.objects.get(pk=again.pk))
    assert offered is not None
    assert (offered.snapshot, offered.differing) == (kept, 2)


def test_an_account_stays_gone_where_an_older_read_still_has_it(
    studio: Account, source: Source, actor: Actor
) -> None:
    """The same key saw it in another workspace, and has not looked there since."""
    workspace = source.workspace
    workspace.pk, workspace.workspace_id = None, 99
    workspace.save()
    elsewhere = Account.objects.get(pk=studio.pk)
    elsewhere.pk, elsewhere.source = (
        None,
        Source.objects.create(key=source.key, workspace=workspace),
    )
    elsewhere.save()
    went(studio, 100)

    assert prune(actor) == (0, 0)


def test_no_selection_is_about_what_goes() -> None:
    assert gone.GONE > pruning.DRAFTS


def test_nothing_else_is_gone(accounts: Accounts, actor: Actor) -> None:
    done: Pruned = pruning.prune(by=actor)

    assert (done.accounts, done.calendars) == (0, 0)
    assert Account.objects.count() == len(accounts)
