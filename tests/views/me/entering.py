"""Entering one's key as a person does: through the page."""

from typing import Any

from django.test import Client

from tests.browsing import send


def enter(client: Client, **typed: Any) -> Any:
    """Open the form and send it with these fields."""
    return send(client, client.get("/me/key/"), button="Check and store", **typed)
