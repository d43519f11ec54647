"""What is stored about me."""

import pytest
from django.test import Client

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Key
from tests.browsing import read
from tests.conftest import WORKSPACE


@pytest.mark.usefixtures("own")
def test_it_lists_everything_about_oneself(client: Client) -> None:
    client.get(f"/w/{WORKSPACE}/accounts/")

    told = read(client.get("/me/stored/")).words

    for words in (
        "Mia Manager",
        "mia@example.com",
        "Only a hash",
        "Open sessions 1",
        "Ends in b0b0 Encrypted",
        "2 accounts, 5 calendars",
        "Example Studio",
        "Changes in the record 0",
        "Kept settings 0 Copies of what its calendars were set to",
        "An event, its title, its time",
        "the record of changes stays",
    ):
        assert words in told


def test_it_is_for_everyone_and_about_nobody_else(client: Client, own: Key) -> None:
    vera = User.objects.create_local(
        email="vera@example.com", name="Vera Viewer", password=None, role=Role.VIEWER
    )
    browser = Client()
    browser.force_login(vera)

    told = read(browser.get("/me/stored/")).words

    assert "Vera Viewer" in told
    assert "None." in told
    assert "Mia" not in told
    assert own.hint not in told
