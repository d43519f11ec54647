from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.focus import fields

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, 7),
        (-7, -7),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (None, "id-missing"),
        (0, "id-zero"),
        (True, "id-boolean"),
        (False, "id-boolean"),
        (7.0, "id-fraction"),
        (0.0, "id-fraction"),
        ("7", "id-text"),
        (2**63, "id-out-of-range"),
        (-(2**63) - 1, "id-out-of-range"),
        ([7], "id-odd"),
        ({}, "id-odd"),
    ],
)
def test_an_id_is_a_whole_number_or_a_reason(value: Any, expected: int | str) -> None:
    assert fields.read_id(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Team", "Team"),
        (7, "7"),
        (1.5, "1.5"),
        (None, ""),
        (True, ""),
        ([], ""),
        ("a\x00b\ud800c", "a\ufffdb\ufffdc"),
    ],
)
def test_text_is_always_text(value: Any, expected: str) -> None:
    assert fields.read_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("#fff", "#fff"), ("", ""), (None, None), (7, None)]
)
def test_optional_text_is_text_or_nothing(value: Any, expected: str | None) -> None:
    assert fields.read_optional_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0, False),
        (2, None),
        ("true", True),
        (" False ", False),
        ("yes", None),
        (None, None),
        (1.0, None),
        ([], None),
    ],
)
def test_a_flag_is_yes_no_or_not_known(value: Any, expected: bool | None) -> None:
    assert fields.read_flag(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, 7),
        (0, 0),
        (7.0, 7),
        ("7", 7),
        (" -7 ", -7),
        (7.5, None),
        ("seven", None),
        ("9" * 5000, None),
        (2**63, None),
        (1e300, None),
        (float("inf"), None),
        (float("nan"), None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_a_number_is_a_number_or_not_known(value: Any, expected: int | None) -> None:
    assert fields.read_number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", 7, "b\x00"], ("a", "b\ufffd")),
        ("a  b", ("a", "b")),
        (None, ()),
        ({}, ()),
    ],
)
def test_texts_are_those_of_a_list_or_the_words_of_one(
    value: Any, expected: tuple[str, ...]
) -> None:
    assert fields.read_texts(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-08-03T12:00:00Z", datetime(2026, 8, 3, 12, tzinfo=UTC)),
        ("2026-08-03T12:00:00.123456789Z", datetime(2026, 8, 3, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-08-03T14:00:00+02:00", datetime(2026, 8, 3, 12, tzinfo=UTC)),
        ("2026-08-03T12:00:00", datetime(2026, 8, 3, 12, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("2026-13-45T99:00:00Z", None),
        ("2026" * 20, None),
        ("", None),
        (None, None),
        (1785758400, None),
    ],
)
def test_a_time_is_aware_or_not_known(value: Any, expected: datetime | None) -> None:
    found = fields.read_time(value)

    assert found == expected
    assert found is None or found.tzinfo is UTC


def test_a_time_survives_every_zone() -> None:
    found = fields.read_time("1900-01-01T00:00:00Z")

    assert found is not None
    assert found.astimezone(timezone(timedelta(hours=-23))).year == 1899


@given(ANYTHING)
def test_no_value_makes_a_reader_raise(value: Any) -> None:
    readers = (
        fields.read_id,
        fields.read_text,
        fields.read_optional_text,
        fields.read_flag,
        fields.read_number,
        fields.read_texts,
        fields.read_time,
    )

    for read in readers:
        read(value)
    assert "\x00" not in fields.read_text(value)
    fields.read_text(value).encode()
