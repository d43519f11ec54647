"""Changing one's own password."""

from typing import Any

import pytest
from django.test import Client

from focusadmin.identity.models import User
from tests.browsing import read, send
from tests.conftest import PASSWORD

NEW = "entirely-different-horse"


def change(client: Client, old: str, new: str, again: str | None = None) -> Any:
    """Fill in the page and send it."""
    page = client.get("/password/")
    again = new if again is None else again
    return send(
        client,
        page,
        button="Change password",
        old_password=old,
        new_password1=new,
        new_password2=again,
    )


def test_it_keeps_this_browser_signed_in_and_ends_every_other(
    client: Client, manager: User
) -> None:
    other = Client()
    other.force_login(manager)

    response = change(client, PASSWORD, NEW)

    assert response["Location"] == "/password/changed/"
    assert "Password changed" in read(client.get("/password/changed/")).words
    assert other.get("/workspaces/").status_code == 302
    manager.refresh_from_db()
    assert manager.check_password(NEW)


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", NEW, NEW),
        (PASSWORD, NEW, NEW + "!"),
        (PASSWORD, "xk2vq", "xk2vq"),
        (PASSWORD, "12345678901", "12345678901"),
        (PASSWORD, "mia@example.com", "mia@example.com"),
        (PASSWORD, "password123", "password123"),
    ],
)
def test_it_refuses_and_says_why(
    client: Client, manager: User, old: str, new: str, again: str
) -> None:
    response = change(client, old, new, again)

    assert "There is a problem" in read(response).words
    assert new not in response.content.decode().replace("mia@example.com – change", "")
    manager.refresh_from_db()
    assert manager.check_password(PASSWORD)
