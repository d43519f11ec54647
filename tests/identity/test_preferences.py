"""In whose language and time zone pages are answered."""

import re

import pytest
from django.test import Client
from django.utils import timezone, translation

from focusadmin.identity.models import User

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def prefer(person: User, **chosen: str) -> None:
    """Store what a person prefers."""
    User.objects.filter(pk=person.pk).update(**chosen)


def opening(client: Client, address: str = "/workspaces/", **headers: str) -> str:
    """Return the tag that a page opens with."""
    answer = client.get(address, headers=headers)
    found = re.search(r"<html[^>]*>", answer.content.decode())
    assert found
    return found[0]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sign-in/", "/no-such-page/"])
def test_strangers_are_answered_in_a_language_of_their_browser(
    stranger_client: Client, address: str
) -> None:
    answer = stranger_client.get(address, headers=GERMAN, follow=True)

    assert '<html lang="de"' in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]
    assert 'lang="en"' in opening(stranger_client, "/sign-in/", **{"Accept-Language": "fr"})


def test_what_a_person_chose_counts_before_their_browser(client: Client, manager: User) -> None:
    assert 'lang="de"' in opening(client, **GERMAN)

    prefer(manager, language="en")
    assert 'lang="en"' in opening(client, **GERMAN)
    prefer(manager, language="de")
    assert 'lang="de"' in opening(client)
    prefer(manager, language="tlh")  # no longer offered
    assert 'lang="en"' in opening(client)


def test_times_are_in_the_zone_of_the_person(client: Client, manager: User) -> None:
    prefer(manager, time_zone="Pacific/Kiritimati")
    assert "Pacific/Kiritimati" in client.get("/w/4400001/accounts/").content.decode()

    prefer(manager, time_zone="Mars/Olympus")
    assert "UTC" in client.get("/w/4400001/accounts/").content.decode()


def test_the_next_request_begins_anew(client: Client, manager: User) -> None:
    prefer(manager, language="de", time_zone="Pacific/Kiritimati")
    client.get("/workspaces/")

    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "UTC"


def test_theme_and_density_are_the_servers_to_say(client: Client, manager: User) -> None:
    assert "data-theme" not in opening(client)

    prefer(manager, theme="dark", density="compact")
    assert 'data-theme="dark" data-density="compact"' in opening(client)
