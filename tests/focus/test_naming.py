"""Pages of names, read as suspiciously as everything else."""

import json
from typing import Any

import pytest

from integrations.focus import decode_page
from integrations.focus.naming import MAX_NAME


def page(payload: Any) -> Any:
    return decode_page(json.dumps(payload).encode())


@pytest.mark.parametrize(
    "payload",
    [
        {"data": [{"id": 7, "name": "One"}], "page": 1, "per_page": 100, "total": 1},
        {"data": [{"id": 7, "name": "One"}]},
        {"items": [{"id": 7, "name": "One"}], "total": "1"},
        [{"id": 7, "name": "One"}],
    ],
)
def test_it_reads_every_form_that_was_seen(payload: Any) -> None:
    assert [(named.number, named.name) for named in page(payload).items] == [(7, "One")]


@pytest.mark.parametrize("payload", [None, {"data": None}, {"data": []}, []])
def test_nothing_is_an_empty_page(payload: Any) -> None:
    assert (page(payload).items, page(payload).length) == ((), 0)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"7", b'"x"', b"{}", b'{"data":{"id":7}}', b"[" * 9999]
)
def test_what_is_no_page_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever the reader says
        decode_page(body)


@pytest.mark.parametrize(
    "entry",
    [None, 7, "x", [], {}, {"id": None}, {"id": 0}, {"id": True}, {"id": "7"}, {"id": 2**63}],
)
def test_an_entry_without_a_number_is_counted_and_left_out(entry: Any) -> None:
    found = page([entry, {"id": 7, "name": "One"}])

    assert [named.number for named in found.items] == [7]
    assert found.length == 2


def test_odd_values_are_not_known() -> None:
    odd = {"name": ["x"], "color": 7, "active": "maybe", "client_id": "x", "workspace_id": {}}

    (named,) = page([{"id": 7, **odd}]).items

    assert (named.name, named.color, named.active) == ("", None, None)
    assert (named.client_id, named.project_id, named.workspace_id) == (None, None, None)


def test_long_names_are_cut_and_odd_signs_replaced() -> None:
    (named,) = page([{"id": 7, "name": "x" * 10_000}]).items
    assert len(named.name) == MAX_NAME

    (broken,) = decode_page(b'[{"id":7,"name":"a\\u0000b\\ud800"}]').items
    assert broken.name == "a\ufffdb\ufffd"


def test_no_more_is_read_than_was_asked_for_in_good_faith() -> None:
    found = page([{"id": number} for number in range(1, 3000)])

    assert (len(found.items), found.length) == (1000, 2999)


@pytest.mark.parametrize("total", [-1, "many", None, 2**70])
def test_a_total_that_is_none_says_nothing(total: Any) -> None:
    assert page({"data": [], "total": total, "per_page": total}).total is None
