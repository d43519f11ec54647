"""Signing out."""

from django.test import Client

from focusadmin.identity.models import User
from tests.browsing import read, send


def test_it_ends_the_session_and_says_so(client: Client, manager: User) -> None:
    page = client.get("/workspaces/")

    response = send(client, page, "/sign-out/")

    assert "You are signed out" in read(client.get(response["Location"])).words
    assert client.get("/workspaces/").status_code == 302


def test_a_link_cannot_do_it(client: Client) -> None:
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/workspaces/").status_code == 200


def test_a_stranger_may_press_it_too(stranger_client: Client, db: None) -> None:
    assert stranger_client.post("/sign-out/")["Location"] == "/sign-in/"
