"""A person's trip to the provider: from the button to the page that says what came of it."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from integrations.models import ConnectAttempt
from tests.browsing import Page, read, send
from tests.consenting import consent
from tests.views.addresses import at


def leave(client: Client, page_address: str = "", **chosen: str) -> Any:
    """Press Continue on a page, or on the one for a new Google account; returns what follows."""
    page = client.get(page_address or at("account-connect"))
    if not page_address:
        chosen = {"provider": "google", **chosen}
    return send(client, page, button="Continue", **chosen)


def way_out(response: Any) -> str:
    """Return the link that leads to the provider."""
    return next(
        href for words, href in read(response).links.items() if words.startswith("Continue to")
    )


def come_back(client: Client, address: str) -> Page:
    """Follow the provider's redirect to us and return the page that it ends on."""
    parts = urlsplit(address)
    response = client.get(f"{parts.path}?{parts.query}")
    assert response.status_code == 302
    assert "?" not in response["Location"]
    landed = client.get(response["Location"])
    assert landed.status_code == 200
    return read(landed)


def travel(client: Client, page_address: str = "", **answered: Any) -> Page:
    """Leave, answer the provider's page as told, and come back."""
    back = consent(way_out(leave(client, page_address)), **answered)
    assert back is not None
    return come_back(client, back)


def result_address() -> str:
    """Return the address of the only attempt's result."""
    return f"/connect/{ConnectAttempt.objects.get().pk}/"
