"""Keys, logins, membership and quota."""

import pytest
import requests

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS, SCOPES, call, plain

LIST = "/workspaces/4400001/integrations/calendar"


def with_login(box: Sandbox, email: str, password: str) -> requests.Response:
    return plain("GET", box.api_url + ACCOUNTS, auth=(email, password))


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer toggl_sk_nonsense",
        "Basic !!!",
        "Basic YWxleA==",
        "Basic /w==",
        "Token",
    ],
)
@pytest.mark.parametrize("scope", SCOPES)
def test_it_wants_a_good_key(box: Sandbox, scope: str, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answer = plain("GET", f"{box.api_url}{scope}/integrations/calendar", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"
    assert len(answer.json()["trace_id"]) == 32
    assert "WWW-Authenticate" in answer.headers


def test_it_takes_an_email_and_a_password(box: Sandbox) -> None:
    assert len(with_login(box, "alex@example.com", "alex-example-password").json()) == 6
    assert len(with_login(box, "bo@example.com", "bo-example-password").json()) == 2
    assert with_login(box, "alex@example.com", "bo-example-password").status_code == 401


@pytest.mark.parametrize(
    "scope",
    [
        "/organizations/5500002/workspaces/4400001",
        "/organizations/5500001/workspaces/4400002",
        "/organizations/5500001/workspaces/4499999",
        "/workspaces/4499999",
        "/workspaces/0",
    ],
)
def test_it_refuses_another_organization_or_workspace(box: Sandbox, scope: str) -> None:
    answer = call(box, "GET", f"{scope}/integrations/calendar")

    assert answer.status_code == 403
    assert answer.json()["error"] == "forbidden"


def test_it_refuses_a_workspace_of_somebody_else(box: Sandbox) -> None:
    key = box.world.person("bo@example.com").key

    assert call(box, "GET", "/workspaces/4400002/integrations/calendar", key=key).status_code == 403


@pytest.mark.parametrize("number", ["abc", "1.5", "9223372036854775808", "%20", "٣", "1e3"])
def test_it_wants_64_bit_ids(box: Sandbox, number: str) -> None:
    assert call(box, "GET", f"{ACCOUNTS}/{number}").status_code == 400
    assert call(box, "GET", f"/workspaces/{number}/integrations/calendar").status_code == 400


def test_it_counts_down_and_says_so(box: Sandbox) -> None:
    first, second = call(box, "GET", LIST), call(box, "GET", f"{ACCOUNTS}/1")

    assert (first.status_code, first.headers["X-Toggl-Quota-Remaining"]) == (200, "599")
    assert (second.status_code, second.headers["X-Toggl-Quota-Remaining"]) == (404, "598")
    assert 3590 <= int(second.headers["X-Toggl-Quota-Resets-In"]) <= 3600


def test_a_spent_hour_is_402_until_a_new_one_begins(box: Sandbox) -> None:
    box.switches.quota = 2

    answers = [call(box, "GET", LIST) for _ in range(3)]
    box.world.clock.advance(3601)
    later = call(box, "GET", LIST)

    assert [a.status_code for a in answers] == [200, 200, 402]
    assert "quota" in answers[2].json()["error_description"]
    assert answers[2].headers["X-Toggl-Quota-Remaining"] == "0"
    assert (later.status_code, later.headers["X-Toggl-Quota-Remaining"]) == (200, "1")


def test_a_spent_hour_changes_nothing(box: Sandbox) -> None:
    box.world.spent("alex@example.com", 600, resets_in=90)

    answer = call(box, "DELETE", f"{ACCOUNTS}/710001")

    assert answer.status_code == 402
    assert 80 <= int(answer.headers["X-Toggl-Quota-Resets-In"]) <= 90
    assert len(box.world.accounts(box.shared_key)) == 6


def test_each_person_and_organization_has_an_hour_of_its_own(box: Sandbox) -> None:
    call(box, "GET", LIST)

    other = call(box, "GET", "/workspaces/4400002/integrations/calendar")
    bo = call(box, "GET", LIST, key=box.world.person("bo@example.com").key)

    assert other.headers["X-Toggl-Quota-Remaining"] == "599"
    assert bo.headers["X-Toggl-Quota-Remaining"] == "599"


def test_the_headers_may_be_missing(box: Sandbox) -> None:
    box.switches.quota_headers = False

    assert not [name for name in call(box, "GET", LIST).headers if "quota" in name.lower()]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", f"{ACCOUNTS}/", 400),
        ("GET", f"{ACCOUNTS}/1/2/3", 404),
        ("GET", "/workspaces/4400001/projects", 404),
        ("POST", ACCOUNTS, 405),
        ("PATCH", f"{ACCOUNTS}/710001", 405),
        ("POST", f"{ACCOUNTS}/setup", 405),
        ("OPTIONS", ACCOUNTS, 405),
    ],
)
def test_it_refuses_what_it_does_not_serve(
    box: Sandbox, method: str, path: str, status: int
) -> None:
    answer = call(box, method, path)

    assert answer.status_code == status
    assert set(answer.json()) == {"error", "error_description", "error_values", "trace_id"}
    assert ("Allow" in answer.headers) == (status == 405)
