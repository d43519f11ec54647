"""Refreshing and disconnecting an account."""

from collections.abc import Callable

import pytest

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Account, Change
from integrations.sandbox import Sandbox
from integrations.services import accounts as writes
from integrations.services import changes, keys, mirror
from integrations.services.actors import Actor
from integrations.services.changes import BusyError
from tests.teamwork import give_key

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Outcome = Change.Outcome


def refresh(account: Account, actor: Actor) -> Change:
    """Refresh an account."""
    with keys.opened(account.source) as client:
        return writes.refresh(client, account, by=actor)


def disconnect(account: Account, actor: Actor, *, keep: bool = True) -> Change:
    """Disconnect an account."""
    with keys.opened(account.source) as client:
        return writes.disconnect(client, account, keep_entries=keep, by=actor)


def test_a_refresh_tells_what_the_provider_changed(
    accounts: Accounts, actor: Actor, asked: Asked
) -> None:
    change = refresh(accounts["studio@example.com"], actor)

    names = {kind: [e["name"] for e in found] for kind, found in change.difference.items()}
    assert names == {
        "new": ["Showroom"],
        "gone": ["Old office"],
        "renamed": ["Production schedule"],
        "recoloured": ["Equipment"],
    }
    assert (change.action, change.outcome) == (Change.Action.REFRESH, Outcome.DONE)
    assert asked() == ["refresh"]


def test_a_refresh_that_finds_nothing_says_so(accounts: Accounts, actor: Actor) -> None:
    assert refresh(accounts["rooms@example.net"], actor).difference == {}


def test_a_refresh_that_the_provider_refuses_changes_nothing(
    accounts: Accounts, actor: Actor
) -> None:
    with pytest.raises(focus.RejectedError):
        refresh(accounts["events@example.com"], actor)

    assert Change.objects.get().outcome == Outcome.REFUSED
    assert accounts["events@example.com"].calendars.filter(gone_at=None).count() == 4


@pytest.mark.parametrize("keep", [True, False])
def test_it_disconnects_and_asks_for_planned_entries_to_be_kept_or_removed(
    accounts: Accounts, actor: Actor, sandbox: Sandbox, asked: Asked, keep: bool
) -> None:
    account = accounts["rooms@example.net"]

    change = disconnect(account, actor, keep=keep)

    assert asked() == ["disconnect"]
    assert sandbox.requests[-1].query == {"preserve_entities": "true" if keep else "false"}
    with pytest.raises(LookupError):
        sandbox.world.account(710005)
    account.refresh_from_db()
    assert account.gone_at is not None
    assert (change.outcome, change.error) == (Outcome.DONE, "")
    assert (change.before, change.after) == ({"calendars": 4}, {"preserve_entities": keep})


def test_an_account_that_focus_no_longer_knows_counts_as_disconnected(
    accounts: Accounts, actor: Actor, sandbox: Sandbox
) -> None:
    sandbox.world.person("alex@example.com").accounts.clear()

    change = disconnect(accounts["rooms@example.net"], actor)

    assert (change.outcome, change.error) == (Outcome.DONE, "not-found")
    assert Account.objects.get(integration_id=710005).gone_at is not None


@pytest.mark.parametrize(
    ("kind", "options", "outcome"),
    [
        ("status", {"status": 400}, Outcome.REFUSED),
        ("status", {"status": 500}, Outcome.UNKNOWN),
        ("wrong_shape", {}, Outcome.UNKNOWN),
    ],
)
def test_a_failure_leaves_the_account_on_the_list(
    accounts: Accounts,
    actor: Actor,
    sandbox: Sandbox,
    kind: str,
    options: dict[str, int],
    outcome: Change.Outcome,
) -> None:
    sandbox.fault("disconnect", kind, **options)

    with pytest.raises(focus.FocusError):
        disconnect(accounts["rooms@example.net"], actor)

    assert Change.objects.get().outcome == outcome
    assert Account.objects.get(integration_id=710005).gone_at is None


@pytest.mark.parametrize("write", [refresh, disconnect])
def test_it_makes_what_other_keys_see_read_again(
    accounts: Accounts, actor: Actor, manager: User, write: Callable[[Account, Actor], Change]
) -> None:
    account = accounts["rooms@example.net"]
    other = keys.source(give_key(manager, "alex"), account.source.workspace)
    mirror.read(other)

    write(account, actor)

    other.refresh_from_db()
    assert other.expired_at is not None


def test_one_write_to_an_account_goes_at_a_time(
    accounts: Accounts, actor: Actor, asked: Asked
) -> None:
    account = accounts["rooms@example.net"]
    first = changes.intend(Change.Action.REFRESH, account.source, by=actor, account=account)

    with changes.sending(first):
        with pytest.raises(BusyError):
            refresh(account, actor)
        with pytest.raises(BusyError):
            disconnect(account, actor)

    assert asked() == []
