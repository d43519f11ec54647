"""Disabling, enabling and removing people."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from focusadmin.identity import throttle
from focusadmin.identity.models import User
from focusadmin.identity.people import SESSION_PERSON
from integrations.models import (
    Account,
    Calendar,
    Change,
    ConnectAttempt,
    Key,
    KeyUse,
    Quota,
    Source,
)
from integrations.services import changes, people
from integrations.services.actors import Actor
from tests.identity import proxied
from tests.seen import holder, person, saw

pytestmark = pytest.mark.django_db
State = Account.State


@pytest.fixture
def bo(manager: User) -> User:
    """Bo, who has a key that saw two accounts."""
    key = holder("Bo", State.WORKING, State.RECONNECT)
    assert key.owner is not None
    return key.owner


def write(person: User, key: Key, actor: Actor) -> Change:
    """Let somebody have begun a write through a key."""
    by = replace(actor, issuer=person.issuer, subject=person.subject, name=str(person))
    return changes.intend(Change.Action.REFRESH, Source.objects.get(key=key), by=by)


def session_of(person: User) -> str:
    """Sign a person in with a password; returns the session's key."""
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def proxy_session(issuer: str, subject: str) -> str:
    """Let a person have come through a proxy; returns the session's key."""
    client = Client()
    session = client.session
    session[SESSION_PERSON] = [issuer, subject]
    session.save()
    return str(session.session_key)


def test_a_disabled_person_may_not_sign_in_until_enabled(bo: User, actor: Actor) -> None:
    people.disable(bo, by=actor)
    bo.refresh_from_db()
    assert not bo.is_active

    people.enable(bo, by=actor)
    bo.refresh_from_db()
    assert bo.is_active


def test_disabling_ends_the_sessions_of_that_person_alone(
    bo: User, manager: User, actor: Actor
) -> None:
    session_of(bo)
    proxy_session(bo.issuer, bo.subject)
    kept = {session_of(manager), proxy_session("https://sso.example.com", bo.subject)}

    people.disable(bo, by=actor)

    assert set(Session.objects.values_list("pk", flat=True)) == kept


@pytest.mark.parametrize("act", [people.disable, people.remove])
def test_nobody_does_it_to_themselves(manager: User, actor: Actor, act: Callable[..., Any]) -> None:
    person("Second", role="manager")

    with pytest.raises(people.OneselfError):
        act(manager, by=actor)

    assert User.objects.filter(pk=manager.pk, is_active=True).exists()


@pytest.mark.parametrize("act", [people.disable, people.remove])
def test_of_two_managers_who_shut_each_other_out_one_stays(
    manager: User, actor: Actor, act: Callable[..., Any]
) -> None:
    second = person("Second", role="manager")
    by_second = replace(actor, subject=second.subject)
    act(second, by=actor)

    with pytest.raises(people.LastManagerError):
        act(manager, by=by_second)

    assert User.objects.filter(pk=manager.pk, is_active=True).exists()


def test_behind_a_proxy_claims_make_managers(
    manager: User, actor: Actor, settings: LazySettings
) -> None:
    settings.SIGN_IN = proxied.CONFIG

    people.disable(manager, by=replace(actor, issuer="headers:headers"))

    assert not User.objects.filter(is_active=True).exists()


def test_removing_takes_key_mirror_and_sessions_and_keeps_the_record(
    bo: User, manager: User, actor: Actor
) -> None:
    key = Key.objects.get()
    change = write(bo, key, actor)
    changes.finish(change, Change.Outcome.DONE)
    Quota.objects.create(key=key, workspace_id=1)
    KeyUse.objects.create(key=key, day=timezone.localdate(), issuer="i", subject="s", name="Mia")
    ConnectAttempt.objects.create(
        person=manager,
        key=key,
        key_generation=1,
        workspace=Source.objects.get().workspace,
        purpose=ConnectAttempt.Purpose.CONNECT,
        provider="google",
        change=change,
        expires_at=timezone.now(),
    )
    session_of(bo)

    lost = people.remove(bo, by=actor)

    assert lost == people.Loss(keys=1, accounts=2, calendars=2, sessions=1, attempts=1, changes=1)
    for model in (Key, Source, Account, Calendar, Quota, KeyUse, ConnectAttempt, Session):
        assert not model.objects.exists(), model
    assert not User.objects.filter(pk=bo.pk).exists()
    change.refresh_from_db()
    assert (change.actor_name, change.outcome, change.key) == ("Bo", "done", key.pk)


def test_removing_leaves_everybody_else_as_they_are(bo: User, actor: Actor) -> None:
    other = holder("Cem", State.WORKING)
    session_of(User.objects.get(name="Cem"))

    people.remove(bo, by=actor)

    assert list(Key.objects.all()) == [other]
    assert Account.objects.count() == 1
    assert Session.objects.count() == 1


@pytest.mark.parametrize("whose", ["by them", "through their key"])
def test_nobody_is_removed_while_a_write_is_under_way(
    bo: User, manager: User, actor: Actor, whose: str
) -> None:
    key = Key.objects.get()
    change = write(bo if whose == "by them" else manager, key, actor)
    with changes.sending(change):
        with pytest.raises(changes.BusyError):
            people.remove(bo, by=actor)
        changes.finish(change, Change.Outcome.DONE)

    people.remove(bo, by=actor)

    assert not Key.objects.exists()


def test_a_write_whose_person_vanishes_still_finishes_its_record(bo: User, actor: Actor) -> None:
    change = write(bo, Key.objects.get(), actor)
    with changes.sending(change):
        User.objects.filter(pk=bo.pk).delete()
    changes.finish(change, Change.Outcome.DONE)

    change.refresh_from_db()
    assert (change.outcome, change.actor_name) == ("done", "Bo")


def test_a_write_that_lost_its_process_holds_nobody_back(bo: User, actor: Actor) -> None:
    change = write(bo, Key.objects.get(), actor)
    Change.objects.filter(pk=change.pk).update(
        outcome="sending", lease_until=timezone.now() - timedelta(seconds=1)
    )

    people.remove(bo, by=actor)

    assert Change.objects.count() == 1


def test_removing_forgets_the_failed_sign_ins_of_their_address(bo: User, actor: Actor) -> None:
    for email in ("bo@example.com", "cem@example.com"):
        AccessAttempt.objects.create(
            username=throttle.person(None, {"username": email}), failures_since_start=3
        )

    people.remove(bo, by=actor)

    [kept] = AccessAttempt.objects.all()
    assert kept.username == throttle.person(None, {"username": "cem@example.com"})


def test_removing_twice_does_nothing_more(bo: User, actor: Actor) -> None:
    again = User.objects.get(pk=bo.pk)
    people.remove(bo, by=actor)

    lost = people.remove(again, by=actor)

    assert lost == people.Loss(0, 0, 0, 0, 0, 0)


def test_each_is_one_line_of_the_log(
    bo: User, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    saw(Key.objects.get(), age=1)
    with caplog.at_level(logging.INFO, "integrations.audit"):
        people.disable(bo, by=actor)
        people.enable(bo, by=actor)
        people.remove(bo, by=actor)

    lines = [record.getMessage() for record in caplog.records if "audit" in record.name]
    assert [line.split()[0] for line in lines] == [
        "person-disabled",
        "person-enabled",
        "person-removed",
    ]
    for line in lines:
        assert 'actor="local:mia@example.com"' in line
        assert 'person="local:bo@example.com"' in line


def test_what_is_so_already_is_not_logged_again(
    bo: User, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "integrations.audit"):
        people.disable(bo, by=actor)
        people.disable(bo, by=actor)
        people.enable(bo, by=actor)
        people.enable(bo, by=actor)

    lines = [record.getMessage() for record in caplog.records if "audit" in record.name]
    assert [line.split()[0] for line in lines] == ["person-disabled", "person-enabled"]


def test_somebody_of_a_proxy_is_removed_with_their_sessions(manager: User, actor: Actor) -> None:
    sam = person("Sam", issuer="https://sso.example.com")
    kept = proxy_session("https://sso.example.com", "another")
    proxy_session(sam.issuer, sam.subject)

    assert people.remove(sam, by=actor).sessions == 1

    assert [session.pk for session in Session.objects.all()] == [kept]
