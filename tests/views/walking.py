"""A bulk edit's way through the pages, in a browser without scripts."""

from typing import Any

from django.test import Client

from integrations.models import Batch, Calendar
from tests import bulk
from tests.browsing import send
from tests.views.addresses import at


def select(client: Client, *calendars: Calendar, query: str = "", whole: bool = False) -> Any:
    """Tick calendars on the list and go on; returns the page of the fields."""
    here = at("calendars") + query
    values: dict[str, Any] = {"query": query.lstrip("?"), "calendar": [c.pk for c in calendars]}
    if whole:
        values["all"] = "1"
    assert client.get(here).status_code == 200
    return client.post(at("bulk-select"), values, follow=True)


def choose(client: Client, page: Any, **values: Any) -> Any:
    """Fill in the fields and go on; returns the preview, or the fields with what is wrong."""
    return follow(client, send(client, page, button="Preview", **values))


def run(client: Client, page: Any, **values: Any) -> Any:
    """Confirm a preview; returns the batch's page, or the preview with what has moved."""
    return follow(client, send(client, page, "/run/", **values))


def work(batch: Batch) -> None:
    """Do of a batch what can be done at this moment, a slice through each key."""
    for part in batch.parts.filter(finished_at=None):
        bulk.work(part)


def follow(client: Client, response: Any) -> Any:
    """Go where an answer leads."""
    while response.status_code == 302:
        response = client.get(response["Location"])
    return response
