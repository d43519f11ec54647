"""The page of an attempt before it has a result; with one, it is tested with what led there."""

from collections.abc import Callable

from django.test import Client

from integrations.models import Account, ConnectAttempt
from tests.browsing import read
from tests.views.addresses import at
from tests.views.connect.trips import leave, result_address, travel

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_waits_for_the_person_to_come_back(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    leave(client)
    asked()

    page = read(client.get(result_address()))

    assert "Not back from Google yet?" in page.words
    assert page.form("/check/")
    assert asked() == []


def test_it_may_be_opened_again_and_again(client: Client, accounts: Accounts, asked: Asked) -> None:
    travel(client, identity="noor.new@example.com")
    asked()

    for _ in range(2):
        page = read(client.get(result_address()))
        assert "Connected noor.new@example.com" in page.words

    assert asked() == []


def test_it_outlives_the_account_that_it_names(client: Client, accounts: Accounts) -> None:
    travel(client, identity="noor.new@example.com")
    Account.objects.filter(email="noor.new@example.com").delete()

    response = client.get(result_address())

    assert response.status_code == 200
    assert "Connected noor.new@example.com" in read(response).words


def test_it_offers_the_same_thing_again_even_when_the_account_is_gone(
    client: Client, accounts: Accounts
) -> None:
    leave(client, at("account-reconnect", accounts["events@example.com"].pk))
    ConnectAttempt.objects.update(target=None)
    client.get(result_address() + "return/?error=access_denied")

    page = read(client.get(result_address()))

    assert page.links["Start again"] == at("account-connect")
