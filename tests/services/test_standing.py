"""How people stand, as far as their keys' owners show it to managers."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from focusadmin.identity.models import User
from integrations.models import Account, Key, Workspace
from integrations.services import credentials, keys, standing
from integrations.services.key_states import KeyState
from integrations.services.standing import Holder, Standing
from tests.seen import account, failed, holder, person, saw

pytestmark = pytest.mark.django_db
State = Account.State
OTHER = 4400002


def found(viewer: User, name: str) -> Holder:
    """Return how one person stands."""
    [one] = [one for one in standing.people(viewer) if str(one.user) == name]
    return one


def test_everybody_known_here_is_there_once(manager: User) -> None:
    holder("Bo", State.WORKING)
    saw(Key.objects.get(), workspace=OTHER)
    person("Cem")

    assert sorted(str(one.user) for one in standing.people(manager)) == ["Bo", "Cem", "Mia Manager"]


def test_a_person_without_a_key_has_none(manager: User) -> None:
    person("Cem")

    cem = found(manager, "Cem")

    assert (cem.key_state, cem.standing) == (KeyState.NONE, Standing.NO_KEY)
    assert (cem.key_since, cem.good_at, cem.accounts) == (None, None, 0)


def test_accounts_are_counted_by_state(manager: User) -> None:
    holder("Bo", State.WORKING, State.WORKING, State.RECONNECT, State.EMPTY)

    bo = found(manager, "Bo")

    assert dict(bo.states) == {"working": 2, "reconnect": 1, "empty": 1}
    assert (bo.accounts, bo.attention) == (4, 2)
    assert (bo.key_state, bo.standing) == (KeyState.GOOD, Standing.ACCOUNTS)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, KeyState.GOOD),
        ({"expires_on": -1}, KeyState.EXPIRED),
        ({"expires_on": 0}, KeyState.SOON),
        ({"expires_on": 7}, KeyState.SOON),
        ({"expires_on": 8}, KeyState.GOOD),
        ({"doubted_at": True}, KeyState.DOUBTED),
        ({"generation": 2}, KeyState.UNPROVEN),
        ({"generation": 2, "proven_generation": 2}, KeyState.GOOD),
    ],
)
def test_a_keys_own_fields_say_how_it_is(
    manager: User, fields: dict[str, Any], state: KeyState
) -> None:
    if "expires_on" in fields:
        fields = {"expires_on": timezone.localdate() + timedelta(days=fields["expires_on"])}
    if "doubted_at" in fields:
        fields = {"doubted_at": timezone.now()}
    holder("Bo", State.WORKING, **fields)

    assert found(manager, "Bo").key_state == state


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("credentials", KeyState.REFUSED),
        (credentials.UnreadableKeyError.code, KeyState.UNREADABLE),
        ("unavailable", KeyState.GOOD),
        ("quota", KeyState.GOOD),
        ("forbidden", KeyState.GOOD),
    ],
)
def test_only_some_errors_are_the_keys_fault(manager: User, error: str, state: KeyState) -> None:
    key = holder("Bo", State.RECONNECT)
    failed(key, error)

    bo = found(manager, "Bo")

    assert bo.key_state == state
    assert bo.standing == (Standing.ACCOUNTS if state == KeyState.GOOD else Standing.KEY)


def test_a_fault_is_over_with_the_next_good_look_in_whichever_workspace(manager: User) -> None:
    key = holder("Bo", age=60)
    failed(key, "credentials", age=30)
    assert found(manager, "Bo").key_state == KeyState.REFUSED

    saw(key, age=10, workspace=OTHER)

    assert found(manager, "Bo").key_state == KeyState.GOOD


def test_a_fault_of_the_key_before_is_not_the_new_ones(manager: User) -> None:
    key = holder("Bo", age=60)
    failed(key, "credentials", age=30)

    Key.objects.update(replaced_at=timezone.now() - timedelta(minutes=5))

    assert found(manager, "Bo").key_state == KeyState.GOOD


def test_a_key_that_was_never_used_is_not_checked(manager: User) -> None:
    Key.objects.create(owner=person("Bo"), fingerprint="f")

    bo = found(manager, "Bo")

    assert (bo.key_state, bo.standing) == (KeyState.UNCHECKED, Standing.UNCHECKED)


def test_nothing_is_known_of_a_key_that_is_its_owners_affair(manager: User) -> None:
    key = holder("Bo", State.RECONNECT, visibility=Key.Visibility.PRIVATE, expires_on="2020-01-01")
    failed(key, "credentials")

    bo = found(manager, "Bo")

    assert (bo.key_state, bo.standing) == (KeyState.PRIVATE, Standing.PRIVATE)
    assert (bo.good_at, dict(bo.states), bo.attention) == (None, {}, 0)
    assert bo.key_since == key.created_at


def test_ones_own_private_key_is_shown_to_oneself() -> None:
    key = holder("Bo", State.RECONNECT, visibility=Key.Visibility.PRIVATE)

    assert key.owner is not None
    assert found(key.owner, "Bo").attention == 1


def test_a_disabled_person_is_that_first(manager: User) -> None:
    key = holder("Bo", State.RECONNECT)
    User.objects.filter(pk=key.owner_id).update(is_active=False)

    assert found(manager, "Bo").standing == Standing.DISABLED


def test_an_account_of_two_workspaces_counts_once_as_it_was_seen_last(manager: User) -> None:
    key = holder("Bo", age=60)
    old, new = saw(key, age=60), saw(key, age=5, workspace=OTHER)
    account(old, State.RECONNECT, timezone.now() - timedelta(minutes=60), 77)
    account(new, State.WORKING, timezone.now() - timedelta(minutes=5), 77)

    assert dict(found(manager, "Bo").states) == {"working": 1}


def test_what_is_gone_or_in_a_hidden_workspace_does_not_count(manager: User) -> None:
    key = holder("Bo", State.RECONNECT, State.WORKING)
    Account.objects.filter(state=State.RECONNECT).update(gone_at=timezone.now())
    saw(key, State.UNKNOWN, workspace=OTHER)
    failed(key, "credentials", workspace=OTHER)
    Workspace.objects.filter(workspace_id=OTHER).update(from_environment=False)

    bo = found(manager, "Bo")

    assert dict(bo.states) == {"working": 1}
    assert bo.key_state == KeyState.GOOD
    assert [row.workspace.workspace_id for row in standing.sources(key)] == [4400001]


def test_people_who_look_the_same_are_marked(manager: User) -> None:
    person("Sam", issuer="https://sso.example.com", email="SAM@example.com", subject="1")
    person("Sam", issuer="https://sso.example.com", email="sam@example.com", subject="2")
    person("Sam", email="sam.lee@example.com")
    person("Nix", issuer="https://sso.example.com", email="", subject="3")
    person("Nix", issuer="https://sso.example.com", email="", subject="4")

    twins = {one.user.subject for one in standing.people(manager) if one.user and one.has_twin}

    assert twins == {"1", "2", "3", "4"}


def test_one_person_is_compared_with_all_the_others(manager: User) -> None:
    first = person("Sam", issuer="https://sso.example.com", subject="1")
    person("Sam", issuer="https://sso.example.com", subject="2")

    [one] = standing.people(manager, pk=first.pk)

    assert one.user == first
    assert one.has_twin
    assert standing.people(manager, pk=0) == []


def test_the_shared_key_stands_too(manager: User) -> None:
    key = keys.shared()
    saw(key, State.WORKING, State.PERMISSION)

    shared = standing.shared(key)

    assert shared.user is None
    assert (shared.key_state, shared.accounts, shared.attention) == (KeyState.GOOD, 2, 1)


def test_it_takes_as_many_queries_for_many_people_as_for_few(
    manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    holder("Bo", State.WORKING)
    with django_assert_num_queries(4):
        assert len(standing.people(manager)) == 2
    for number in range(40):
        holder(f"Person{number}", State.WORKING, State.RECONNECT)

    with django_assert_num_queries(4):
        assert len(standing.people(manager)) == 42


def test_nobody_has_no_number_and_everybody_else_their_own(manager: User) -> None:
    assert standing.shared(keys.shared()).user_pk == 0
    assert found(manager, "Mia Manager").user_pk == manager.pk


def test_a_keys_accounts_are_there_once_each_the_most_urgent_first() -> None:
    key = holder("Bo", State.WORKING, State.RECONNECT)
    holder("Cem", State.RECONNECT)
    Account.objects.filter(source__key=key, state=State.WORKING).update(search="b")
    new = saw(key, State.EMPTY, State.WORKING, workspace=OTHER)
    Account.objects.filter(source=new, state=State.WORKING).update(search="a")
    known = Account.objects.get(source__key=key, state=State.RECONNECT)
    account(new, State.PERMISSION, timezone.now(), known.integration_id)

    seen = list(standing.accounts(key))

    assert [(row.state, row.source_id == new.pk) for row in seen] == [
        (State.PERMISSION, True),
        (State.EMPTY, True),
        (State.WORKING, True),
        (State.WORKING, False),
    ]
