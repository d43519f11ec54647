"""What the client asks for, and what it makes of answers that only a broken service gives."""

import logging

import pytest
import requests
import responses

from focusadmin.outbound import Outbound
from integrations.focus import (
    BadResponseError,
    BasicLogin,
    FocusClient,
    FocusError,
    Quota,
    Scope,
    UnavailableError,
)
from integrations.focus.decoding import MOST_ENTRIES, MOST_VALUES
from integrations.focus.resources import Calendar
from tests.focus.conftest import BASE, CALENDARS, CONSENT, KEY, MakeClient


@pytest.mark.parametrize(
    "base",
    [
        "https://focus.example.com",
        "https://focus.example.com/",
        "https://focus.example.com/api",
        " https://focus.example.com/api// ",
    ],
)
def test_the_base_may_or_may_not_end_in_api(
    wire: responses.RequestsMock, make_client: MakeClient, base: str
) -> None:
    wire.get(f"{BASE}/users/me/settings", json={"current_workspace_id": 4400001})

    assert make_client(base).settings().current_workspace_id == 4400001


def test_the_scope_follows_from_whether_the_organization_is_known(
    wire: responses.RequestsMock, make_client: MakeClient
) -> None:
    wire.get(f"{BASE}/workspaces/4400002/integrations/calendar", body="null")
    wire.get(f"{BASE}/organizations/-5/workspaces/4400002/integrations/calendar", body="null")

    make_client(scope=Scope(4400002)).list_accounts()
    make_client(scope=Scope(4400002, -5)).list_accounts()

    assert [call.request.url for call in wire.calls] == [
        f"{BASE}/workspaces/4400002/integrations/calendar",
        f"{BASE}/organizations/-5/workspaces/4400002/integrations/calendar",
    ]


def test_it_sends_its_key_and_accepts_any_type(
    wire: responses.RequestsMock, focus: FocusClient
) -> None:
    wire.get(CALENDARS, body="[]", content_type="text/plain")

    focus.list_accounts()

    sent = wire.calls[0].request.headers
    assert sent["Authorization"] == f"Bearer {KEY}"
    assert "text/plain" in sent["Accept"]
    assert "*/*" in sent["Accept"]
    assert "Cookie" not in sent


def test_it_signs_in_with_a_password(wire: responses.RequestsMock, make_client: MakeClient) -> None:
    wire.get(CALENDARS, body="[]")

    make_client(credentials=BasicLogin("alex@example.com", "wörd")).list_accounts()

    assert wire.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_it_sends_a_calendar_back_as_it_was_read(
    wire: responses.RequestsMock, focus: FocusClient, calendar: Calendar
) -> None:
    wire.put(f"{CALENDARS}/7/calendars/9", status=204)

    assert focus.update_calendar(calendar, {"name": "New", "selected": None}) is None

    request = wire.calls[0].request
    assert request.body == (
        b'{"calendar_id":9, "x":1.10,"name":"New","y":"\\u0000","selected":null}'
    )
    assert request.headers["Content-Type"] == "application/json"


def test_it_sends_nothing_when_a_calendar_cannot_be_sent_back(
    focus: FocusClient, calendar: Calendar
) -> None:
    broken = Calendar(
        **{name: getattr(calendar, name) for name in calendar.__struct_fields__[:-1]}, raw=b"{"
    )

    with pytest.raises(BadResponseError) as caught:
        focus.update_calendar(broken, {"name": "New"})

    assert not caught.value.sent


@pytest.mark.parametrize(
    ("body", "ids"),
    [("", None), (" ", None), ("null", None), ("[]", []), ('{"items":null}', [])],
)
def test_an_update_may_answer_with_nothing(
    wire: responses.RequestsMock,
    focus: FocusClient,
    calendar: Calendar,
    body: str,
    ids: list[int] | None,
) -> None:
    wire.put(f"{CALENDARS}/7/calendars/9", body=body)

    found = focus.update_calendar(calendar, {})

    assert (found if found is None else [item.calendar_id for item in found.items]) == ids


@pytest.mark.parametrize("body", ["<html>", "{}", "true", "[1,"])
def test_a_success_with_a_wrong_body_is_an_error(
    wire: responses.RequestsMock, focus: FocusClient, calendar: Calendar, body: str
) -> None:
    wire.put(f"{CALENDARS}/7/calendars/9", body=body)
    wire.delete(f"{CALENDARS}/7", body=body)
    wire.post(f"{CALENDARS}/7/update", body=body)
    wire.get(f"{CALENDARS}/7", body=body)

    for ask in (
        lambda: focus.update_calendar(calendar, {}),
        lambda: focus.disconnect(7, preserve_entities=True),
        lambda: focus.refresh(7),
        lambda: focus.list_calendars(7),
    ):
        with pytest.raises(BadResponseError) as caught:
            ask()
        assert (caught.value.status, caught.value.sent) == (200, True)
        assert caught.value.__suppress_context__


def test_it_says_what_shall_become_of_planned_entries_and_new_calendars(
    wire: responses.RequestsMock, focus: FocusClient
) -> None:
    wire.delete(f"{CALENDARS}/7", status=204)
    wire.post(f"{CALENDARS}/7/update", body="[]")

    focus.disconnect(7, preserve_entities=True)
    focus.disconnect(7, preserve_entities=False)
    focus.refresh(7)
    focus.refresh(7, focus_auto_track_default=True)
    focus.refresh(7, focus_auto_track_default=False)

    assert [requests.compat.urlsplit(call.request.url).query for call in wire.calls] == [
        "preserve_entities=true",
        "preserve_entities=false",
        "",
        "focus_auto_track_default=true",
        "focus_auto_track_default=false",
    ]
    assert wire.calls[2].request.body is None


def test_it_remembers_quota_trace_and_calls(
    wire: responses.RequestsMock, focus: FocusClient
) -> None:
    wire.get(CALENDARS, body="[]", headers={"X-Toggl-Quota-Remaining": "5"})
    wire.get(CALENDARS, status=404, json={"trace_id": "trace-1"})

    focus.list_accounts()
    assert (focus.quota, focus.trace_id, focus.calls) == (Quota(5), "", 1)

    with pytest.raises(FocusError) as caught:
        focus.list_accounts()
    assert (focus.quota, focus.trace_id, focus.calls) == (Quota(5), "trace-1", 2)
    assert (caught.value.quota, caught.value.trace_id) == (Quota(5), "trace-1")


def test_it_passes_on_that_nothing_was_sent(make_client: MakeClient) -> None:
    with pytest.raises(UnavailableError) as refused:
        make_client("http://127.0.0.1:1").list_accounts()
    assert (refused.value.sent, refused.value.status) == (False, None)


def test_an_answer_that_is_too_large_is_a_bad_one(
    wire: responses.RequestsMock, make_client: MakeClient
) -> None:
    wire.get(CALENDARS, body="[" + " " * 1000 + "]")
    focus = make_client(transport=Outbound(max_bytes=100))

    with pytest.raises(BadResponseError) as caught:
        focus.list_accounts()

    assert (caught.value.sent, focus.calls) == (True, 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[" + "{}," * MOST_ENTRIES + "{}]", id="objects"),
        pytest.param("[" + "7," * MOST_ENTRIES + "7]", id="numbers"),
        pytest.param('[{"scopes": [' + "7," * (MOST_VALUES + 1) + "7]}]", id="values of one"),
    ],
)
def test_an_answer_that_holds_more_than_anybody_has_is_a_bad_one(
    wire: responses.RequestsMock, make_client: MakeClient, body: str
) -> None:
    wire.get(CALENDARS, body=body)

    with pytest.raises(BadResponseError):
        make_client().list_accounts()


def test_an_answer_may_hold_as_much_as_that(
    wire: responses.RequestsMock, make_client: MakeClient
) -> None:
    wire.get(CALENDARS, body="[" + "{}," * (MOST_ENTRIES - 1) + "{}]")

    assert len(make_client().list_accounts().unreadable) == MOST_ENTRIES


@pytest.mark.parametrize(
    "failure",
    [
        requests.ReadTimeout(KEY),
        requests.exceptions.ChunkedEncodingError(KEY),
        ValueError(KEY),
        RecursionError(KEY),
    ],
)
def test_no_failure_of_the_wire_leaves_the_family(
    wire: responses.RequestsMock, focus: FocusClient, failure: Exception
) -> None:
    wire.get(CALENDARS, body=failure)

    with pytest.raises(UnavailableError) as caught:
        focus.list_accounts()

    assert caught.value.sent
    assert KEY not in f"{caught.value} {caught.value.__cause__!r}"


def test_its_log_names_the_request_and_no_secret(
    wire: responses.RequestsMock, focus: FocusClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.get(f"{CALENDARS}/setup", status=302, headers={"Location": CONSENT})

    focus.setup("google", "https://admin.example.com/return/nonce-123")

    lines = [record.getMessage() for record in caplog.records if "focus" in record.name]
    assert lines and lines[0].startswith("GET /integrations/calendar/setup: 302 in ")
    for secret in (KEY, "nonce-123", "secret-state"):
        assert secret not in caplog.text
