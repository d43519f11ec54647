"""Removing a person."""

from dataclasses import replace

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Change, Key, Source
from integrations.services import changes
from integrations.services.actors import Actor
from tests.browsing import read, send
from tests.seen import holder, person

State = Account.State


@pytest.fixture
def bo(client: Client) -> User:
    """Bo, whose key saw three accounts."""
    holder("Bo", State.WORKING, State.RECONNECT, State.EMPTY)
    return User.objects.get(name="Bo")


def begun(by: Actor) -> Change:
    """Let Bo have begun a write through their key."""
    by = replace(by, subject="bo@example.com", name="Bo")
    return changes.intend(Change.Action.REFRESH, Source.objects.get(), by=by)


def test_it_says_before_what_goes_and_what_stays(client: Client, bo: User, actor: Actor) -> None:
    changes.finish(begun(actor), Change.Outcome.DONE)
    Client().force_login(bo)

    words = read(client.get(f"/people/{bo.pk}/remove/")).words

    for phrase in (
        "What was seen through it: 3 accounts. With 3 calendars.",
        "1 session:",
        "The record, with 1 change by them or through their key",
        "This cannot be undone.",
    ):
        assert phrase in words
    assert User.objects.filter(pk=bo.pk).exists()


def test_it_removes_and_says_what_stayed(client: Client, bo: User, actor: Actor) -> None:
    change = begun(actor)
    changes.finish(change, Change.Outcome.DONE)

    page = client.get(f"/people/{bo.pk}/remove/")
    response = client.get(send(client, page, button="Remove Bo")["Location"])

    words = read(response).words
    assert "Bo is removed, with their key" in words
    assert "1 change of theirs stays in the record." in words
    assert not Key.objects.filter(owner__isnull=False).exists()
    assert client.get(f"/people/{bo.pk}/").status_code == 404
    record = client.get(f"/w/4400001/changes/{change.pk}/")
    assert record.status_code == 200
    assert "Bo" in read(record).words


def test_of_a_private_key_it_counts_nothing(client: Client, bo: User) -> None:
    Key.objects.update(visibility=Key.Visibility.PRIVATE)

    words = read(client.get(f"/people/{bo.pk}/remove/")).words

    assert "How much that is, is theirs to know." in words
    assert "3 accounts" not in words
    assert "3 calendars" not in words


@pytest.mark.parametrize(("issuer", "warns"), [("https://sso.example.com", True), ("local", False)])
def test_it_warns_where_a_proxy_may_let_them_in_again(
    client: Client, issuer: str, warns: bool
) -> None:
    ann = person("Ann", issuer=issuer)

    words = read(client.get(f"/people/{ann.pk}/remove/")).words

    assert ("To shut them out, disable them instead." in words) is warns
    assert "They have no key here." in words


def test_nobody_removes_themselves(client: Client, manager: User) -> None:
    page = client.get(f"/people/{manager.pk}/remove/")
    assert "You cannot remove yourself." in read(page).words

    response = client.post(f"/people/{manager.pk}/remove/", follow=True)

    assert "You cannot do this to yourself." in read(response).words
    assert User.objects.filter(pk=manager.pk).exists()


def test_it_waits_for_a_write_that_is_under_way(client: Client, bo: User, actor: Actor) -> None:
    change = begun(actor)
    with changes.sending(change):
        response = client.post(f"/people/{bo.pk}/remove/", follow=True)
        changes.finish(change, Change.Outcome.DONE)

    assert "Nothing was removed: try again." in read(response).words
    assert User.objects.filter(pk=bo.pk).exists()
