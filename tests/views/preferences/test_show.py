"""My settings: what a person prefers, kept and used at once."""

import re

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.sandbox import Sandbox
from tests.browsing import read, send

ADDRESS = "/me/settings/"


def test_what_was_chosen_is_kept_and_used_at_once(
    viewer_client: Client, viewer: User, sandbox: Sandbox
) -> None:
    chosen = {
        "language": "de",
        "time_zone": "europe/berlin",
        "theme": "dark",
        "density": "compact",
        "shortcuts": None,
    }
    sent = send(viewer_client, viewer_client.get(ADDRESS), button="Save", **chosen)
    page = viewer_client.get(sent["Location"])

    viewer.refresh_from_db()
    assert (viewer.language, viewer.time_zone) == ("de", "Europe/Berlin")
    assert (viewer.theme, viewer.density, viewer.shortcuts) == ("dark", "compact", False)
    assert '<html lang="de" data-theme="dark" data-density="compact"' in page.content.decode()
    assert read(page).form(button="Europe/Berlin").values["density"] == "compact"
    assert sandbox.requests == []


def test_everything_may_be_left_to_browser_system_and_installation(
    client: Client, manager: User
) -> None:
    User.objects.filter(pk=manager.pk).update(language="en", theme="dark", time_zone="Asia/Tokyo")
    send(client, client.get(ADDRESS), button="Save", language="", theme="", time_zone=" ")

    manager.refresh_from_db()
    assert (manager.language, manager.theme, manager.time_zone) == ("", "", "")
    assert manager.shortcuts


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("Mars/Olympus", "No time zone has this name"),
        ("x" * 101, "100 characters"),
        ("louisville", "America/Kentucky/Louisville, America/Louisville"),
    ],
)
def test_a_zone_that_is_none_is_refused(client: Client, written: str, says: str) -> None:
    page = send(client, client.get(ADDRESS), button="Save", time_zone=written)

    assert says in " ".join(re.sub("<[^>]*>", " ", page.content.decode()).split())


@pytest.mark.parametrize(
    ("written", "kept"),
    [("new york", "America/New_York"), ("Berlin", "Europe/Berlin"), ("utc", "UTC")],
)
def test_a_city_is_enough(client: Client, manager: User, written: str, kept: str) -> None:
    send(client, client.get(ADDRESS), button="Save", time_zone=written)

    manager.refresh_from_db()
    assert manager.time_zone == kept
