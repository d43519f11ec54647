"""Undoing all that a batch has done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Change, Draft, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from integrations.services.actors import Actor
from tests import bulk
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views import walking
from tests.views.addresses import at

Accounts = dict[str, Account]
WISH = {"background_color": "#123456", "default_project_id": 330001}


@pytest.fixture
def batch(accounts: Accounts, source: Source, actor: Actor, client: Client) -> Batch:
    """A batch of Mia's that has changed four calendars."""
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")
    batch = bulk.begin(dict.fromkeys(rooms, WISH), by=actor, sources=[source])
    walking.work(batch)
    batch.refresh_from_db()
    return batch


def theirs(sandbox: Sandbox, batch: Batch) -> list[dict[str, Any]]:
    """Return what Focus has of a batch's calendars, in their order."""
    return [
        {name: sandbox.world.calendar(c.integration_id, c.calendar_id)[name] for name in WISH}
        for c in Change.objects.filter(batch=batch).order_by("position")
    ]


def page_of(client: Client, batch: Batch) -> Any:
    """Return a batch's page."""
    return client.get(at("batch", batch.pk))


def preview_of(client: Client, batch: Batch, button: str) -> Any:
    """Press a button of a batch's page; returns the preview."""
    return walking.follow(client, send(client, page_of(client, batch), button=button))


def test_it_is_previewed_and_brings_everything_back(
    client: Client, batch: Batch, sandbox: Sandbox, asked: Callable[[], list[str]]
) -> None:
    before = [change.before for change in Change.objects.order_by("position")]
    assert theirs(sandbox, batch) == [WISH] * 4
    asked()

    preview = preview_of(client, batch, "Undo all 4")

    assert "Preview of the undo" in read(preview).words
    assert "update_calendar" not in asked()

    walking.run(client, preview)
    undo = Batch.objects.get(kind="undo")
    walking.work(undo)

    assert theirs(sandbox, batch) == before
    told = read(page_of(client, batch))
    assert "4 of the 4 changes that were saved are undone." in told.words
    assert "Followed by: Undo Mia Manager" in told.words
    assert told.links["Undo"] == at("batch", undo.pk)
    assert "Undo all" not in told.words
    told = read(page_of(client, undo))
    assert "This takes back: Bulk edit" in told.words
    assert told.links["Bulk edit"] == at("batch", batch.pk)
    assert told.form("/undo/", button="Undo all 4")


def test_what_somebody_has_changed_since_is_left_out(
    client: Client, batch: Batch, sandbox: Sandbox, source: Source
) -> None:
    change = Change.objects.order_by("position")[0]
    sandbox.world.calendar(change.integration_id, change.calendar_id).update(
        background_color="#abcdef"
    )
    mirror.read(source)

    preview = preview_of(client, batch, "Undo all 4")

    assert "Somebody has changed it since Now: Background colour: #abcdef" in read(preview).words

    walking.run(client, preview)
    walking.work(Batch.objects.get(kind="undo"))

    assert theirs(sandbox, batch)[0] == {**WISH, "background_color": "#abcdef"}
    assert WISH not in theirs(sandbox, batch)
    assert read(page_of(client, batch)).form(button="Undo the one that was done")


def test_what_was_undone_by_itself_is_not_undone_again(client: Client, batch: Batch) -> None:
    change = Change.objects.order_by("position")[0]
    client.post(at("change-undo", change.pk))

    assert read(page_of(client, batch)).form(button="Undo all 3")


def test_a_batch_that_goes_on_is_not_undone(
    client: Client, accounts: Accounts, source: Source, actor: Actor
) -> None:
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")
    batch = bulk.begin(dict.fromkeys(rooms, WISH), by=actor, sources=[source])
    Change.objects.filter(batch=batch, position=0).update(outcome="done")

    page = page_of(client, batch)
    answer = client.post(at("batch-undo", batch.pk), follow=True)

    assert "Undo" not in read(page).words
    assert "There is nothing left to do about this." in read(answer).words
    assert not Draft.objects.exists()


def test_whoever_switched_others_calendars_off_switches_them_on_again_unseen(
    client: Client, source: Source, actor: Actor, sandbox: Sandbox
) -> None:
    found = keys.source(give_key(person("bo"), "bo", Key.Visibility.ACT), source.workspace)
    mirror.read(found)
    every = [
        row
        for account in found.accounts.filter(error_status="")
        for row in account.calendars.filter(selected=True)
    ]
    for row in every:
        row.account.source = found
    batch = bulk.begin(dict.fromkeys(every, {"selected": False}), by=actor, sources=[found])
    walking.work(batch)
    changed = Change.objects.filter(batch=batch)
    assert {change.outcome for change in changed} == {"done"}

    preview = preview_of(client, batch, f"Undo all {len(every)}")

    assert "a calendar that is switched off" in read(preview).words
    assert "Team holidays" not in read(preview).words

    walking.run(client, preview)
    walking.work(Batch.objects.get(kind="undo"))

    for change in changed:
        theirs = sandbox.world.calendar(change.integration_id, change.calendar_id)
        assert theirs["selected"] is True


def test_a_viewer_is_told_what_it_needs(batch: Batch, viewer: User) -> None:
    page = read(signed_in(viewer).get(at("batch", batch.pk)))

    assert "Needs the role Editor" in page.words
    assert not [form for form in page.forms if form.action.endswith("/undo/")]


def test_a_batch_that_one_does_not_see_is_not_found(
    batch: Batch, viewer: User, source: Source, editor_client: Client
) -> None:
    key = give_key(person("bo"), "bo", Key.Visibility.PRIVATE)
    Change.objects.filter(batch=batch).update(key=key.pk)

    assert editor_client.post(at("batch-undo", batch.pk)).status_code == 404
    assert editor_client.post(at("batch-retry", batch.pk)).status_code == 404
