"""Which error an answer becomes, and what of its body is shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.focus import (
    AlreadyConnectedError,
    BadResponseError,
    CredentialsError,
    FocusError,
    ForbiddenError,
    NotFoundError,
    Quota,
    QuotaError,
    RejectedError,
    UnavailableError,
)
from integrations.focus.answers import Failure, error_for, read_failure

SECRET = "toggl_sk_" + "5a" * 16


def redact(text: str) -> str:
    return text.replace(SECRET, "[removed]")


def read(body: object) -> Failure:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_failure(text, redact)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, BadResponseError),
        (304, BadResponseError),
        (400, RejectedError),
        (401, CredentialsError),
        (402, QuotaError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (405, RejectedError),
        (409, RejectedError),
        (418, RejectedError),
        (429, QuotaError),
        (408, UnavailableError),
        (500, UnavailableError),
        (503, UnavailableError),
        (599, UnavailableError),
    ],
)
def test_a_status_names_the_cause(status: int, expected: type[FocusError]) -> None:
    failure = Failure("code", "words", "trace-1")

    error = error_for("GET /x", status, failure, Quota(5), setup=False)

    assert type(error) is expected
    assert (error.request, error.status, error.sent) == ("GET /x", status, True)
    assert (error.remote_code, error.detail, error.trace_id) == ("code", "words", "trace-1")
    assert error.quota == Quota(5)


@pytest.mark.parametrize(
    ("quota", "body", "expected"),
    [
        (None, {}, AlreadyConnectedError),
        (Quota(5), {"error": "integration_already_exists"}, AlreadyConnectedError),
        (Quota(None), b"payment required", AlreadyConnectedError),
        (Quota(0), {"error": "integration_already_exists"}, QuotaError),
        (Quota(5), {"error": "quota_exceeded"}, QuotaError),
        (None, {"error_description": "The hourly quota is used up"}, QuotaError),
        (None, b"<h1>Quota exceeded</h1>", QuotaError),
        (None, b"rate limit reached", QuotaError),
        (None, ["Too many requests"], QuotaError),
        (None, "request limit", QuotaError),
    ],
)
def test_402_on_setup_is_quota_or_already_connected(
    quota: Quota | None, body: object, expected: type[FocusError]
) -> None:
    error = error_for("GET /x", 402, read(body), quota, setup=True)

    assert type(error) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"error": "not_found", "error_description": "No such thing", "trace_id": "ab-12"},
            Failure("not_found", "No such thing", "ab-12"),
        ),
        ({"error": "not_found"}, Failure("not_found", "not_found")),
        ({"error": None, "error_description": 7}, Failure("", "7")),
        ({"error": {"deep": 1}, "trace_id": ["x"]}, Failure()),
        ({"trace_id": "<script>"}, Failure(trace_id="<script>")),
        ({"trace_id": "two words"}, Failure()),
        ({"trace_id": "x" * 101}, Failure()),
        ("plain words as JSON", Failure(detail="plain words as JSON")),
        ([1, 2], Failure()),
        (None, Failure()),
        (b"", Failure()),
        (b"upstream\x00 connect\r\nerror", Failure(detail="upstream connect error")),
        (b"<html>502</html>", Failure()),
        (b'{"error": "cut', Failure()),
        (b"[" * 100_000, Failure()),
        (b"\xff\xfe", Failure(detail="\ufffd\ufffd")),
        (b"x" * 100_000, Failure(detail="x" * 500)),
        (
            b'{"error":"a\\ud800\\u0000\\u202eb"}',
            Failure("a\ufffd\ufffd b", "a\ufffd\ufffd b"),
        ),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_it_shows_what_can_be_shown(body: object, expected: Failure) -> None:
    assert read(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        {"error": SECRET, "error_description": f"the key {SECRET} is bad", "trace_id": SECRET},
        f"the key {SECRET} is bad",
        f"the key {SECRET} is bad".encode(),
    ],
)
def test_it_shows_no_secret_that_the_service_repeats(body: object) -> None:
    failure = read(body)

    assert "[removed] is bad" in failure.detail
    assert SECRET not in repr(failure)


@given(
    st.binary()
    | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_no_body_makes_it_raise(body: bytes) -> None:
    failure = read_failure(body, redact)

    failure.detail.encode()
    assert "\x00" not in failure.detail
    assert len(failure.detail) <= 500
