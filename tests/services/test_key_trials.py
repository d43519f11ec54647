"""Trying a key on purpose."""

from collections.abc import Callable

import pytest

from integrations import focus
from integrations.models import ConnectAttempt, Key, KeyUse, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import key_trials, keys, mirror, operators, quotas, workspaces
from integrations.services.actors import Actor
from tests.conftest import WORKSPACE
from tests.teamwork import give_key, person

Asked = Callable[[], list[str]]
HERE = "http://127.0.0.1:8000/connect/none/return/"
pytestmark = pytest.mark.django_db


def visible() -> list[Workspace]:
    """Return every workspace, the first by its label first."""
    return list(workspaces.visible())


def test_a_good_key_costs_one_request_and_its_answer_is_kept(
    source: Source, actor: Actor, asked: Asked
) -> None:
    trial = key_trials.of(keys.shared(), visible(), by=actor)

    assert asked() == ["list_accounts"]
    assert (trial.source, trial.error) == (source, None)
    assert trial.quota is not None
    assert trial.quota.remaining == 599
    source.refresh_from_db()
    assert source.last_good_at is not None


def test_a_key_is_tried_where_it_was_good(sandbox: Sandbox, actor: Actor) -> None:
    [first, second] = visible()
    assert key_trials.of(keys.shared(), [first, second], by=actor).source.workspace == first

    Source.objects.all().delete()
    mirror.read(keys.source(keys.shared(), second))

    assert key_trials.of(keys.shared(), [first, second], by=actor).source.workspace == second


def test_a_refused_key_is_noted_and_counted_for_its_owner(sandbox: Sandbox, actor: Actor) -> None:
    key = give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    sandbox.fault("list_accounts", "status", status=401)

    trial = key_trials.of(key, visible(), by=actor)

    assert isinstance(trial.error, focus.CredentialsError)
    assert Source.objects.get(key=key).last_error == "credentials"
    assert KeyUse.objects.get().reads == 1


def test_a_connection_is_begun_and_nobody_takes_it_up(
    source: Source, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    before = len(sandbox.world.accounts(sandbox.shared_key))

    start = key_trials.start_connection(source, "google", HERE, by=actor)

    assert asked() == ["setup"]
    assert start == key_trials.Start(None, returns=True)
    assert len(sandbox.world.accounts(sandbox.shared_key)) == before
    assert not ConnectAttempt.objects.exists()
    quota = quotas.of(source)
    assert quota is not None
    assert quota.spent == 1


def test_an_address_of_ours_is_refused_only_if_it_goes_well_without(
    source: Source, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    sandbox.switches.refuse_return_to = True
    start = key_trials.start_connection(source, "google", HERE, by=actor)
    assert start == key_trials.Start(None, returns=False)
    assert asked() == ["setup", "setup"]

    start = key_trials.start_connection(source, "fax", HERE, by=actor)
    assert isinstance(start.error, focus.RejectedError)
    assert start.returns is None


def test_any_other_failure_says_nothing_of_our_address(
    sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    give_key(person("bo"), "bo")
    source = operators.source("bo@example.com", WORKSPACE)
    sandbox.switches.setup_conflict = True

    start = key_trials.start_connection(source, "google", HERE, by=actor)

    assert isinstance(start.error, focus.AlreadyConnectedError)
    assert start.returns is None
    assert asked() == ["setup"]
    assert KeyUse.objects.get().reads == 1
