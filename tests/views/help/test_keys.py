"""The overview of the keys, which are those that the pages name."""

import re

from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account
from tests.browsing import read
from tests.views.addresses import at

ADDRESS = "/help/keys/"


def test_it_lists_exactly_the_keys_that_a_managers_pages_name(
    client: Client, accounts: dict[str, Account]
) -> None:
    client.get(at("accounts"))  # so that there is a workspace to go to
    page = client.get(ADDRESS)
    listed = {" ".join(shortcut.keys) for shortcut in page.context["shortcuts"]}

    assert set(re.findall(r'data-keys="([^"]+)"', page.content.decode())) == listed
    assert page.content.decode().count("<kbd>") == sum(len(keys.split()) for keys in listed)


def test_it_says_whether_they_are_on(client: Client, manager: User) -> None:
    on = client.get(ADDRESS)
    User.objects.filter(pk=manager.pk).update(shortcuts=False)
    off = client.get(ADDRESS)

    assert "They work on every page" in read(on).words
    assert "<html" in on.content.decode() and "data-shortcuts" in on.content.decode()
    assert "You have switched them off" in read(off).words
    assert "data-shortcuts" not in off.content.decode()
