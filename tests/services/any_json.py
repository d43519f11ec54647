"""Any JSON, and answers that are nearly right: what a service may send on its worst day."""

import json
from typing import Any

from hypothesis import strategies as st

#: Text with everything in it that databases, pages and addresses have trouble with.
texts = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x00\ud800\udfff\r\n\"'<>&%\u202e"),
    max_size=40,
) | st.sampled_from(
    ["", "#fff", "#12345g", "google", "x" * 3000, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
    + ["2026-01-01T00:00:00+25:99", "javascript:alert(1)", "</script><script>", "{{ x }}", "%s"]
)
numbers = st.integers() | st.sampled_from(
    [0, -1, 2**31, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400, -0]
)
scalars = (
    st.none() | st.booleans() | numbers | texts | st.floats() | st.sampled_from([1e400, -1e-400])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)

_ids = st.integers(1, 5) | numbers | anything


def _entries(known: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Objects with the members of a resource, each right, odd or missing, and some unknown."""
    named = st.fixed_dictionaries({}, optional={n: v | anything for n, v in known.items()})
    return st.builds(
        lambda extra, entry: {**extra, **entry}, st.dictionaries(texts, anything), named
    )


calendars = _entries(
    {
        "calendar_id": _ids,
        "calendar_integration_id": _ids,
        "external_id": texts,
        "name": texts,
        "background_color": texts,
        "foreground_color": texts,
        "selected": st.booleans(),
        "default_workspace_id": numbers,
        "default_project_id": numbers,
        "default_planned_task_id": numbers,
        "remind_tracking": st.booleans(),
        "auto_track": st.booleans(),
        "focus_auto_track": st.booleans(),
        "default_action": texts,
        "updated_at": texts,
        "deleted_at": st.none() | texts,
    }
)
accounts = _entries(
    {
        "calendar_integration_id": _ids,
        "email": texts,
        "provider": texts,
        "auto_track": st.booleans(),
        "has_write_scope": st.booleans(),
        "error_status": texts,
        "scopes": st.lists(texts, max_size=3),
        "origin_product_id": numbers,
        "created_at": texts,
        "calendars": st.lists(calendars | anything, max_size=4),
    }
)


def _written(value: Any) -> bytes:
    return json.dumps(value).encode()


def _cut(body: bytes, at: int) -> bytes:
    return body[: at % (len(body) + 1)]


account_lists = st.lists(accounts, max_size=4)
#: The bytes of an answer to "list accounts".
account_answers = st.one_of(
    account_lists.map(_written),
    account_lists.map(lambda found: _written({"items": found})),
    anything.map(_written),
    st.builds(_cut, account_lists.map(_written), st.integers(0, 10_000)),
    st.binary(max_size=60),
)
#: The bytes of an answer to "list calendars".
calendar_answers = st.one_of(st.lists(calendars, max_size=4).map(_written), anything.map(_written))
