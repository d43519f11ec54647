"""Turning back on the page that leads away."""

from collections.abc import Callable

from django.test import Client

from integrations.models import Account, Change
from tests.browsing import read, send
from tests.views.addresses import at
from tests.views.connect.trips import leave, result_address, travel

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_goes_back_to_the_accounts_and_asks_nothing(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    page = leave(client)
    asked()

    response = send(client, page, "/cancel/")

    assert response["Location"] == at("accounts")
    assert (
        "You turned back. If you did allow access in another tab"
        in read(client.get(at("accounts"))).words
    )
    assert asked() == []
    assert Change.objects.get().outcome == Change.Outcome.REFUSED
    assert "You turned back" in read(client.get(result_address())).words


def test_it_cannot_take_back_what_has_happened(client: Client, accounts: Accounts) -> None:
    travel(client, identity="noor.new@example.com")

    response = client.post(result_address() + "cancel/", follow=True)

    words = read(response).words
    assert "Connected noor.new@example.com" in words
    assert "turned back" not in words
