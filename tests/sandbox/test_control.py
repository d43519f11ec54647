"""The control page, as a person at a browser uses it."""

import re

import pytest
import requests

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS, account, accounts, call, plain

BEHAVIOUR = {"dialect": "observed", "latency": "0", "quota": "600", "quota_headers": "on"}
FAULT = {"operation": "list_accounts", "kind": "html", "times": "1"}


def send(box: Sandbox, form: str, **fields: str) -> requests.Response:
    """Send one of the page's forms."""
    return plain("POST", f"{box.control_url}/{form}", data=fields)


def page(box: Sandbox) -> str:
    """The page as it is now."""
    return plain("GET", box.control_url).text


def test_it_shows_people_quota_and_requests(box: Sandbox) -> None:
    call(box, "GET", ACCOUNTS)
    call(box, "GET", f"{ACCOUNTS}/1")

    shown = page(box)

    assert "Alex Admin &lt;alex@example.com&gt;" in shown
    assert box.shared_key not in shown
    assert "<td>598</td>" in shown
    assert shown.index("<td>404</td>") < shown.index("<td>list_accounts</td>")


def test_it_is_a_proper_page(box: Sandbox) -> None:
    answer = plain("GET", box.control_url)

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert '<html lang="en">' in answer.text
    assert answer.text.count("<h1>") == 1
    controls = re.findall(r'<(?:input|select)(?! type="hidden")[^>]*name="', answer.text)
    assert len(controls) == answer.text.count("<label")
    assert plain("GET", f"{box.provider_url}/sandbox.css").headers["Content-Type"] == (
        "text/css; charset=utf-8"
    )


def test_it_sets_the_behaviour(box: Sandbox) -> None:
    changed = {"dialect": "documented", "latency": "0.25", "quota": "30", "setup_conflict": "on"}

    answer = send(box, "switches", **changed)

    switches = box.switches
    assert (answer.status_code, answer.headers["Location"]) == (303, "/control")
    assert (switches.dialect, switches.latency, switches.quota) == ("documented", 0.25, 30)
    assert (switches.setup_conflict, switches.quota_headers) == (True, False)
    assert '<option value="documented" selected>' in page(box)


def test_it_sets_what_is_left_to_a_person(box: Sandbox) -> None:
    send(box, "quota", person="alex@example.com", remaining="1")

    assert [call(box, "GET", ACCOUNTS).status_code for _ in range(2)] == [200, 402]


def test_it_adds_faults_and_clears_them(box: Sandbox) -> None:
    send(box, "faults", **{**FAULT, "times": "0"})
    send(box, "faults", operation="any", kind="delay", times="3", seconds="0.1", performed="no")

    shown = page(box)
    assert "until cleared" in shown
    assert "seconds=0.1" in shown
    assert call(box, "GET", ACCOUNTS).status_code == 502
    send(box, "faults/clear")
    assert call(box, "GET", ACCOUNTS).status_code == 200
    assert "Nothing is set to fail" in page(box)


def test_a_fault_keeps_its_options(box: Sandbox) -> None:
    send(
        box, "faults", operation="setup", kind="redirect", times="1", location="https://x.example/"
    )
    send(box, "faults", operation="settings", kind="status", times="1", status="503")

    setup = call(box, "GET", f"{ACCOUNTS}/setup?provider=google")
    assert setup.headers["Location"] == "https://x.example/"
    assert call(box, "GET", "/users/me/settings").status_code == 503


def test_it_breaks_and_mends_an_account(box: Sandbox) -> None:
    send(box, "account", account="710001")
    assert account(box, "alex@example.com")["error_status"] == "invalid_grant"

    send(box, "account", account="710001")
    assert account(box, "alex@example.com")["error_status"] == ""


def test_it_lets_the_provider_change_calendars(box: Sandbox) -> None:
    before = account(box, "alex@example.com")["calendars"]

    send(box, "provider", account="710001")
    after = call(box, "POST", f"{ACCOUNTS}/710001/update").json()

    assert before[5] not in after
    assert after[5]["name"].startswith("Renamed calendar")
    assert after[6]["background_color"] == "#283593"
    assert after[7]["name"].startswith("New calendar")


def test_it_resets_the_world(box: Sandbox) -> None:
    box.world.accounts(box.shared_key).clear()

    send(box, "reset")

    assert len(accounts(box)) == 6


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("switches", {**BEHAVIOUR, "latency": "soon"}),
        ("switches", {**BEHAVIOUR, "latency": "61"}),
        ("switches", {**BEHAVIOUR, "latency": "nan"}),
        ("switches", {**BEHAVIOUR, "quota": "-1"}),
        ("quota", {"person": "nobody@example.com", "remaining": "1"}),
        ("quota", {"person": "alex@example.com", "remaining": ""}),
        ("faults", {**FAULT, "kind": "explode"}),
        ("faults", {**FAULT, "operation": "none"}),
        ("faults", {**FAULT, "times": "many"}),
        ("faults", {**FAULT, "kind": "status", "status": "200"}),
        ("account", {"account": "1"}),
        ("provider", {"account": "x"}),
    ],
)
def test_it_says_what_is_wrong(box: Sandbox, form: str, fields: dict[str, str]) -> None:
    answer = send(box, form, **fields)

    assert answer.status_code == 400
    assert "That did not work" in answer.text
    assert box.switches.latency == 0
    assert box.switches.quota == 600


def test_only_its_own_pages_may_change_something(box: Sandbox) -> None:
    headers = {"Origin": "http://127.0.0.1:8000"}

    assert plain("POST", f"{box.control_url}/reset", headers=headers).status_code == 403


def test_it_answers_under_its_own_name_only(box: Sandbox) -> None:
    assert plain("GET", box.control_url, headers={"Host": "evil.example.net"}).status_code == 400


def test_the_callbacks_pages_are_styled_too(box: Sandbox) -> None:
    styled = plain("GET", f"{box.api_url.removesuffix('/api')}/sandbox.css")

    assert styled.headers["Content-Type"] == "text/css; charset=utf-8"


def test_there_is_nothing_else(box: Sandbox) -> None:
    missing = plain("GET", f"{box.provider_url}/")

    assert missing.status_code == 404
    assert box.control_url in missing.text
