"""One odd entry never hides the others."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integrations.focus import Listing, Unreadable, decode_account, decode_calendar
from integrations.focus.decoding import decode_accounts, decode_calendars, decode_settings
from tests.focus.entries import ACCOUNT, CALENDAR, calendars, entry
from tests.focus.jsontext import VALUES


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
