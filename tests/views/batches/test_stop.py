"""Stopping a batch."""

from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Change, Source
from integrations.services.actors import Actor
from tests import bulk
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.views.addresses import at
from tests.views.walking import follow

Accounts = dict[str, Account]


def begun(accounts: Accounts, source: Source, actor: Actor) -> Batch:
    """Begin a batch of Mia's that changes four calendars."""
    rooms = accounts["rooms@example.net"].calendars.all()
    return bulk.begin(dict.fromkeys(rooms, {"selected": False}), by=actor, sources=[source])


def test_it_leaves_the_rest_as_it_is(
    client: Client, accounts: Accounts, source: Source, actor: Actor
) -> None:
    batch = begun(accounts, source, actor)
    page = client.get(at("batch", batch.pk))
    assert "Stop: leave the other 4 as they are" in read(page).words

    answer = follow(client, send(client, page, "/stop/"))

    words = read(answer).words
    assert "4 of 4 done, then stopped by Mia Manager." in words
    assert "Somebody stopped the batch before this was sent." in words
    assert "Stop:" not in words
    assert {change.outcome for change in Change.objects.all()} == {"refused"}
    batch.refresh_from_db()
    assert batch.stopped_by == "Mia Manager"


def test_somebody_else_who_only_edits_may_not_and_is_told_why(
    editor_client: Client, accounts: Accounts, source: Source, actor: Actor
) -> None:
    batch = begun(accounts, source, actor)

    page = editor_client.get(at("batch", batch.pk))

    assert "Only Mia Manager, who started it, or a manager can stop it." in read(page).words
    assert not any(form.action.endswith("/stop/") for form in read(page).forms)
    assert editor_client.post(at("batch-stop", batch.pk)).status_code == 403
    batch.refresh_from_db()
    assert batch.stopped_at is None


def test_another_manager_may(
    sandbox: object, accounts: Accounts, source: Source, actor: Actor
) -> None:
    other = User.objects.create_local(
        email="max@example.com", name="Max", password=None, role=Role.MANAGER
    )
    batch = begun(accounts, source, actor)

    assert signed_in(other).post(at("batch-stop", batch.pk)).status_code == 302

    batch.refresh_from_db()
    assert batch.stopped_by == "Max"
