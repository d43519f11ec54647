"""The palette: shipped, then the team's own."""

import math
from itertools import combinations

import pytest

from integrations.models import PaletteEntry, Source, Workspace
from integrations.services import colours, palette
from integrations.services.actors import Actor
from integrations.services.palette import Look
from tests.conftest import WORKSPACE

MINE = Look("Client work", "#123456", "#ffffff")


@pytest.fixture
def workspace(db: None) -> Workspace:
    """The first workspace, whose palette nobody has changed."""
    return Workspace.objects.get(workspace_id=WORKSPACE)


def called(workspace: Workspace) -> list[str]:
    """Return the names of a palette's pairs in their order."""
    return [pair.name for pair in palette.of(workspace)]


SHIPPED = [str(name) for _code, name, _background, _text in palette.SHIPPED]

# How eyes without one kind of cones see linear RGB: Machado, Oliveira and Fernandes 2009.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no red cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}


def seen(colour: str, eye: str) -> tuple[float, ...]:
    """Return a colour as OKLab, as an eye sees it: https://bottosson.github.io/posts/oklab/."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = (
        max(sum(a * b for a, b in zip(row, linear, strict=True)), 0) for row in EYES[eye]
    )
    cones = [
        (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3),
        (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3),
        (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3),
    ]
    long, middle, short = cones
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("shipped", palette.SHIPPED, ids=SHIPPED)
def test_every_shipped_pair_is_easy_to_read(shipped: tuple[str, str, str, str]) -> None:
    _code, _name, background, text = shipped

    assert (colours.contrast(background, text) or 0) >= colours.READABLE
    assert text == colours.readable_on(background)


@pytest.mark.parametrize(("eye", "least"), [*zip(EYES, (0.12, 0.08, 0.07), strict=True)])
def test_no_two_shipped_backgrounds_look_alike(eye: str, least: float) -> None:
    backgrounds = [background for _code, _name, background, _text in palette.SHIPPED]

    near = [
        pair
        for pair in combinations(backgrounds, 2)
        if math.dist(seen(pair[0], eye), seen(pair[1], eye)) < least
    ]

    assert len(set(backgrounds)) == 12
    assert near == []


def test_nobodys_palette_is_the_shipped_one_and_no_rows(workspace: Workspace) -> None:
    assert called(workspace) == SHIPPED
    assert palette.is_shipped(workspace)
    assert not PaletteEntry.objects.exists()


def test_the_first_change_makes_it_the_teams(workspace: Workspace, actor: Actor) -> None:
    pair = palette.add(workspace, MINE, by=actor)

    assert called(workspace) == [*SHIPPED, "Client work"]
    assert not palette.is_shipped(workspace)
    assert palette.get(workspace, pair.code).changed_by == "Mia Manager"
    assert palette.get(workspace, "sky").changed_by == ""


def test_a_palette_is_one_workspaces_alone(workspace: Workspace, actor: Actor) -> None:
    other = Workspace.objects.create(workspace_id=7, label="Other", managed=True)
    palette.add(workspace, MINE, by=actor)

    assert called(other) == SHIPPED


def test_a_pair_is_changed_where_it_stands(workspace: Workspace, actor: Actor) -> None:
    was = palette.get(workspace, "sky").look

    palette.change(workspace, "sky", MINE, shown=was, by=actor)

    assert called(workspace) == ["Client work" if name == "Sky" else name for name in SHIPPED]
    assert palette.get(workspace, "sky").background == "#123456"


def test_of_two_who_change_a_pair_the_second_is_told(workspace: Workspace, actor: Actor) -> None:
    was = palette.get(workspace, "sky").look
    palette.change(workspace, "sky", MINE, shown=was, by=actor)

    with pytest.raises(palette.ChangedError) as told:
        palette.change(workspace, "sky", Look("Other", "#000000", "#ffffff"), shown=was, by=actor)

    assert told.value.now.look == MINE
    palette.change(workspace, "sky", MINE, shown=was, by=actor)  # the same is no quarrel


def test_names_are_taken_whatever_their_case(workspace: Workspace, actor: Actor) -> None:
    sky = palette.get(workspace, "sky").look
    taken = Look("oCeAn", "#123456", "#ffffff")

    with pytest.raises(palette.NameTakenError):
        palette.add(workspace, taken, by=actor)
    with pytest.raises(palette.NameTakenError):
        palette.change(workspace, "sky", taken, shown=sky, by=actor)
    palette.change(
        workspace, "sky", Look("SKY", sky.background, sky.foreground), shown=sky, by=actor
    )


def test_a_palette_has_an_end(
    workspace: Workspace, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(palette, "MOST", 13)
    palette.add(workspace, MINE, by=actor)

    with pytest.raises(palette.FullError):
        palette.add(workspace, Look("One more", "#123456", "#ffffff"), by=actor)


def test_without_the_last_pair_the_shipped_ones_are_back(
    workspace: Workspace, actor: Actor
) -> None:
    for code, *_rest in palette.SHIPPED[:-1]:
        palette.remove(workspace, code, by=actor)
    assert called(workspace) == ["Graphite"]

    palette.remove(workspace, "graphite", by=actor)

    assert called(workspace) == SHIPPED


def test_a_pair_moves_by_one_place_and_not_beyond_an_end(
    workspace: Workspace, actor: Actor
) -> None:
    for _time in range(2):
        palette.move(workspace, "coral", down=False, by=actor)
    palette.move(workspace, "coral", down=True, by=actor)
    palette.move(workspace, "mint", down=True, by=actor)

    assert called(workspace)[:7] == ["Berry", "Coral", "Amber", "Lemon", "Leaf", "Lagoon", "Mint"]


@pytest.mark.parametrize("does", ["change", "remove", "move"])
def test_what_is_not_there_is_missing(workspace: Workspace, actor: Actor, does: str) -> None:
    more = {"change": {"look": MINE, "shown": MINE}, "move": {"down": True}}

    with pytest.raises(palette.MissingError):
        getattr(palette, does)(workspace, code="gone", by=actor, **more.get(does, {}))


def test_pairs_are_known_by_their_colours(workspace: Workspace, actor: Actor) -> None:
    palette.add(workspace, Look("Other sky", "#86c5ff", "#000000"), by=actor)

    assert palette.names(workspace)["#86c5ff", "#000000"] == "Sky"
    assert ("#86c5ff", "#ffffff") not in palette.names(workspace)


def test_a_change_is_logged_and_lists_are_drawn_anew(
    source: Source, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    before = source.version

    palette.add(source.workspace, MINE, by=actor)

    source.refresh_from_db()
    assert source.version != before
    [line] = [record for record in caplog.records if record.name == "integrations.audit"]
    assert line.event == "palette-added"
    assert line.facts["actor"] == "local:mia@example.com"
    assert line.facts["background"] == "#123456"
