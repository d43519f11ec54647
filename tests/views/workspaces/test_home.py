"""The start page."""

from django.test import Client


def test_it_leads_to_the_workspaces(client: Client) -> None:
    assert client.get("/")["Location"] == "/workspaces/"
