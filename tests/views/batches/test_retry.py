"""Trying again what failed in a batch."""

import pytest
from django.test import Client

from integrations.models import Account, Batch, Change, Draft, Source
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests import bulk
from tests.browsing import read, send
from tests.views import walking
from tests.views.addresses import at

Accounts = dict[str, Account]
WISH = {"background_color": "#123456"}


@pytest.fixture
def batch(
    accounts: Accounts, source: Source, actor: Actor, client: Client, sandbox: Sandbox
) -> Batch:
    """A batch of Mia's of four calendars; Focus refused three of them."""
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")
    batch = bulk.begin(dict.fromkeys(rooms, WISH), by=actor, sources=[source])
    for _time in range(3):
        sandbox.fault("update_calendar", "status", status=400)
    walking.work(batch)
    batch.refresh_from_db()
    assert sorted(bulk.outcomes(batch)) == [("done", ""), *[("refused", "rejected")] * 3]
    return batch


def test_it_is_previewed_and_tried_again(client: Client, batch: Batch, sandbox: Sandbox) -> None:
    page = client.get(at("batch", batch.pk))

    preview = walking.follow(client, send(client, page, button="Retry the 3 that failed"))

    assert "Preview of what is tried again" in read(preview).words

    walking.run(client, preview)
    again = Batch.objects.get(kind="retry")
    walking.work(again)

    for change in Change.objects.filter(batch=batch):
        theirs = sandbox.world.calendar(change.integration_id, change.calendar_id)
        assert theirs["background_color"] == "#123456"
    told = read(client.get(at("batch", batch.pk)))
    assert "Retry the" not in told.words
    assert "Followed by: Retry Mia Manager" in told.words
    assert (
        "This tries again what failed in: Bulk edit"
        in read(client.get(at("batch", again.pk))).words
    )


def test_where_nothing_failed_there_is_nothing_to_retry(client: Client, batch: Batch) -> None:
    Change.objects.filter(batch=batch).update(outcome="done")

    page = read(client.get(at("batch", batch.pk)))
    answer = client.post(at("batch-retry", batch.pk), follow=True)

    assert "Retry" not in page.words
    assert "There is nothing left to do about this." in read(answer).words
    assert not Draft.objects.exists()


def test_it_goes_back_to_the_list_that_it_was_selected_on(client: Client, batch: Batch) -> None:
    Batch.objects.update(back="q=room")

    client.post(at("batch-retry", batch.pk))

    assert Draft.objects.get().back == "q=room"
