"""Whatever the service answers, the client returns a resource or raises its own error."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from focusadmin.outbound import Outbound
from integrations.focus import (
    BearerKey,
    Calendar,
    FocusClient,
    FocusError,
    Rule,
    Scope,
    decode_calendar,
    decode_rule,
)
from tests.focus.conftest import BASE, KEY, ORIGINS
from tests.focus.jsontext import VALUES

TRANSPORT = Outbound()
BODIES = VALUES.map(str.encode) | VALUES.map(lambda text: f"[{text}]".encode()) | st.binary()
STATUSES = st.sampled_from([200, 201, 204, 206, 300, 302, 400, 401, 402, 404, 429, 500, 599])
HEADERS = st.dictionaries(
    st.sampled_from(["Location", "X-Toggl-Quota-Remaining", "X-Toggl-Quota-Resets-In"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
    | st.integers().map(str),
)


def calendar() -> Calendar:
    found = decode_calendar(b'{"calendar_id":9}', 7)
    assert isinstance(found, Calendar)
    return found


def rule() -> Rule:
    found = decode_rule(b'{"id":9}')
    assert isinstance(found, Rule)
    return found


OPERATIONS: dict[str, Callable[[FocusClient], Any]] = {
    "list_accounts": lambda focus: focus.list_accounts(),
    "list_calendars": lambda focus: focus.list_calendars(7),
    "setup": lambda focus: focus.setup("google"),
    "reauth": lambda focus: focus.reauth(7, "https://admin.example.com/", preserve_scope=True),
    "refresh": lambda focus: focus.refresh(7),
    "update_calendar": lambda focus: focus.update_calendar(calendar(), {"name": "New"}),
    "disconnect": lambda focus: focus.disconnect(7, preserve_entities=True),
    "settings": lambda focus: focus.settings(),
    "hide_events": lambda focus: focus.hide_events(7, 9, ["a"]),
    "list_mappings": lambda focus: focus.list_mappings(),
    "get_mapping": lambda focus: focus.get_mapping(9),
    "create_mapping": lambda focus: focus.create_mapping("New", 1, None),
    "replace_mapping": lambda focus: focus.replace_mapping(rule(), "New", 1, None),
    "delete_mapping": lambda focus: focus.delete_mapping(9),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@given(status=STATUSES, body=BODIES, headers=HEADERS)
def test_any_answer_is_understood_or_a_clear_error(
    operation: str, status: int, body: bytes, headers: dict[str, str]
) -> None:
    focus = FocusClient(
        BASE, BearerKey(KEY), TRANSPORT, scope=Scope(4400001), consent_origins=ORIGINS
    )
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        for method in ("GET", "PUT", "POST", "DELETE"):
            wire.add(method, re.compile(".*"), status=status, body=body, headers=headers)
        try:
            OPERATIONS[operation](focus)
        except FocusError as error:
            assert error.sent
            assert str(error).encode()
