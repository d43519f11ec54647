import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.focus import JSON, member_names, replace_members
from integrations.focus.members import array_entries, object_members
from tests.focus.jsontext import OBJECTS, SPACE, VALUES, arrays

CHANGES = st.dictionaries(
    st.sampled_from(["name", "selected", "new"]) | st.text(max_size=5),
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers()),
    max_size=3,
)


def pairs(text: bytes) -> Any:
    """Names and values in order, duplicates included, numbers as they are written."""
    return json.loads(text, object_pairs_hook=list, parse_float=str, parse_int=str)


def values(text: bytes) -> list[tuple[str, bytes]]:
    return [(member.name, text[member.start : member.end]) for member in object_members(text)]


def test_it_replaces_in_place_and_leaves_the_rest_byte_for_byte() -> None:
    text = b' { "a" : 1.10 ,\n"name":"old", "z":{"deep":[1e400,"\\u0000\\ud83d"]} } '

    changed = replace_members(text, {"name": "new \U0001f600", "selected": True})

    assert changed == (
        b' { "a" : 1.10 ,\n"name":"new \\ud83d\\ude00", '
        b'"z":{"deep":[1e400,"\\u0000\\ud83d"]},"selected":true } '
    )


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        (b"{}", {}, b"{}"),
        (b" { } ", {"a": 1}, b' {"a":1 } '),
        (b"{}", {"a": 1, "b": None}, b'{"a":1,"b":null}'),
        (b'{"a":1,"a":2}', {"a": 3}, b'{"a":3,"a":3}'),
        (b'{"n\\u0061me":1}', {"name": 2}, b'{"n\\u0061me":2}'),
        (b'{"Name":1}', {"name": 2}, b'{"Name":1,"name":2}'),
        (b'{"a":{"name":1}}', {"name": 2}, b'{"a":{"name":1},"name":2}'),
        (b'{"a":"\\ud800"}', {"b": "\ud800"}, b'{"a":"\\ud800","b":"\\ud800"}'),
        (b'{"":1}', {"": 2}, b'{"":2}'),
    ],
)
def test_it_handles_names_as_a_reader_would(
    text: bytes, changes: dict[str, JSON], expected: bytes
) -> None:
    assert replace_members(text, changes) == expected


@given(OBJECTS, SPACE)
def test_it_changes_nothing_when_nothing_is_asked(text: str, space: str) -> None:
    raw = f"{space}{text}{space}".encode()

    assert replace_members(raw, {}) == raw


@given(OBJECTS, CHANGES)
def test_it_changes_what_is_asked_and_nothing_else(text: str, changes: dict[str, JSON]) -> None:
    raw = text.encode()

    changed = replace_members(raw, changes)

    written = {name: json.dumps(value).encode() for name, value in changes.items()}
    known = {name for name, _ in values(raw)}
    expected = [(name, written.get(name, value)) for name, value in values(raw)]
    added = [(name, value) for name, value in written.items() if name not in known]
    assert values(changed) == expected + added
    assert [name for name, _ in pairs(changed)] == [name for name, _ in expected + added]


@given(OBJECTS)
def test_it_cuts_an_object_where_a_parser_would(text: str) -> None:
    raw = text.encode()

    found = [(name, pairs(value)) for name, value in values(raw)]

    assert found == pairs(raw)


@given(arrays(VALUES), SPACE)
def test_it_cuts_an_array_where_a_parser_would(text: str, space: str) -> None:
    raw = f"{space}{text}{space}".encode()

    assert [pairs(entry) for entry in array_entries(raw)] == pairs(raw)


def test_it_walks_deep_nesting() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000

    assert list(array_entries(b"[" + deep + b",1]")) == [deep, b"1"]


@pytest.mark.parametrize(
    "text",
    [b"", b"[", b"[1", b"[1 2]", b"[,]", b"[[1]", b"[[1", b'["', b"[1,", b"{}"],
)
def test_it_refuses_what_is_not_an_array(text: bytes) -> None:
    with pytest.raises(ValueError, match="expected|unbalanced"):
        list(array_entries(text))


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b'{"a"}', b'{"a":}', b'{"a":1', b'{"a":1 "b":2}', b"{1:2}", b"{a:2}", b"[]"],
)
def test_it_refuses_what_is_not_an_object(text: bytes) -> None:
    with pytest.raises(ValueError):
        list(object_members(text))


def test_it_refuses_a_value_that_json_cannot_say() -> None:
    with pytest.raises(ValueError):
        replace_members(b"{}", {"a": float("nan")})


def test_it_names_the_members() -> None:
    assert member_names(b'{"a":1,"n\\u0061me":{"deep":2},"a":3}') == {"a", "name"}
