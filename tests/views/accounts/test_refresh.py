"""Refreshing an account's calendars."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from integrations.models import Account, Change
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import of

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_shows_the_difference(client: Client, accounts: Accounts, asked: Asked) -> None:
    page = client.get(of("account", accounts["studio@example.com"]))

    response = send(client, page, "/refresh/")

    change = Change.objects.get()
    assert response["Location"] == f"/w/4400001/changes/{change.pk}/"
    words = read(client.get(response["Location"])).words
    assert asked() == ["refresh"]
    for phrase in ("Showroom", "Old office", "Production schedule", "Production plan", "#455a64"):
        assert phrase in words
    assert change.outcome == Change.Outcome.DONE
    assert change.actor_name == "Mia Manager"


def test_it_says_when_there_is_no_difference(client: Client, accounts: Accounts) -> None:
    response = client.post(of("account-refresh", accounts["rooms@example.net"]), follow=True)

    assert response.status_code == 200
    assert response.context["found_anything"] is False


def test_it_says_why_focus_could_not(client: Client, accounts: Accounts) -> None:
    response = client.post(of("account-refresh", accounts["events@example.com"]))

    assert response.status_code == 502
    words = read(response).words
    assert "Focus did not accept this" in words
    assert "POST /integrations/calendar/710004/update" in words
    assert Change.objects.get().trace_id in words


def test_it_does_not_know_what_became_of_a_refresh_without_an_answer(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    sandbox.fault("refresh", "reset")

    words = read(client.post(of("account-refresh", accounts["rooms@example.net"]))).words

    assert "We do not know whether" in words
    assert Change.objects.get().outcome == Change.Outcome.UNKNOWN


def test_it_waits_for_nobody(client: Client, accounts: Accounts, asked: Asked) -> None:
    account = accounts["rooms@example.net"]
    Change.objects.create(
        action="refresh",
        outcome="sending",
        key=account.source.key_id,
        workspace_id=4400001,
        integration_id=710005,
        lease_until=timezone.now() + timedelta(seconds=30),
    )

    response = client.post(of("account-refresh", account), follow=True)

    assert "Somebody else is changing this account right now" in read(response).words
    assert asked() == []
