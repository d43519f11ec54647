"""Every way an answer can go wrong, over a real socket."""

import time

import pytest
import requests

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS, call

ONE = f"{ACCOUNTS}/710001"


def test_status(box: Sandbox) -> None:
    box.fault("list_accounts", "status", status=503, headers={"Retry-After": "7"})

    answer = call(box, "GET", ACCOUNTS)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert answer.json()["error"] == "injected_error"
    assert call(box, "GET", ACCOUNTS).status_code == 200


def test_status_with_a_body(box: Sandbox) -> None:
    box.fault("list_accounts", "status", status=599, body="no")

    answer = call(box, "GET", ACCOUNTS)

    assert (answer.status_code, answer.text) == (599, "no")


def test_a_failed_write_did_not_happen_unless_it_is_said(box: Sandbox) -> None:
    box.fault("disconnect", "status", status=500)
    box.fault("disconnect", "status", status=500, performed=True)

    assert call(box, "DELETE", ONE).status_code == 500
    assert len(box.world.accounts(box.shared_key)) == 6
    assert call(box, "DELETE", ONE).status_code == 500
    assert len(box.world.accounts(box.shared_key)) == 5


def test_delay(box: Sandbox) -> None:
    box.fault("list_accounts", "delay", seconds=0.3)

    began = time.monotonic()
    answer = call(box, "GET", ACCOUNTS)

    assert time.monotonic() - began >= 0.3
    assert len(answer.json()) == 6


def test_latency(box: Sandbox) -> None:
    box.switches.latency = 0.2

    began = time.monotonic()
    call(box, "GET", ACCOUNTS)

    assert time.monotonic() - began >= 0.2


def test_drip(box: Sandbox) -> None:
    box.fault("settings", "drip", pause=0.01)

    began = time.monotonic()
    answer = call(box, "GET", "/users/me/settings")

    assert time.monotonic() - began >= 0.01 * len(answer.content)
    assert answer.json()["current_workspace_id"] == 4400001


@pytest.mark.parametrize("path", ["/users/me/settings", ACCOUNTS])
def test_cut(box: Sandbox, path: str) -> None:
    box.fault("any", "cut")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        call(box, "GET", path)


def test_cut_after_a_write_that_has_no_answer(box: Sandbox) -> None:
    box.fault("disconnect", "cut")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        call(box, "DELETE", ONE)
    assert len(box.world.accounts(box.shared_key)) == 5


def test_reset(box: Sandbox) -> None:
    box.fault("list_accounts", "reset")

    with pytest.raises(requests.exceptions.ConnectionError, match="reset"):
        call(box, "GET", ACCOUNTS)


def test_html(box: Sandbox) -> None:
    box.fault("list_accounts", "html")

    answer = call(box, "GET", ACCOUNTS)

    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")


def test_bad_json(box: Sandbox) -> None:
    box.fault("list_accounts", "bad_json")
    box.fault("list_accounts", "bad_json", body=b"\xff\xfe")

    first, second = call(box, "GET", ACCOUNTS), call(box, "GET", ACCOUNTS)

    assert first.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        first.json()
    assert second.content == b"\xff\xfe"


def test_wrong_shape(box: Sandbox) -> None:
    box.fault("list_accounts", "wrong_shape", payload=[1, {"calendars": "none"}])

    assert call(box, "GET", ACCOUNTS).json() == [1, {"calendars": "none"}]


def test_quota(box: Sandbox) -> None:
    box.fault("list_accounts", "quota", resets_in=77)

    answer = call(box, "GET", ACCOUNTS)

    assert answer.status_code == 402
    assert "quota" in answer.json()["error_description"]
    assert answer.headers["X-Toggl-Quota-Remaining"] == "0"
    assert answer.headers["X-Toggl-Quota-Resets-In"] == "77"


def test_redirect(box: Sandbox) -> None:
    box.fault("setup", "redirect", location="https://evil.example.net/")

    answer = call(box, "GET", f"{ACCOUNTS}/setup?provider=google")

    assert (answer.status_code, answer.headers["Location"]) == (302, "https://evil.example.net/")


def test_a_fault_hits_its_operation_so_many_times(box: Sandbox) -> None:
    box.fault("list_accounts", "html", times=2)

    assert call(box, "GET", ONE).status_code == 200
    assert [call(box, "GET", ACCOUNTS).status_code for _ in range(3)] == [502, 502, 200]


def test_a_fault_may_last_until_it_is_cleared(box: Sandbox) -> None:
    box.fault("any", "html", times=None)

    assert [call(box, "GET", path).status_code for path in (ACCOUNTS, ONE)] == [502, 502]
    box.clear_faults()
    assert call(box, "GET", ACCOUNTS).status_code == 200


@pytest.mark.parametrize(
    ("operation", "kind", "options"),
    [
        ("list_accounts", "explode", {}),
        ("list_everything", "html", {}),
        ("list_accounts", "html", {"seconds": 3}),
    ],
)
def test_nonsense_is_refused(
    box: Sandbox, operation: str, kind: str, options: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match="No |has no"):
        box.fault(operation, kind, **options)


def test_the_request_log_shows_the_cost(box: Sandbox) -> None:
    box.fault("list_accounts", "html")
    call(box, "GET", ACCOUNTS)
    call(box, "PUT", f"{ONE}/calendars/810001?a=1&a=2", data=b"{}", headers={"X-Odd": "yes"})
    call(box, "GET", "/nowhere", key="toggl_sk_other")

    first, second, third = box.requests

    assert (first.operation, second.operation, third.operation) == (
        "list_accounts",
        "update_calendar",
        "unknown",
    )
    assert (first.key, third.key) == (box.shared_key, "toggl_sk_other")
    assert (second.method, second.body, second.query) == ("PUT", b"{}", {"a": "1"})
    assert second.path == f"/api{ONE}/calendars/810001"
    assert second.headers["x-odd"] == "yes"


def test_a_reset_forgets_everything(box: Sandbox) -> None:
    box.fault("any", "html", times=None)
    box.switches.dialect = "documented"
    box.world.accounts(box.shared_key).clear()
    call(box, "GET", ACCOUNTS)

    box.reset()

    assert box.requests == []
    answer = call(box, "GET", ACCOUNTS)
    assert (answer.status_code, len(answer.json())) == (200, 6)
