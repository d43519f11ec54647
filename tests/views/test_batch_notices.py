"""What every page says of one's own batches."""

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Change, Source
from integrations.services.actors import Actor
from tests import bulk
from tests.browsing import read
from tests.conftest import signed_in
from tests.views.addresses import at

Accounts = dict[str, Account]
FINISHED = "Bulk edit finished: 3 saved, 1 refused."


@pytest.fixture
def batch(accounts: Accounts, source: Source, actor: Actor) -> Batch:
    """A batch of Mia's that changes four calendars."""
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")
    return bulk.begin(dict.fromkeys(rooms, {"selected": False}), by=actor, sources=[source])


@pytest.fixture
def finished(batch: Batch) -> Batch:
    """The same, finished, and not with every change saved."""
    bulk.work(batch)
    Change.objects.filter(position=0).update(outcome="refused", error="rejected")
    return batch


def words(client: Client, name: str = "accounts") -> str:
    """Return the words of a page that is not about the batch."""
    return read(client.get(at(name))).words


def test_a_running_one_is_linked_quietly_everywhere(client: Client, batch: Batch) -> None:
    for name in ("accounts", "calendars"):
        page = read(client.get(at(name)))
        assert "Bulk edit: 0 of 4 done." in page.words
        assert page.links["Watch"] == at("batch", batch.pk)

    assert "Watch" not in read(client.get(at("batch", batch.pk))).links


def test_a_finished_one_is_told_once(client: Client, finished: Batch) -> None:
    page = read(client.get(at("accounts")))

    assert FINISHED in page.words
    assert page.links["See the result"] == at("batch", finished.pk)
    assert "finished" not in words(client)


def test_it_is_told_on_a_page_outside_of_every_workspace_too(
    client: Client, finished: Batch
) -> None:
    assert FINISHED in read(client.get("/me/")).words


def test_what_does_not_show_the_whole_page_does_not_use_it_up(
    client: Client, finished: Batch
) -> None:
    client.get(at("calendars"), headers={"HX-Request": "true"})
    client.head(at("calendars"))
    client.get(at("workspace"))

    assert FINISHED in words(client)


def test_its_own_page_uses_it_up(client: Client, finished: Batch) -> None:
    client.get(at("batch", finished.pk))

    assert "finished" not in words(client)


def test_nobody_else_is_told(
    client: Client, editor_client: Client, stranger_client: Client, finished: Batch
) -> None:
    assert "finished" not in words(editor_client)
    assert "finished" not in read(stranger_client.get("/sign-in/")).words
    assert FINISHED in words(client)


def test_one_that_went_well_is_told_as_a_success(
    client: Client, batch: Batch, manager: User
) -> None:
    bulk.work(batch)

    html = signed_in(manager).get(at("accounts")).content.decode()

    assert "Bulk edit finished: 4 saved." in html
    assert "banner-success" in html
