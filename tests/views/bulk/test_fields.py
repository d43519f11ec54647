"""What the selected calendars shall get."""

from typing import Any

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Draft
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.views.addresses import at
from tests.views.walking import choose, select

Accounts = dict[str, Account]


@pytest.fixture
def page(client: Client, accounts: Accounts) -> Any:
    """The form for the four rooms."""
    return select(client, *accounts["rooms@example.net"].calendars.all(), query="?q=rooms")


def wishes() -> dict[str, Any]:
    """Return what is kept for every selected calendar."""
    draft = Draft.objects.get()
    assert all(wish == draft.fields for wish in draft.wishes.values())
    return dict(draft.fields)


def test_every_field_starts_at_leave_as_is(page: Any) -> None:
    form = read(page).form(button="Preview")

    choices = {name for name in form.offered if name.endswith("_choice")}
    assert len(choices) == 9
    assert {form.values[name] for name in choices} == {""}
    assert {"background_color", "default_project_id"} <= form.values.keys()


def test_it_says_how_many_of_whom_and_which(page: Any) -> None:
    words = read(page).words

    assert "Calendars 4 Accounts 1 People 1" in words
    assert "rooms@example.net (Outlook)" in words
    assert "Studio floor" in words
    assert read(page).links["Select others"] == at("calendars") + "?q=rooms"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (
            {"background_color_choice": "set", "background_color": " #FFF "},
            {"background_color": "#ffffff"},
        ),
        (
            {"foreground_color_choice": "set", "foreground_color": "0b8043"},
            {"foreground_color": "#0b8043"},
        ),
        ({"foreground_color_choice": "readable"}, {"foreground_color": {"readable": True}}),
        ({"selected_choice": "on"}, {"selected": True}),
        ({"selected_choice": "off"}, {"selected": False}),
        ({"remind_tracking_choice": "off"}, {"remind_tracking": False}),
        ({"default_project_id_choice": "none"}, {"default_project_id": None}),
        (
            {"default_project_id_choice": "set", "default_project_id": " 330002 "},
            {"default_project_id": 330002},
        ),
        (
            {"auto_track_choice": "on", "default_workspace_id_choice": "none"},
            {"default_workspace_id": None, "auto_track": True},
        ),
    ],
)
def test_it_keeps_what_is_chosen_for_every_calendar(
    client: Client, page: Any, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    answer = choose(client, page, note=" Why  not ", **typed)

    assert wishes() == kept
    assert Draft.objects.get().note == "Why not"
    assert answer.request["PATH_INFO"] == at("draft-preview", Draft.objects.get().pk)


UNUSED = "A value is typed here, but “{}” is chosen. Choose “Set to” or empty it."
NUMBER = "Enter a whole number such as 1204, or choose “None”."
COLOUR = "Enter a colour as six or three hex digits, such as #1a73e8."


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("typed", "error", "field"),
    [
        ({"background_color": "#fff"}, UNUSED.format("Leave as is"), "background_color"),
        ({"default_project_id": "7"}, UNUSED.format("Leave as is"), "default_project_id"),
        (
            {"default_project_id_choice": "none", "default_project_id": "7"},
            UNUSED.format("None"),
            "default_project_id",
        ),
        (
            {"foreground_color_choice": "readable", "foreground_color": "#fff"},
            UNUSED.format("Black or white"),
            "foreground_color",
        ),
        ({"background_color_choice": "set"}, COLOUR, "background_color"),
        (
            {"background_color_choice": "set", "background_color": "reddish"},
            COLOUR,
            "background_color",
        ),
        ({"default_project_id_choice": "set"}, NUMBER, "default_project_id"),
        *(
            (
                {"default_project_id_choice": "set", "default_project_id": odd},
                NUMBER,
                "default_project_id",
            )
            for odd in ("0", "-1", "1.5", "x", "٣", "9" * 19, "9" * 30)
        ),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, page: Any, typed: dict[str, str], error: str, field: str
) -> None:
    answer = choose(client, page, **typed)

    found = read(answer)
    assert found.title.startswith("Error: ")
    assert "There is a problem" in found.words
    assert found.links[error] == f"#id_{field}"
    assert f'id="id_{field}_error"' in answer.content.decode()
    form = found.form(button="Preview")
    assert typed.items() <= form.values.items()
    assert wishes() == {}


def test_nothing_chosen_is_a_problem(client: Client, page: Any) -> None:
    answer = choose(client, page)

    assert "Choose at least one setting to change." in read(answer).words


def test_an_unknown_choice_is_a_problem(client: Client, page: Any) -> None:
    answer = client.post(page.request["PATH_INFO"], {"selected_choice": "maybe"})

    assert "There is a problem" in read(answer).words


def test_coming_back_shows_what_was_chosen(client: Client, page: Any) -> None:
    choose(
        client,
        page,
        background_color_choice="set",
        background_color="#fff",
        selected_choice="off",
        default_project_id_choice="none",
        note="Tidy up",
    )

    values = read(client.get(page.request["PATH_INFO"])).form(button="Preview").values
    assert (values["background_color_choice"], values["background_color"]) == ("set", "#ffffff")
    assert (values["selected_choice"], values["default_project_id_choice"]) == ("off", "none")
    assert values["note"] == "Tidy up"


def test_coming_back_shows_that_text_shall_be_readable(client: Client, page: Any) -> None:
    choose(client, page, foreground_color_choice="readable")

    values = read(client.get(page.request["PATH_INFO"])).form(button="Preview").values
    assert values["foreground_color_choice"] == "readable"
    assert values["foreground_color"] == ""


def test_what_has_gone_meanwhile_is_counted(client: Client, page: Any) -> None:
    room = Calendar.objects.filter(account__email="rooms@example.net")[0]
    Calendar.objects.filter(pk=room.pk).update(gone_at="2026-01-01T00:00:00Z")

    words = read(client.get(page.request["PATH_INFO"])).words

    assert "Edit 3 calendars" in words
    assert "1 more was selected, and is no longer there or not yours to see." in words


def test_a_draft_is_its_persons_alone(client: Client, page: Any, editor: User) -> None:
    here = page.request["PATH_INFO"]

    assert signed_in(editor).get(here).status_code == 404
    assert send(client, page, button="Preview", selected_choice="on").status_code == 302
