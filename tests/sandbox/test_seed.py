"""The seeded team is believable, and as odd as real ones are."""

import re
from collections import Counter
from typing import Any

import pytest

from integrations.sandbox import Sandbox


@pytest.fixture(scope="module")
def shared() -> list[dict[str, Any]]:
    """The accounts on the shared key."""
    box = Sandbox()
    return box.world.accounts(box.shared_key)


@pytest.fixture(scope="module")
def calendars(shared: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All their calendars."""
    return [c for a in shared for c in a["calendars"]]


def brightness(color: str) -> float:
    """The relative luminance of ``#rrggbb`` (WCAG 2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(calendar: dict[str, Any]) -> float:
    """The contrast of a calendar's two colours; 21 when they are not both ``#rrggbb``."""
    pair = [calendar["background_color"] or "", calendar["foreground_color"] or ""]
    if not all(re.fullmatch("#[0-9a-f]{6}", color) for color in pair):
        return 21.0
    low, high = sorted(brightness(color) for color in pair)
    return (high + 0.05) / (low + 0.05)


def test_there_are_several_people_with_keys_nobody_takes_for_real() -> None:
    people = Sandbox().world.people

    assert people[0].name == "Alex Admin"
    assert len(people) >= 3
    for person in people:
        assert re.fullmatch(r"toggl_sk_([0-9a-f]{2})\1{15}", person.key)


def test_six_accounts_hold_thirty_calendars(
    shared: list[dict[str, Any]], calendars: list[dict[str, Any]]
) -> None:
    assert (len(shared), len(calendars)) == (6, 30)
    assert {a["provider"] for a in shared} == {"google", "outlook"}


def test_one_is_broken_and_some_are_read_only(shared: list[dict[str, Any]]) -> None:
    assert [a["error_status"] for a in shared if a["error_status"]] == ["invalid_grant"]
    assert {a["error_status"] for a in shared} == {"invalid_grant", "", None}
    assert Counter(a["has_write_scope"] for a in shared) == {True: 4, False: 2}


def test_names_are_as_odd_as_real_ones(calendars: list[dict[str, Any]]) -> None:
    names = [c["name"] for c in calendars]

    assert "" in names
    assert names.count("Meeting room") == 2
    assert max(len(name) for name in names) > 200
    assert any("\u0590" <= letter <= "\u05ff" for name in names for letter in name)
    assert any("\u0600" <= letter <= "\u06ff" for name in names for letter in name)
    assert any(letter >= "\U0001f300" for name in names for letter in name)


def test_colours_are_as_odd_as_real_ones(calendars: list[dict[str, Any]]) -> None:
    assert len([c for c in calendars if contrast(c) < 4.5]) >= 3
    assert any(c["background_color"] is None for c in calendars)
    assert "#fff" in {c["background_color"] for c in calendars}
    assert "lightyellow" in {c["background_color"] for c in calendars}


def test_defaults_are_null_zero_and_dead(calendars: list[dict[str, Any]]) -> None:
    projects = {c["default_project_id"] for c in calendars}
    active = {p["id"]: p["active"] for p in Sandbox().world.projects}

    assert {None, 0} < projects
    assert any(not active[number] for number in projects if number)
    assert {c["default_workspace_id"] for c in calendars} >= {None, 0, 4400001, 4400002}


def test_one_calendar_is_seen_through_two_accounts(calendars: list[dict[str, Any]]) -> None:
    seen = Counter(c["external_id"] for c in calendars)

    assert sorted(seen.values())[-2:] == [1, 2]


def test_the_key_of_somebody_else_has_accounts_of_its_own() -> None:
    world = Sandbox().world

    assert len(world.accounts("toggl_sk_" + "b0" * 16)) == 2
    with pytest.raises(LookupError, match="no person with this key"):
        world.accounts("toggl_sk_unknown")
