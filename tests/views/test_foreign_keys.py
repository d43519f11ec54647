"""Every address that names an account, a change or an attempt × a key that one may not use."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Change, ConnectAttempt, Key, RuleBook, Source
from integrations.services import keys
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.test_routes import address, patterns, rows

__all__ = ["rows"]

#: What an address can name that is seen through a key.
SUBJECTS = {"pk", "calendar_pk", "attempt_id"}


def names() -> list[str]:
    """Return the routes whose addresses name something that belongs to a key."""
    found = set()
    for pattern in patterns():
        for _matched, _pattern, _defaults, converters in get_resolver().reverse_dict.getlist(
            pattern.name
        ):
            if SUBJECTS & set(converters) and {"workspace_id", "attempt_id"} & set(converters):
                found.add(str(pattern.name))
    return sorted(found)


@pytest.fixture
def theirs(rows: dict[str, Any], source: Source) -> Key:
    """Everything that the addresses name, seen through Bo's key instead."""
    key = give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    Account.objects.update(source=keys.source(key, source.workspace))
    RuleBook.objects.update(source=keys.source(key, source.workspace))
    Change.objects.update(key=key.pk)
    ConnectAttempt.objects.update(key=key)
    return key


def test_a_private_key_is_nobody_elses(client: Client, rows: dict[str, Any], theirs: Key) -> None:
    for path in [address(name, rows) for name in names()]:
        answers = {client.get(path).status_code, client.post(path).status_code}
        assert (path, answers) in ((path, {404}), (path, {404, 405}))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_what_is_open_to_managers_is_open_to_nobody_else(
    rows: dict[str, Any], theirs: Key, role: Role
) -> None:
    Key.objects.filter(pk=theirs.pk).update(visibility=Key.Visibility.ACT)
    browser = signed_in(person("eve", role))

    for path in [address(name, rows) for name in names()]:
        answers = {browser.get(path).status_code, browser.post(path).status_code}
        assert answers <= {403, 404, 405}


def test_the_owner_reaches_it(rows: dict[str, Any], theirs: Key, manager: User) -> None:
    path = address("account", rows)

    assert signed_in(User.objects.get(name="Bo")).get(path).status_code == 200


def test_there_is_something_to_test() -> None:
    assert {"account", "account-disconnect", "calendar-edit", "change", "connect-result"} <= set(
        names()
    )
