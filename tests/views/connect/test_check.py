"""Checking an attempt by hand."""

from collections.abc import Callable

from django.test import Client

from integrations.models import Account
from tests.browsing import read
from tests.consenting import consent
from tests.views.connect.trips import leave, result_address, way_out

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_finds_nothing_until_there_is_something(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    address = way_out(leave(client))
    asked()

    before = read(client.post(result_address() + "check/", follow=True))
    consent(address, identity="noor.new@example.com")
    after = read(client.post(result_address() + "check/", follow=True))

    assert "Nothing changed yet" in before.words
    assert "Connected noor.new@example.com" in after.words
    assert asked() == ["list_accounts"] * 2


def test_it_does_not_forget_that_the_person_refused(client: Client, accounts: Accounts) -> None:
    leave(client)
    client.get(result_address() + "return/?error=access_denied")

    page = read(client.post(result_address() + "check/", follow=True))

    assert page.form("/check/")
    assert "Connected" not in page.words
