"""The buttons that fill in colour fields, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Calendar, Change, Draft
from integrations.services.actors import Actor
from tests.browsing import read, send
from tests.services.test_first_colours import edited
from tests.views.addresses import of
from tests.views.walking import select

Accounts = dict[str, Account]
SKY = {"background_color": "#86c5ff", "foreground_color": "#000000"}


@pytest.fixture
def room(accounts: Accounts) -> Calendar:
    """A calendar that can be changed."""
    return accounts["rooms@example.net"].calendars.order_by("pk")[0]


def values(page: Any, button: str) -> dict[str, str]:
    """Return what a page's form holds."""
    found = read(page).form(button=button).values
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def test_a_pair_fills_in_a_calendars_form_and_saves_nothing(
    client: Client, room: Calendar, asked: Callable[[], list[str]]
) -> None:
    page = client.get(of("calendar-edit", room))
    asked()

    answer = client.post(
        of("calendar-edit", room), values(page, "Save") | {"pair": "sky", "note": "Blue"}
    )

    found = values(answer, "Save")
    assert SKY.items() <= found.items()
    assert found["note"] == "Blue"
    assert 'value="sky"' in answer.content.decode().split('aria-pressed="true"')[0]
    assert (asked(), Change.objects.count()) == ([], 0)
    send(client, answer, button="Save")
    assert Change.objects.get().after == {
        name: value for name, value in SKY.items() if value != getattr(room, name)
    }


def test_a_pair_is_chosen_for_many_calendars(client: Client, room: Calendar) -> None:
    page = select(client, room)
    typed = values(page, "Preview") | {"pair": "sky", "selected_choice": "off", "note": "Why"}

    answer = client.post(page.request["PATH_INFO"], typed)

    found = values(answer, "Preview")
    chosen = {f"{name}_choice": "set" for name in SKY}
    assert (SKY | chosen | {"selected_choice": "off", "note": "Why"}).items() <= found.items()
    assert Draft.objects.get().fields == {}
    send(client, answer, button="Preview")
    assert Draft.objects.get().fields == SKY | {"selected": False}


def test_a_pair_that_is_gone_fills_in_nothing(client: Client, room: Calendar) -> None:
    page = client.get(of("calendar-edit", room))
    before = values(page, "Save")

    answer = client.post(of("calendar-edit", room), before | {"pair": "gone"})

    assert values(answer, "Save") == before


def test_a_calendar_is_offered_what_it_had_before_its_first_change(
    client: Client, room: Calendar, actor: Actor
) -> None:
    first = {"background_color": "#123456", "foreground_color": "#ffffff"}
    edited(room, first, SKY, by=actor)
    page = client.get(of("calendar-edit", room))
    assert "Before the first change here" in read(page).words

    answer = client.post(of("calendar-edit", room), values(page, "Save") | {"pair": "first"})

    assert first.items() <= values(answer, "Save").items()


def test_the_sample_is_drawn_in_what_was_typed(client: Client, room: Calendar) -> None:
    page = client.get(of("calendar-edit", room))
    typed = values(page, "Save") | {"background_color": "abc", "try": "1"}

    html = client.post(of("calendar-edit", room), typed).content.decode()

    assert html.count('data-fill="background" fill="#aabbcc"') == 2
