"""PUT replaces the whole object, and keeps what nobody here has heard of."""

import json
from typing import Any

import pytest
import requests

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS, SCOPES, call

PATH = f"{ACCOUNTS}/710001/calendars/810002"


def put(box: Sandbox, body: Any, path: str = PATH) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return call(box, "PUT", path, data=data, headers={"Content-Type": "application/json"})


def stored(box: Sandbox) -> dict[str, Any]:
    """The calendar as a later reader sees it."""
    [found] = [
        c for c in call(box, "GET", f"{ACCOUNTS}/710001").json() if c["calendar_id"] == 810002
    ]
    return dict(found)


@pytest.mark.parametrize("scope", SCOPES)
def test_it_stores_the_whole_object(box: Sandbox, scope: str) -> None:
    before = stored(box)
    wished = {**before, "background_color": "#123456", "selected": False, "x_new": {"a": [1, None]}}

    answer = put(box, wished, f"{scope}/integrations/calendar/710001/calendars/810002")

    assert (answer.status_code, answer.content) == (204, b"")
    after = stored(box)
    assert after.pop("updated_at") > before["updated_at"]
    assert after == {k: v for k, v in wished.items() if k != "updated_at"}


def test_it_answers_with_the_calendars_as_documented(box: Sandbox) -> None:
    box.switches.dialect = "documented"

    answer = put(box, {"name": "Renamed"})

    assert answer.status_code == 200
    assert [c["name"] for c in answer.json()["items"]].count("Renamed") == 1


def test_a_field_left_out_is_reset(box: Sandbox) -> None:
    put(box, {"name": "Only a name"})

    after = stored(box)
    assert after["background_color"] == after["foreground_color"] == after["default_action"] == ""
    assert after["selected"] is after["auto_track"] is after["focus_auto_track"] is False
    assert after["default_planned_task_id"] is after["default_project_id"] is None
    assert after["external_id"] == "c810002@group.calendar.example.com"


def test_the_documented_service_does_not_reset_what_it_does_not_know(box: Sandbox) -> None:
    box.world.calendar(710001, 810002)["focus_auto_track"] = True
    box.switches.dialect = "documented"

    put(box, {"name": "Only a name", "focus_auto_track": False})

    assert box.world.calendar(710001, 810002)["focus_auto_track"] is True


def test_ids_and_times_are_the_services_own(box: Sandbox) -> None:
    before = stored(box)

    put(box, {**before, "calendar_id": 7, "calendar_integration_id": 8, "created_at": "never"})

    after = stored(box)
    assert after["calendar_id"] == 810002
    assert after["calendar_integration_id"] == 710001
    assert after["created_at"] == before["created_at"]


def test_every_seeded_calendar_can_be_sent_back_as_it_was_read(box: Sandbox) -> None:
    for account in call(box, "GET", ACCOUNTS).json():
        for calendar in account["calendars"]:
            number, owner = calendar["calendar_id"], account["calendar_integration_id"]
            assert put(box, calendar, f"{ACCOUNTS}/{owner}/calendars/{number}").status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"name": "\xff"}',
        b'{"name": NaN}',
        b'{"x": 1e999}',
        b"[" * 100_000,
        {"name": 7},
        {"external_id": []},
        {"selected": "true"},
        {"selected": 1},
        {"default_project_id": True},
        {"default_project_id": 1.5},
        {"default_project_id": 2**63},
        {"calendar_id": "810002"},
    ],
)
def test_it_refuses_what_is_no_calendar(box: Sandbox, body: Any) -> None:
    before = stored(box)

    answer = put(box, body)

    assert answer.status_code == 400
    assert answer.json()["error"] in ("bad_request", "validation_error")
    assert stored(box) == before


@pytest.mark.parametrize("path", ["710001/calendars/1", "710002/calendars/810002", "1/calendars/1"])
def test_it_does_not_find_other_calendars(box: Sandbox, path: str) -> None:
    assert put(box, {}, f"{ACCOUNTS}/{path}").status_code == 404


def test_it_refuses_a_body_that_is_far_too_long(box: Sandbox) -> None:
    assert put(box, b" " * 1_000_001).status_code == 413


def test_it_refuses_a_body_without_a_length(box: Sandbox) -> None:
    assert call(box, "PUT", PATH, data=iter([b"{}"])).status_code == 400
