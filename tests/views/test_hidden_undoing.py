"""Putting hidden events back: what stands against it; that it goes well is beside the form."""

from collections.abc import Callable

import pytest
from django.test import Client

from integrations.models import Account, Calendar, Change
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at, of


@pytest.fixture
def second(client: Client, accounts: dict[str, Account]) -> Change:
    """The second list of a calendar, so that the first one is known."""
    calendar = accounts["studio@example.com"].calendars.get(name="Equipment")
    for uid in ("a@x", "b@x"):
        page = client.get(of("hidden-events", calendar))
        send(client, page, button="Replace the list", uids=uid)
    return Change.objects.latest("created_at")


def test_a_calendar_that_is_gone_is_told(client: Client, second: Change) -> None:
    Calendar.objects.filter(calendar_id=second.calendar_id).update(gone_at=second.created_at)

    assert "The calendar is no longer there" in read(client.get(at("change", second.pk))).words
    assert client.post(at("hidden-undo", second.pk)).status_code == 302


@pytest.mark.thorough
def test_another_kind_of_change_is_undone_elsewhere(
    client: Client, second: Change, asked: Callable[[], list[str]]
) -> None:
    asked()

    for route in ("rule-undo", "change-undo"):
        assert client.post(at(route, second.pk)).status_code == 302
    assert asked() == []


@pytest.mark.thorough
def test_what_focus_refuses_is_told(client: Client, sandbox: Sandbox, second: Change) -> None:
    page = client.get(at("hidden-undo", second.pk))
    sandbox.fault("hide_events", "status", status=500)

    answer = send(client, page, button="Undo this change")

    assert "We do not know whether this was saved" in read(answer).words
    assert Change.objects.get(undoes=second.pk).outcome == "unknown"
