"""Whether a batch may still go on: asked before each slice, of what is true at that moment."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Batch, BatchPart, Key, Source, Workspace
from integrations.services import authority, keys, mirror
from integrations.services.actors import Actor
from tests.bulk import begin_all, part_of, tally, work
from tests.services.conftest import MANY, WISH
from tests.teamwork import BO, give_key, person

Asked = Callable[[], list[str]]


def by(person_: User, role: Role | None) -> Actor:
    """Return somebody as the record names them, with the role they had."""
    word = role.word if role else ""
    return Actor(person_.issuer, person_.subject, person_.name, word, "0" * 32)


def of_key(key: Key, source: Source, actor: Actor) -> BatchPart:
    """Begin a batch through a key, and return its part."""
    row = keys.source(key, source.workspace)
    mirror.read(row)
    return part_of(begin_all(row, by=actor, **WISH))


def test_nothing_stands_in_the_way_of_what_was_confirmed(batch: Batch) -> None:
    assert authority.refusal(part_of(batch)) == ""


def removed(key: Key) -> None:
    """Let a key be gone."""
    key.delete()


def replaced(key: Key) -> None:
    """Let a key be another one."""
    Key.objects.filter(pk=key.pk).update(generation=2)


def doubted(key: Key) -> None:
    """Let it be unclear whose key it is."""
    Key.objects.filter(pk=key.pk).update(doubted_at=timezone.now())


def expired(key: Key) -> None:
    """Let a key be past its last day."""
    Key.objects.filter(pk=key.pk).update(expires_on="2020-01-01")


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (removed, "key-removed"),
        (replaced, "key-changed"),
        (doubted, "key-not-ready"),
        (expired, "key-not-ready"),
    ],
)
def test_the_key_has_to_be_the_same_and_in_order(
    accounts: Any, source: Source, manager: User, happens: Callable[[Key], None], reason: str
) -> None:
    key = give_key(manager, "bo")
    part = of_key(key, source, by(manager, Role.MANAGER))
    assert authority.refusal(part) == ""

    happens(key)

    assert authority.refusal(part) == reason


def test_that_the_environments_key_was_changed_is_noticed(
    batch: Batch, settings: LazySettings, asked: Asked
) -> None:
    settings.FOCUS_API_KEY = BO

    assert work(batch) is None

    assert tally(batch) == {"refused key-changed": MANY}
    assert asked() == []


def test_the_workspace_has_to_be_open(batch: Batch, asked: Asked) -> None:
    Workspace.objects.update(from_environment=False, managed=False)

    assert work(batch) is None

    assert tally(batch) == {"refused workspace-removed": MANY}
    assert asked() == []


def test_a_person_has_to_be_there_and_may_not_be_disabled(batch: Batch, manager: User) -> None:
    part = part_of(batch)

    User.objects.update(is_active=False)
    assert authority.refusal(part) == "person-disabled"
    manager.delete()
    assert authority.refusal(part) == "person-disabled"


@pytest.mark.parametrize(
    ("confirmed_as", "now", "reason"),
    [
        (Role.MANAGER, Role.MANAGER, ""),
        (Role.MANAGER, Role.EDITOR, ""),
        (Role.EDITOR, Role.MANAGER, ""),
        (Role.MANAGER, Role.VIEWER, "role-lost"),
        (Role.EDITOR, None, "role-lost"),
        (Role.VIEWER, Role.MANAGER, "role-lost"),
        (None, Role.MANAGER, "role-lost"),
    ],
)
def test_the_role_of_the_confirmation_counts_and_with_passwords_that_of_now(
    accounts: Any,
    source: Source,
    confirmed_as: Role | None,
    now: Role | None,
    reason: str,
) -> None:
    olga = person("olga", Role.MANAGER)
    part = part_of(begin_all(source, by=by(olga, confirmed_as), most=1, **WISH))
    olga.role = now.word if now else ""
    olga.save()

    assert authority.refusal(part) == reason


def test_behind_a_proxy_the_role_is_known_only_while_somebody_asks(
    accounts: Any, source: Source
) -> None:
    olga = User.objects.create(issuer="https://sso.example.com", subject="olga", name="Olga")
    part = part_of(begin_all(source, by=by(olga, Role.EDITOR), most=1, **WISH))

    assert authority.refusal(part) == ""


@pytest.mark.parametrize(
    ("role", "visibility", "reason"),
    [
        (Role.MANAGER, Key.Visibility.ACT, ""),
        (Role.EDITOR, Key.Visibility.ACT, "not-yours"),
        (Role.MANAGER, Key.Visibility.HEALTH, "not-yours"),
        (Role.MANAGER, Key.Visibility.PRIVATE, "not-yours"),
    ],
)
def test_somebody_elses_key_has_to_be_open_to_them(
    accounts: Any, source: Source, role: Role, visibility: Key.Visibility, reason: str
) -> None:
    key = give_key(person("bo"), "bo", Key.Visibility.ACT)
    part = of_key(key, source, by(person("olga", role), role))

    Key.objects.filter(pk=key.pk).update(visibility=visibility)

    assert authority.refusal(part) == reason


def test_the_key_of_a_disabled_owner_rests(accounts: Any, source: Source) -> None:
    bo = person("bo")
    key = give_key(bo, "bo", Key.Visibility.ACT)
    part = of_key(key, source, by(person("olga", Role.MANAGER), Role.MANAGER))

    bo.is_active = False
    bo.save()

    assert authority.refusal(part) == "not-yours"


def test_the_operators_commands_are_nobody_who_could_be_disabled(
    accounts: Any, source: Source
) -> None:
    operator = Actor(authority.CLI, "root", "cli:root", "manager", "0" * 32)

    part = part_of(begin_all(source, by=operator, most=1, **WISH))

    assert authority.refusal(part) == ""
