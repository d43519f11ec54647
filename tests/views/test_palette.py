"""The pages of the palette."""

from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, PaletteEntry, Workspace
from integrations.services import palette
from tests.browsing import read, send
from tests.conftest import WORKSPACE
from tests.views.addresses import at
from tests.views.test_reasons import off

Accounts = dict[str, Account]
ADD = "Add to the palette"


def pair(code: str) -> palette.Pair:
    """Return a pair of the first workspace as it is now."""
    return palette.get(Workspace.objects.get(workspace_id=WORKSPACE), code)


def names() -> list[str]:
    """Return the palette's names in their order."""
    return [pair.name for pair in palette.of(Workspace.objects.get(workspace_id=WORKSPACE))]


def add(client: Client, **typed: str) -> Any:
    """Fill in the form for a new pair and send it."""
    return send(client, client.get(at("palette")), button=ADD, **typed)


def test_it_shows_every_pair_with_its_contrast(client: Client) -> None:
    words = read(client.get(at("palette"))).words

    assert "12 pairs" in words
    assert "Leaf Text #2f7f33 text #ffffff 4.9:1 – easy to read" in words


def test_a_viewer_reads_it_and_is_told_why_no_more(viewer_client: Client) -> None:
    page = viewer_client.get(at("palette"))

    reason = "Needs the role Editor. Your role is Viewer."
    told = off(page.content.decode())
    assert told["Edit Sky"] == reason
    assert set(told.values()) == {reason}
    assert ADD not in read(page).words
    assert viewer_client.post(at("palette"), {"name": "X"}).status_code == 403


def test_an_editor_adds_a_pair(editor_client: Client) -> None:
    answer = add(
        editor_client, name=" Client  work ", background_color="#ABC", foreground_color=" 000 "
    )

    words = read(editor_client.get(answer["Location"])).words
    assert "“Client work” is in the palette." in words
    assert "Changed by Ed Editor" in words
    assert "#aabbcc text #000000" in words
    assert names()[-1] == "Client work"


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("typed", "error", "field"),
    [
        ({"name": " "}, "Enter what the team calls this pair.", "name"),
        ({"name": "sky"}, "Another pair is called so. Choose another name.", "name"),
        (
            {"name": "A", "background_color": "reddish"},
            "Enter a colour as six or three hex digits, such as #1a73e8.",
            "background_color",
        ),
        (
            {"name": "A", "foreground_color": ""},
            "Enter a colour as six or three hex digits, such as #1a73e8.",
            "foreground_color",
        ),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, typed: dict[str, str], error: str, field: str
) -> None:
    answer = add(client, **typed)

    page = read(answer)
    assert page.title.startswith("Error: ")
    assert page.links[error] == f"#id_{field}"
    assert typed.items() <= page.form(button=ADD).values.items()
    assert not PaletteEntry.objects.exists()


def test_a_full_palette_takes_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(palette, "MOST", 12)

    words = read(add(client, name="A")).words

    assert "A palette holds 12 pairs. Delete one that nobody uses first." in words


def test_without_a_script_a_button_shows_the_sample(client: Client) -> None:
    answer = send(
        client,
        client.get(at("palette")),
        button=ADD,
        press="try",
        name="A",
        background_color="#0b6043",
    )

    page = read(answer)
    assert answer.content.decode().count('data-fill="background" fill="#0b6043"') == 2
    assert "Contrast 2.7:1 – hard to read." in page.words
    assert page.form(button=ADD).values["name"] == "A"
    assert not PaletteEntry.objects.exists()


def test_without_a_script_a_button_makes_the_text_readable(client: Client) -> None:
    here = at("palette-edit", "sky")
    answer = send(client, client.get(here), button="Save", press="readable", background_color="025")

    form = read(answer).form(button="Save")
    assert form.values["foreground_color"] == "#ffffff"
    send(client, answer, button="Save")
    assert pair("sky").background == "#002255"


def test_a_pair_is_changed(client: Client) -> None:
    page = client.get(at("palette-edit", "sky"))

    answer = send(client, page, button="Save", name="Heaven", background_color="#99ccff")

    words = read(client.get(answer["Location"])).words
    assert "Saved “Heaven”. Calendars keep their colours." in words
    assert "Heaven" in names()


def test_of_two_who_change_a_pair_the_second_sees_what_the_first_did(client: Client) -> None:
    first, second = client.get(at("palette-edit", "sky")), client.get(at("palette-edit", "sky"))
    send(client, first, button="Save", name="First <b>")

    answer = send(client, second, button="Save", name="Second")

    assert "Somebody has changed it to “First <b>”, #86c5ff with text" in read(answer).words
    assert "First <b>" in names()
    send(client, answer, button="Save")
    assert "Second" in names()


def test_what_is_deleted_can_be_added_again(client: Client) -> None:
    answer = send(client, client.get(at("palette-edit", "sky")), button="Delete Sky")

    page = client.get(answer["Location"])
    assert "“Sky” is deleted." in read(page).words
    assert "Sky" not in names()
    send(client, page, button=ADD)
    assert names()[-1] == "Sky"
    assert read(client.get(at("palette") + "?background=x&name=" + "y" * 99)).words


def test_a_pair_moves(client: Client) -> None:
    answer = send(client, client.get(at("palette")), "/coral/move/", press="up")

    assert answer["Location"] == at("palette") + "#pair-coral"
    assert names()[:2] == ["Coral", "Berry"]


@pytest.mark.parametrize("name", ["palette-edit", "palette-move", "palette-remove"])
def test_a_pair_that_is_gone_is_not_found(client: Client, name: str) -> None:
    assert client.post(at(name, "gone")).status_code == 404
