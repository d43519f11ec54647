"""Both descriptions of an answer, and everything that is neither."""

import json
from datetime import UTC, datetime

import pytest

from integrations.focus import Listing, Unreadable, decode_account
from integrations.focus.decoding import decode_accounts, decode_calendars, decode_settings
from tests.focus.entries import ACCOUNT, CALENDAR, calendars, entry


def test_it_reads_every_member_of_an_account_and_its_calendars() -> None:
    body = entry(ACCOUNT)

    (account,) = decode_accounts(b" [ " + body + b" ]\n").items

    (calendar,) = account.calendars.items
    noon = datetime(2026, 8, 3, 12, tzinfo=UTC)
    assert account.raw == body
    assert (account.integration_id, account.email, account.provider) == (
        7,
        "alex@example.com",
        "google",
    )
    assert (account.error_status, account.has_write_scope, account.auto_track) == ("", True, False)
    assert (account.scopes, account.origin_product_id) == (("calendar.readonly",), 3)
    assert account.created_at == noon
    assert (calendar.calendar_id, calendar.integration_id, calendar.name) == (9, 7, "Team")
    assert calendar.external_id == "team@group.calendar.example.com"
    assert (calendar.background_color, calendar.foreground_color) == ("#336699", "#ffffff")
    assert (calendar.default_workspace_id, calendar.default_project_id) == (4400001, 0)
    assert (calendar.default_planned_task_id, calendar.default_action) == (None, "track")
    assert (calendar.selected, calendar.remind_tracking) == (True, False)
    assert (calendar.auto_track, calendar.focus_auto_track) == (True, False)
    assert (calendar.created_at, calendar.deleted_at) == (noon, None)
    assert calendar.updated_at == noon.replace(microsecond=500_000)
    assert json.loads(calendar.raw) == CALENDAR


@pytest.mark.parametrize(
    "body",
    [
        b"[%s]",
        b'{"items":[%s]}',
        b' {"more":1,"items": [ %s ] ,"z":2} ',
        b'{"items":null,"items":[%s]}',
        b'{"items":[%s],"name":"\\ud83d"}',
    ],
)
def test_it_accepts_both_descriptions_of_a_list(body: bytes) -> None:
    found = decode_calendars(body % entry(CALENDAR), 7)

    assert [calendar.calendar_id for calendar in found.items] == [9]
    assert found.unreadable == ()


@pytest.mark.parametrize("body", [b"null", b" null\n", b"[]", b'{"items":null}', b'{"items":[]}'])
def test_it_takes_nothing_for_an_empty_list(body: bytes) -> None:
    assert decode_accounts(body) == Listing((), ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"<html>",
        b"true",
        b"7",
        b'"text"',
        b"{}",
        b'{"data":[]}',
        b'{"items":7}',
        b'{"items":{"items":[]}}',
        b'{"items":[',
        b'{"items":"\\ud83d"}',
        b"[1,",
        b"[] []",
        b"\xef\xbb\xbf[]",
        b"[\xff]",
        b"[NaN",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"items":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_it_refuses_what_is_no_list(body: bytes) -> None:
    with pytest.raises(ValueError):
        decode_accounts(body)
    with pytest.raises(ValueError):
        decode_calendars(body, 7)


def test_a_calendar_belongs_to_the_account_it_names_or_was_found_in() -> None:
    found = calendars(
        entry(CALENDAR, calendar_id=1, calendar_integration_id=8),
        entry(CALENDAR, calendar_id=2, calendar_integration_id="8"),
        entry(CALENDAR, calendar_id=3, calendar_integration_id=0),
    )

    assert [calendar.integration_id for calendar in found.items] == [8, 7, 7]


@pytest.mark.parametrize("extra", [b"", b',"x":"\\ud83d"'])
def test_an_account_without_calendars_has_none(extra: bytes) -> None:
    account = decode_account(b'{"calendar_integration_id":7' + extra + b"}")

    assert not isinstance(account, Unreadable)
    assert account.calendars == Listing()
    assert (account.email, account.has_write_scope, account.created_at) == ("", None, None)


@pytest.mark.parametrize(
    ("body", "workspace"),
    [
        (b'{"current_workspace_id":4400001}', 4400001),
        (b'{"current_workspace_id":"4400001","x":"\\ud83d"}', 4400001),
        (b'{"current_workspace_id":null}', None),
        (b"{}", None),
    ],
)
def test_it_reads_the_settings(body: bytes, workspace: int | None) -> None:
    assert decode_settings(body).current_workspace_id == workspace


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b"\xff", b"[" * 100_000])
def test_it_refuses_settings_that_are_no_object(body: bytes) -> None:
    with pytest.raises(ValueError):
        decode_settings(body)
