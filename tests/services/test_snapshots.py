"""Settings kept before what may lose them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Change, Key, Snapshot, Source
from integrations.sandbox import Sandbox
from integrations.services import accounts as writes
from integrations.services import (
    changes,
    keys,
    mirror,
    people,
    people_keys,
    proving,
    rows,
    snapshots,
)
from integrations.services.actors import Actor
from integrations.services.changes import KeyNotReadyError
from tests import bulk
from tests.moving import moved_to
from tests.teamwork import give_key, person

Accounts = dict[str, Account]
Reason = Snapshot.Reason


def disconnect(account: Account, actor: Actor) -> Change:
    """Disconnect an account."""
    with keys.opened(account.source) as client:
        return writes.disconnect(client, account, keep_entries=True, by=actor)


def refresh(account: Account, actor: Actor) -> Change:
    """Refresh an account."""
    with keys.opened(account.source) as client:
        return writes.refresh(client, account, by=actor)


def settings_of(account: Account) -> dict[int, dict[str, Any]]:
    """Return what each calendar of an account is set to."""
    present = account.calendars.filter(gone_at=None)
    return {row.calendar_id: {n: getattr(row, n) for n in rows.EDITABLE} for row in present}


@pytest.mark.parametrize(
    ("write", "reason"), [(disconnect, Reason.DISCONNECT), (refresh, Reason.REFRESH)]
)
def test_what_all_calendars_were_set_to_is_kept(
    accounts: Accounts, actor: Actor, write: Any, reason: str
) -> None:
    account = accounts["studio@example.com"]
    before = settings_of(account)

    change = write(account, actor)

    kept = Snapshot.objects.get()
    assert (kept.reason, kept.about, kept.key) == (reason, change.pk, account.source.key_id)
    assert (kept.workspace_id, kept.integration_id) == (4400001, account.integration_id)
    assert (kept.provider, kept.email) == ("google", "studio@example.com")
    assert {entry["calendar_id"]: entry["settings"] for entry in kept.calendars} == before
    assert {"Equipment", "Old office"} <= {entry["name"] for entry in kept.calendars}
    assert all(entry["external_id"] for entry in kept.calendars)


def test_a_bulk_edit_keeps_the_calendars_that_it_writes(
    accounts: Accounts, source: Source, actor: Actor, manager: User
) -> None:
    studio = list(accounts["studio@example.com"].calendars.order_by("pk")[:2])
    rooms = list(accounts["rooms@example.net"].calendars.order_by("pk")[:1])

    batch = bulk.begin(
        dict.fromkeys([*studio, *rooms], {"background_color": "#123456"}),
        by=actor,
        sources=[source],
    )

    kept = Snapshot.objects.filter(reason=Reason.BULK, about=batch.pk).order_by("email")
    assert [(row.email, len(row.calendars)) for row in kept] == [
        ("rooms@example.net", 1),
        ("studio@example.com", 2),
    ]


def test_it_is_kept_with_the_intent_before_anything_is_sent(
    accounts: Accounts, actor: Actor, sandbox: Sandbox
) -> None:
    sandbox.fault("disconnect", "status", status=500)

    with pytest.raises(focus.FocusError):
        disconnect(accounts["rooms@example.net"], actor)

    assert Snapshot.objects.get().about == Change.objects.get().pk


def test_nothing_is_kept_of_a_write_that_was_not_begun(
    accounts: Accounts, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.services.proving.is_ready", lambda key: False)

    with pytest.raises(KeyNotReadyError):
        disconnect(accounts["rooms@example.net"], actor)

    assert not Snapshot.objects.exists()


def test_no_calendars_are_no_settings(accounts: Accounts, actor: Actor) -> None:
    account = accounts["rooms@example.net"]
    account.calendars.update(gone_at=timezone.now())

    disconnect(account, actor)

    assert not Snapshot.objects.exists()


def keep(account: Account, actor: Actor, *, days_ago: int = 0, refresh: bool = False) -> Snapshot:
    """Keep the settings of an account, some days ago."""
    action = Change.Action.REFRESH if refresh else Change.Action.DISCONNECT
    change = changes.intend(action, account.source, by=actor, account=account)
    snapshots.before_change(change, account)
    Snapshot.objects.filter(about=change.pk).update(
        taken_at=timezone.now() - timedelta(days=days_ago)
    )
    return Snapshot.objects.get(about=change.pk)


def test_what_was_kept_of_an_address_is_found_under_its_next_id(
    accounts: Accounts, actor: Actor
) -> None:
    account = accounts["studio@example.com"]
    older, newer = keep(account, actor, days_ago=2), keep(account, actor, refresh=True)
    keep(accounts["rooms@example.net"], actor)
    again = moved_to(account, 77)

    assert list(snapshots.of_account(again)) == [newer, older]


def test_no_address_is_nobodys(accounts: Accounts, actor: Actor) -> None:
    account = accounts["studio@example.com"]
    Account.objects.update(email="")
    account.refresh_from_db()
    kept = keep(account, actor)
    again = moved_to(account, 77)

    assert list(snapshots.of_account(again)) == []
    assert list(snapshots.of_account(account)) == [kept]


def test_an_answer_is_one_to_what_was_kept_before_it_too(accounts: Accounts, actor: Actor) -> None:
    account = accounts["studio@example.com"]
    first, second, third = (keep(account, actor, days_ago=ago) for ago in (3, 2, 1))
    refreshed = keep(account, actor, days_ago=4, refresh=True)

    snapshots.answer(second)

    answered = Snapshot.objects.filter(answered_at__isnull=False)
    assert set(answered) == {first, second}

    snapshots.answer(refreshed)

    assert third not in answered.all()
    assert refreshed not in answered.all()


@pytest.mark.parametrize("how", ["key", "person", "another's"])
def test_what_was_kept_through_a_key_goes_with_it(
    accounts: Accounts, source: Source, actor: Actor, manager: User, how: str
) -> None:
    owner = person("bo")
    own = keys.source(give_key(owner, "bo"), source.workspace)
    mirror.read(own)
    keep(own.accounts.order_by("pk")[0], actor)
    others = keep(accounts["studio@example.com"], actor)
    if how == "key":
        people_keys.remove(owner)
    elif how == "person":
        people.remove(owner, by=actor)
    else:
        Key.objects.filter(pk=own.key.pk).update(doubted_at=timezone.now())
        proving.other_person(own.key, own.key.generation)

    assert list(Snapshot.objects.all()) == [others]
