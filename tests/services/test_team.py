"""Several keys at once: asked side by side, each with its own trouble, each use counted."""

import time
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations import focus
from integrations.models import Account, Key, KeyUse, Quota, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import asking, freshness, keys, mirror, team
from integrations.services.actors import Actor
from tests.teamwork import give_key, person

Asked = Callable[[], list[str]]


@pytest.fixture
def team_sources(source: Source, manager: User) -> list[Source]:
    """What Mia sees through: the shared key, Bo's and Chidi's."""
    for name in ("bo", "chidi"):
        give_key(person(name), name)
    return sources(manager, source.workspace)


def sources(who: User, workspace: Workspace) -> list[Source]:
    """Return the rows that a person's keys see in a workspace."""
    visible = keys.visible_to(who, Role[who.role.upper()]).select_related("owner")
    return team.sources(visible, who, workspace)


def by_name(found: list[Source]) -> dict[str, Source]:
    """Return the sources by the name of their key."""
    return {str(source.key): source for source in found}


def test_it_asks_every_key_once(team_sources: list[Source], actor: Actor, asked: Asked) -> None:
    assert mirror.look_all(team_sources, by=actor) == {}
    assert mirror.look_all(team_sources, by=actor) == {}

    assert asked() == ["list_accounts"] * 3
    counts = {name: row.accounts.count() for name, row in by_name(team_sources).items()}
    assert counts == {"the shared key": 6, "Bo": 2, "Chidi": 1}


def test_each_key_is_sent_for_its_own_source(
    team_sources: list[Source], actor: Actor, sandbox: Sandbox
) -> None:
    mirror.look_all(team_sources, by=actor)

    sent = {request.key for request in sandbox.requests}
    assert sent == {"toggl_sk_" + digits * 16 for digits in ("5a", "b0", "c1")}


def test_keys_are_asked_side_by_side(
    team_sources: list[Source], actor: Actor, sandbox: Sandbox
) -> None:
    sandbox.switches.latency = 0.4
    began = time.monotonic()

    assert mirror.look_all(team_sources, by=actor) == {}

    assert time.monotonic() - began < 1.1, "one after the other they take 1.2 s"


def test_a_refused_key_hides_nobody_else(
    team_sources: list[Source], actor: Actor, sandbox: Sandbox
) -> None:
    sandbox.world.person("bo@example.com").key = "toggl_sk_" + "ee" * 16

    errors = mirror.look_all(team_sources, by=actor)

    bo = by_name(team_sources)["Bo"]
    assert {pk: type(error) for pk, error in errors.items()} == {bo.pk: focus.CredentialsError}
    assert Account.objects.count() == 7
    assert Source.objects.get(pk=bo.pk).last_error == "credentials"


def test_a_slow_answer_hides_nobody_else(
    team_sources: list[Source], actor: Actor, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.FOCUS_PAGE_DEADLINE = 0.3
    sandbox.fault("list_accounts", "delay", seconds=1.5)

    errors = mirror.look_all(team_sources, by=actor)

    assert [type(error) for error in errors.values()] == [focus.UnavailableError]
    good = [row for row in Source.objects.all() if row.last_good_at is not None]
    assert len(good) == 2


def test_a_key_that_cannot_be_decrypted_hides_nobody_else(
    team_sources: list[Source], actor: Actor, asked: Asked
) -> None:
    Key.objects.filter(owner__email="bo@example.com").update(ciphertext="00000000:damaged")

    errors = mirror.look_all(sources_again(team_sources), by=actor)

    assert [error.code for error in errors.values()] == ["key-unreadable"]
    assert asked() == ["list_accounts"] * 2


def sources_again(found: list[Source]) -> list[Source]:
    """Return the sources as the next request reads them."""
    return list(
        Source.objects.filter(pk__in=[row.pk for row in found]).select_related(
            "key__owner", "workspace"
        )
    )


def test_reads_through_anothers_key_are_counted_for_its_owner(
    team_sources: list[Source], actor: Actor
) -> None:
    mirror.look_all(team_sources, by=actor)
    mirror.look_all(team_sources, by=actor)
    mirror.look_all(team_sources, by=actor, force=True)

    uses = KeyUse.objects.order_by("key__owner__name")
    assert [(str(use.key), use.name, use.reads, use.day) for use in uses] == [
        (name, "Mia Manager", 2, timezone.localdate()) for name in ("Bo", "Chidi")
    ]


@pytest.mark.parametrize(("force", "requests"), [(False, 1), (True, 3)])
def test_a_key_that_was_removed_meanwhile_is_missed_by_nobody(
    team_sources: list[Source], actor: Actor, asked: Asked, force: bool, requests: int
) -> None:
    Key.objects.filter(owner__isnull=False).delete()

    assert mirror.look_all(team_sources, by=actor, force=force) == {}

    assert asked() == ["list_accounts"] * requests
    assert not KeyUse.objects.exists()
    assert (Quota.objects.count(), Account.objects.count()) == (1, 6)


@pytest.mark.parametrize("visibility", [Key.Visibility.HEALTH, Key.Visibility.ACT])
def test_the_key_of_somebody_disabled_rests(
    source: Source, manager: User, visibility: Key.Visibility
) -> None:
    bo = person("bo")
    key = give_key(bo, "bo", visibility)
    assert key in keys.visible_to(manager, Role.MANAGER)

    bo.is_active = False
    bo.save()

    assert key not in keys.visible_to(manager, Role.MANAGER)
    assert key not in keys.usable_by(manager, Role.MANAGER)


def test_ones_own_reads_are_nobody_elses_business(source: Source, sandbox: Sandbox) -> None:
    bo = person("bo")
    give_key(bo, "bo")
    by = Actor(bo.issuer, bo.subject, bo.name, "viewer", "0" * 32)

    mirror.look_all(sources(bo, source.workspace), by=by)

    assert not KeyUse.objects.exists()


def test_a_key_that_is_not_for_the_workspace_is_asked_once_an_hour(
    sandbox: Sandbox, manager: User, actor: Actor, asked: Asked
) -> None:
    give_key(person("bo"), "bo")
    elsewhere = Workspace.objects.get(workspace_id=4400002)
    keys.shared()

    mirror.look_all(sources(manager, elsewhere), by=actor)
    Source.objects.update(last_error_at=timezone.now() - timezone.timedelta(minutes=59))
    again = sources(manager, elsewhere)
    mirror.look_all(again, by=actor)

    assert asked() == ["list_accounts"] * 2
    assert freshness.is_outside(by_name(again)["Bo"])
    assert not freshness.is_outside(by_name(again)["the shared key"])


def test_an_account_that_several_keys_see_is_there_once_through_the_nearest(
    source: Source, manager: User, actor: Actor, sandbox: Sandbox
) -> None:
    give_key(person("eve"), "alex")
    mine = give_key(manager, "alex")
    found = sources(manager, source.workspace)
    mirror.look_all(found, by=actor)

    seen = team.accounts(found, manager)

    assert Account.objects.count() == 18
    assert {(row.integration_id, row.source.key_id) for row in seen} == {
        (number, mine.pk) for number in range(710001, 710007)
    }


def test_without_a_key_of_ones_own_the_shared_one_is_the_nearest(
    source: Source, manager: User, actor: Actor, sandbox: Sandbox
) -> None:
    give_key(person("eve"), "alex")
    found = sources(manager, source.workspace)
    mirror.look_all(found, by=actor)

    assert {row.source_id for row in team.accounts(found, manager)} == {source.pk}


def test_a_single_source_shows_all_that_it_sees(
    source: Source, manager: User, actor: Actor
) -> None:
    mirror.read(source)
    Account.objects.filter(email="rooms@example.net").update(gone_at=timezone.now())

    seen = team.accounts([source], manager)

    assert {row.integration_id for row in seen} == {710001, 710002, 710003, 710004, 710006}


def test_what_there_was_no_time_to_ask_is_no_failure_and_asked_by_the_next(
    team_sources: list[Source],
    actor: Actor,
    sandbox: Sandbox,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "THREADS", 1)
    monkeypatch.setattr(asking, "GRACE", 0)
    settings.FOCUS_PAGE_DEADLINE, sandbox.switches.latency = 0.5, 0.4

    [late] = mirror.look_all(team_sources, by=actor)

    unasked = Source.objects.filter(last_good_at=None).exclude(pk=late)
    assert "Chidi" in {str(row.key) for row in unasked}
    assert {(row.lease_until, row.last_error) for row in unasked} == {(None, "")}
    monkeypatch.undo()
    settings.FOCUS_PAGE_DEADLINE, sandbox.switches.latency = 3, 0
    assert mirror.look_all(sources_again(team_sources), by=actor) == {}
    assert not unasked.all().exists()
