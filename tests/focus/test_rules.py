"""Rules and hidden events as they are read and written: whatever is odd about them."""

import json

import msgspec
import pytest
import responses

from integrations.focus import (
    BadResponseError,
    FocusClient,
    Rule,
    Unreadable,
    decode_rule,
    hidden_events,
)
from integrations.focus.rules import decode_rules
from tests.focus.conftest import ORGANIZATION

MAPPINGS = f"{ORGANIZATION}/integrations/calendar/mappings"
ONE = b'{"id": 7, "title": "Daily", "project_id": 3, "task_id": null, "x": 1.10}'


def rule(raw: bytes = ONE) -> Rule:
    found = decode_rule(raw)
    assert isinstance(found, Rule)
    return found


@pytest.mark.parametrize(
    "body",
    [b"[%b]", b'{"items": [%b]}', b'{"data": [%b], "page": 1, "per_page": 50, "total": 1}'],
)
def test_a_list_may_be_wrapped_in_three_ways(body: bytes) -> None:
    found = decode_rules(body % ONE)

    assert found.items == (rule(),)
    assert (found.unreadable, found.beyond) == ((), 0)
    assert (rule().title, rule().project_id, rule().task_id) == ("Daily", 3, None)


def test_it_is_noticed_that_a_list_was_one_page_of_more() -> None:
    assert decode_rules(b'{"data": [%b], "total": 3}' % ONE).beyond == 2
    assert decode_rules(b'{"data": [%b], "total": "many"}' % ONE).beyond == 0


@pytest.mark.parametrize("body", [b"null", b"[]", b'{"items": null}', b'{"data": null}'])
def test_no_rules_are_an_empty_list(body: bytes) -> None:
    assert decode_rules(body).items == ()


@pytest.mark.parametrize("body", [b"", b"{}", b'{"rules": []}', b'"none"', b"[", b'{"data": {}}'])
def test_what_is_no_list_is_none(body: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        decode_rules(body)


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (b"7", "not-an-object"),
        (b'{"title": "Daily"}', "id-missing"),
        (b'{"id": 0, "title": "Daily"}', "id-zero"),
        (b'{"id": "7", "title": "Daily"}', "id-text"),
        (b'{"id": 7, "title": "Daily"}', "id-duplicate"),
        (b'{"id": 8, "title": "\xff"}', "not-utf8"),
    ],
)
def test_one_odd_rule_never_hides_the_others(odd: bytes, reason: str) -> None:
    found = decode_rules(b"[%b, %b]" % (ONE, odd))

    assert found.items == (rule(),)
    assert [entry.reason for entry in found.unreadable] == [reason]


def test_odd_members_are_not_known() -> None:
    odd = rule(b'{"id": 7, "title": ["x"], "project_id": true, "task_id": 1.5}')

    assert (odd.title, odd.project_id, odd.task_id) == ("", None, None)
    assert isinstance(decode_rule(b"[]"), Unreadable)


def test_a_replaced_rule_keeps_what_nobody_here_knows(
    wire: responses.RequestsMock, focus: FocusClient
) -> None:
    wire.put(f"{MAPPINGS}/7", json=json.loads(ONE))
    raw = b'{"id": 7, "title": "Daily", "created_at": "now", "x": 1.10, "project_id": 3}'

    focus.replace_mapping(rule(raw), "Weekly", None, 9)

    sent = wire.calls[0].request.body
    assert sent == b'{"title":"Weekly","project_id":null,"task_id":9,"x":1.10}'


def test_a_rule_that_cannot_be_sent_back_is_not_sent(focus: FocusClient) -> None:
    with pytest.raises(BadResponseError) as caught:
        focus.replace_mapping(msgspec.structs.replace(rule(), raw=b"{"), "Weekly", None, 9)

    assert not caught.value.sent


@pytest.mark.parametrize("body", ["", "null"])
def test_an_answer_may_say_nothing(
    wire: responses.RequestsMock, focus: FocusClient, body: str
) -> None:
    wire.post(MAPPINGS, status=201, body=body)
    wire.put(f"{MAPPINGS}/7", body=body)
    wire.delete(f"{MAPPINGS}/7", body=body)

    assert focus.create_mapping("New", 1, None) is None
    assert focus.replace_mapping(rule(), "New", 1, None) is None
    focus.delete_mapping(7)


def test_another_rule_than_was_asked_about_is_no_answer(
    wire: responses.RequestsMock, focus: FocusClient
) -> None:
    wire.put(f"{MAPPINGS}/7", json={"id": 8, "title": "Daily"})
    wire.get(f"{MAPPINGS}/7", json={"id": 8, "title": "Daily"})

    for ask in (
        lambda: focus.get_mapping(7),
        lambda: focus.replace_mapping(rule(), "Daily", 1, None),
    ):
        with pytest.raises(BadResponseError):
            ask()


@pytest.mark.parametrize(
    ("raw", "uids"),
    [
        (b'{"ical_uids": ["a", "b"]}', ("a", "b")),
        (b'{"settings": {"ical_uids": []}}', ()),
        (b'{"settings": {"colour": 1}}', None),
        (b'{"settings": [1]}', None),
        (b'{"ical_uids": [1]}', None),
        (b'{"ical_uids": null}', None),
        (b'{"name": "ical_uids"}', None),
        (b"[]", None),
        (b"", None),
        (b'{"ical_uids": [a]}', None),
        pytest.param(b'{"ical_uids": %b}' % (b"[" * 99_999 + b"]" * 99_999), None, id="deep"),
    ],
)
def test_hidden_events_are_read_where_a_calendar_tells_of_them(
    raw: bytes, uids: tuple[str, ...] | None
) -> None:
    assert hidden_events(raw) == uids
