"""The rows of the record: nothing deletes them, and each event is a line that is a whole copy."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from focusadmin.identity.models import User
from integrations.models import Account, Change, Key, Source
from integrations.services import audit, people_keys, record
from integrations.services.actors import Actor
from tests.teamwork import give_key

Accounts = dict[str, Account]


def drawn_up(source: Source, actor: Actor, account: Account, **more: Any) -> Change:
    """Return the stored row of an edit."""
    change = record.draw_up(
        Change.Action.EDIT,
        source,
        by=actor,
        account=account,
        calendar=account.calendars.order_by("pk")[0],
        **more,
    )
    change.save()
    return change


@pytest.fixture
def change(source: Source, actor: Actor, accounts: Accounts) -> Change:
    """An edit of Alex' first calendar."""
    return drawn_up(
        source,
        replace(actor, note="the new look", client_address="192.0.2.7"),
        accounts["alex@example.com"],
        before={"selected": True},
        after={"selected": False},
    )


def test_no_row_is_deleted_by_anything_but_the_pruning(change: Change) -> None:
    with pytest.raises(TypeError, match="pruning"):
        change.delete()
    with pytest.raises(TypeError, match="pruning"):
        Change.objects.all().delete()
    with pytest.raises(TypeError, match="pruning"):
        Change.objects.filter(pk=change.pk).order_by("pk").delete()

    assert Change.objects.count() == 1
    assert Change.objects.filter(pk=change.pk).prune() == 1
    assert not Change.objects.exists()


def test_who_did_what_is_written_once(change: Change) -> None:
    change.actor_name = "Somebody else"

    with pytest.raises(TypeError, match="written once"):
        change.save()
    with pytest.raises(TypeError, match="written once"):
        change.save(update_fields=["actor_name"])

    change.refresh_from_db()
    assert change.actor_name == "Mia Manager"


def test_the_line_holds_everything_that_the_row_does(
    change: Change, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    change.found = {"selected": None}

    record.tell(change)

    [line] = [entry.getMessage() for entry in caplog.records]
    decoder, told, rest = json.JSONDecoder(), {}, line.removeprefix("change ")
    while rest:
        name, _, rest = rest.partition("=")
        told[name], end = decoder.raw_decode(rest)
        rest = rest[end:].lstrip()
    assert told == {
        "id": str(change.pk),
        "action": "edit",
        "outcome": "intended",
        "error": "",
        "actor": "local:mia@example.com",
        "name": "Mia Manager",
        "role": "manager",
        "key": str(change.key),
        "key_label": "the shared key",
        "workspace": 4400001,
        "provider": "google",
        "integration": 710001,
        "email": "alex@example.com",
        "calendar": change.calendar_id,
        "calendar_name": "alex@example.com",
        "external_id": change.external_id,
        "rule": 0,
        "rule_title": "",
        "before": {"selected": True},
        "after": {"selected": False},
        "found": {"selected": None},
        "note": "the new look",
        "batch": "",
        "undoes": "",
        "request": "0" * 32,
        "client": "192.0.2.7",
        "trace": "",
        "settled": "",
    }


def test_no_value_can_fake_another_line_or_name(
    source: Source, accounts: Accounts, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, audit.logger.name)
    forged = replace(actor, note='x" outcome="done"\nchange id="1"', name="Mia\u2028Manager")

    record.tell(drawn_up(source, forged, accounts["alex@example.com"]))

    [line] = [entry.getMessage() for entry in caplog.records]
    assert len(line.splitlines()) == 1
    assert ' outcome="done"' not in line


def test_the_words_of_the_calendar_are_searched_apart(change: Change) -> None:
    assert "mia manager" in change.search
    assert "the new look" in change.search
    assert change.external_id not in change.search
    assert change.external_id in change.calendar_search


def test_whose_changes_they_are(change: Change, manager: User, editor: User) -> None:
    assert list(Change.objects.filter(record.made_by(manager))) == [change]
    assert not Change.objects.filter(record.made_by(editor)).exists()
    assert list(Change.objects.filter(record.made_by_same(change))) == [change]


def test_what_came_of_a_change_never_rewrites_who_did_what(
    change: Change, actor: Actor, manager: User
) -> None:
    """What a process stores late is what came of it, and nothing that others have noted since."""
    from integrations.services import changes

    before = Change.objects.values(
        *("actor_issuer", "actor_subject", "actor_name", "role", "key", "key_label", "action"),
        *("workspace_id", "workspace_label", "calendar_id", "calendar_name", "before", "note"),
        *("created_at", "request_id", "client_address", "undoes", "batch", "external_id"),
    )
    [kept] = list(before)
    Change.objects.update(is_private=True)  # its key was removed while the write was under way
    change.actor_name, change.role, change.key_label = "Somebody", "viewer", "another key"
    change.before, change.note = {}, ""

    changes.finish(change, Change.Outcome.DONE)

    assert list(before) == [kept]
    assert Change.objects.get().is_private


@pytest.mark.django_db(transaction=True)
def test_what_was_done_through_a_private_key_stays_private_whatever_ends_later(
    source: Source, manager: User, actor: Actor, accounts: Accounts
) -> None:
    from integrations.services import changes

    key = give_key(manager, "bo", Key.Visibility.PRIVATE)
    change = drawn_up(source, actor, accounts["alex@example.com"])
    Change.objects.filter(pk=change.pk).update(key=key.pk)

    assert people_keys.remove(manager)
    changes.finish(change, Change.Outcome.DONE)

    assert Change.objects.get().is_private
    connection.close()


def test_it_is_written_in_nobodys_language_and_read_in_ones_own(
    source: Source, actor: Actor, accounts: Accounts
) -> None:
    with translation.override("de"):
        change = drawn_up(source, actor, accounts["alex@example.com"])
        assert change.key_name == "gemeinsamer Schlüssel"

    assert (change.key_label, change.key_name) == ("the shared key", "the shared key")
