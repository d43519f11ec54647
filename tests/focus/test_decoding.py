"""Both descriptions of an answer, and everything that is neither."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integrations.focus import Calendar, Listing, Unreadable, decode_account, decode_calendar
from integrations.focus.decoding import decode_accounts, decode_calendars, decode_settings
from tests.focus.jsontext import VALUES

CALENDAR: dict[str, Any] = {
    "calendar_id": 9,
    "calendar_integration_id": 7,
    "external_id": "team@group.calendar.example.com",
    "name": "Team",
    "background_color": "#336699",
    "foreground_color": "#ffffff",
    "selected": True,
    "default_workspace_id": 4400001,
    "default_project_id": 0,
    "default_planned_task_id": None,
    "remind_tracking": False,
    "auto_track": True,
    "focus_auto_track": False,
    "default_action": "track",
    "created_at": "2026-08-03T12:00:00Z",
    "updated_at": "2026-08-03T12:00:00.5Z",
    "deleted_at": None,
}
ACCOUNT: dict[str, Any] = {
    "calendar_integration_id": 7,
    "email": "alex@example.com",
    "provider": "google",
    "error_status": "",
    "has_write_scope": True,
    "auto_track": False,
    "scopes": ["calendar.readonly"],
    "origin_product_id": 3,
    "created_at": "2026-08-03T12:00:00Z",
    "calendars": [CALENDAR],
}


def entry(body: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps(body | changes).encode()


def calendars(*entries: bytes) -> Listing[Calendar]:
    return decode_calendars(b"[" + b",".join(entries) + b"]", 7)


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


@pytest.mark.parametrize(
    ("odd", "reason", "label"),
    [
        (b"7", "not-an-object", ""),
        (b"null", "not-an-object", ""),
        (b"[]", "not-an-object", ""),
        (b"{}", "id-missing", ""),
        (entry(CALENDAR, calendar_id=None), "id-missing", "Team"),
        (entry(CALENDAR, calendar_id=0), "id-zero", "Team"),
        (entry(CALENDAR, calendar_id=True), "id-boolean", "Team"),
        (entry(CALENDAR, calendar_id=9.0), "id-fraction", "Team"),
        (entry(CALENDAR, calendar_id="9"), "id-text", "Team"),
        (entry(CALENDAR, calendar_id=2**63), "id-out-of-range", "Team"),
        (entry(CALENDAR, calendar_id=10**19), "id-out-of-range", "Team"),
        (b'{"calendar_id":' + b"9" * 5000 + b"}", "id-fraction", ""),
        (b'{"calendar_id":1e400}', "id-fraction", ""),
        (entry(CALENDAR, calendar_id=[9]), "id-odd", "Team"),
        (entry(CALENDAR, calendar_id=1), "id-duplicate", "Team"),
        (b'{"calendar_id":9,"name":"\xff"}', "not-utf8", ""),
        (b'{"calendar_id":9,"unknown":"\xff"}', "not-utf8", ""),
    ],
)
def test_one_odd_entry_never_hides_the_others(odd: bytes, reason: str, label: str) -> None:
    found = calendars(entry(CALENDAR, calendar_id=1), odd, entry(CALENDAR, calendar_id=2))

    assert [calendar.calendar_id for calendar in found.items] == [1, 2]
    assert found.unreadable == (Unreadable(reason, label, odd),)


@pytest.mark.parametrize(
    "member",
    [
        b'"name":"Te\\ud83dam"',
        b'"unknown":"\\ud83d"',
        b'"unknown":NaN',
        b'"selected":Infinity',
        b'"default_project_id":' + b"9" * 5000,
        b'"default_project_id":1e400',
        b'"created_at":-1e999',
        b'"default_action":{"deep":[[[]]]}',
        b'"foreground_color":7',
        b'"unknown":' + b"[" * 300 + b"]" * 300,
    ],
    ids=lambda member: repr(member[:30]),
)
def test_an_odd_member_leaves_the_entry_readable_and_its_bytes_alone(member: bytes) -> None:
    odd = b'{"calendar_id":9, ' + member + b"}"

    found = calendars(odd, entry(CALENDAR, calendar_id=2))

    assert [calendar.calendar_id for calendar in found.items] == [9, 2]
    assert found.items[0].raw == odd


def test_text_is_safe_to_store_and_its_bytes_are_kept() -> None:
    raw = b'{"calendar_id":9,"name":"a\\u0000b\\ud83dc","external_id":"\\u0000"}'

    (calendar,) = calendars(raw).items

    assert calendar.name == "a\ufffdb\ufffdc"
    assert calendar.external_id == "\ufffd"
    assert calendar.raw == raw


def test_a_calendar_belongs_to_the_account_it_names_or_was_found_in() -> None:
    found = calendars(
        entry(CALENDAR, calendar_id=1, calendar_integration_id=8),
        entry(CALENDAR, calendar_id=2, calendar_integration_id="8"),
        entry(CALENDAR, calendar_id=3, calendar_integration_id=0),
    )

    assert [calendar.integration_id for calendar in found.items] == [8, 7, 7]


@pytest.mark.parametrize(
    ("nested", "unreadable"),
    [
        (None, ()),
        ([], ()),
        (7, (Unreadable("not-a-list", "", b"7"),)),
        ("none", (Unreadable("not-a-list", "", b'"none"'),)),
        ([7], (Unreadable("not-an-object", "", b"7"),)),
    ],
)
def test_an_account_shows_even_when_its_calendars_are_odd(
    nested: Any, unreadable: tuple[Unreadable, ...]
) -> None:
    (account,) = decode_accounts(b"[" + entry(ACCOUNT, calendars=nested) + b"]").items

    assert account.calendars == Listing((), unreadable)


@pytest.mark.parametrize("extra", [b"", b',"x":"\\ud83d"'])
def test_an_account_without_calendars_has_none(extra: bytes) -> None:
    account = decode_account(b'{"calendar_integration_id":7' + extra + b"}")

    assert not isinstance(account, Unreadable)
    assert account.calendars == Listing()
    assert (account.email, account.has_write_scope, account.created_at) == ("", None, None)


def test_an_odd_account_keeps_its_calendars() -> None:
    inner = entry(CALENDAR)
    raw = (
        b'{"calendar_integration_id":7,"email":"\\ud83d","calendars":[7],"calendars":[%s]}' % inner
    )

    account = decode_account(raw)

    assert not isinstance(account, Unreadable)
    assert account.email == "\ufffd"
    assert [calendar.raw for calendar in account.calendars.items] == [inner]


def test_accounts_that_cannot_be_addressed_are_named() -> None:
    found = decode_accounts(
        b"[%s,%s,%s]" % (entry(ACCOUNT), entry(ACCOUNT), entry(ACCOUNT, calendar_integration_id=0))
    )

    assert len(found.items) == 1
    assert [(odd.reason, odd.label) for odd in found.unreadable] == [
        ("id-duplicate", "alex@example.com"),
        ("id-zero", "alex@example.com"),
    ]


@pytest.mark.parametrize("raw", [b"{", b'{"calendar_id":9', b'{"a":' * 5000 + b"1" + b"}" * 5000])
def test_a_stored_entry_that_is_no_json_is_unreadable(raw: bytes) -> None:
    assert decode_calendar(raw, 7) == Unreadable("not-json", "", raw)
    assert decode_account(raw) == Unreadable("not-json", "", raw)


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


@given(st.lists(VALUES, max_size=4))
@example(['{"calendar_id":1}', '{"calendar_id":1}'])
def test_any_list_of_json_is_read_entry_by_entry(entries: list[str]) -> None:
    body = f"[{','.join(entries)}]".encode()

    for found in (decode_calendars(body, 7), decode_accounts(body)):
        assert len(found.items) + len(found.unreadable) == len(entries)
        assert {item.raw for item in (*found.items, *found.unreadable)} == {
            text.strip().encode() for text in entries
        }


@given(st.binary() | VALUES.map(str.encode))
def test_any_bytes_are_a_listing_or_a_clear_error(body: bytes) -> None:
    for decode in (decode_accounts, lambda text: decode_calendars(text, 7), decode_settings):
        try:
            assert decode(body) is not None
        except ValueError as error:
            assert str(error)
