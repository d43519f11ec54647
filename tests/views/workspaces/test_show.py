"""A workspace's own address."""

from django.test import Client


def test_it_leads_to_its_accounts(client: Client) -> None:
    assert client.get("/w/4400001/")["Location"] == "/w/4400001/overview/"
