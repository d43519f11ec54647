"""Listing, in both scopes and dialects, for each person their own."""

import pytest

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS, SCOPES, accounts, call

OBSERVED = {"auto_track", "focus_auto_track", "default_action"}


@pytest.mark.parametrize("scope", SCOPES)
def test_it_lists_the_accounts_with_their_calendars(box: Sandbox, scope: str) -> None:
    answer = call(box, "GET", f"{scope}/integrations/calendar")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert len(answer.json()) == 6
    assert sum(len(a["calendars"]) for a in answer.json()) == 30


@pytest.mark.parametrize("scope", SCOPES)
def test_it_lists_one_accounts_calendars(box: Sandbox, scope: str) -> None:
    answer = call(box, "GET", f"{scope}/integrations/calendar/710003")

    assert [c["name"] for c in answer.json()][:2] == ["Calendar", "United Kingdom holidays"]
    assert {c["calendar_integration_id"] for c in answer.json()} == {710003}
    assert set(answer.json()[0]) >= OBSERVED


def test_it_lists_as_documented(box: Sandbox) -> None:
    box.switches.dialect = "documented"

    everything = call(box, "GET", ACCOUNTS)
    one = call(box, "GET", f"{ACCOUNTS}/710003")

    assert everything.headers["Content-Type"].startswith("application/json")
    assert everything.json()["items"][2]["calendars"] == one.json()["items"]
    assert not OBSERVED & set(one.json()["items"][0])


@pytest.mark.parametrize(
    ("dialect", "expected"), [("observed", b"null"), ("documented", b'{"items":null}')]
)
def test_it_may_write_an_empty_list_as_null(box: Sandbox, dialect: str, expected: bytes) -> None:
    box.switches.null_for_empty = True
    box.switches.dialect = "documented" if dialect == "documented" else "observed"

    assert call(box, "GET", ACCOUNTS, key=box.world.person("dana@example.com").key).content == (
        expected
    )


def test_each_key_sees_only_its_persons_accounts(box: Sandbox) -> None:
    seen = {p.email: accounts(box, key=p.key) for p in box.world.people}

    assert [len(found) for found in seen.values()] == [6, 2, 1, 0]
    emails = [a["email"] for found in seen.values() for a in found]
    assert len(emails) == len(set(emails))


def test_it_knows_nothing_of_another_persons_account(box: Sandbox) -> None:
    for method, path in (
        ("GET", f"{ACCOUNTS}/720001"),
        ("DELETE", f"{ACCOUNTS}/720001"),
        ("POST", f"{ACCOUNTS}/720001/update"),
        ("GET", f"{ACCOUNTS}/720001/reauth?return_to=http://127.0.0.1:9/"),
    ):
        assert call(box, method, path).status_code == 404
    assert len(box.world.person("bo@example.com").accounts) == 2


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("dialect", ["observed", "documented"])
def test_it_disconnects(box: Sandbox, scope: str, dialect: str) -> None:
    box.switches.dialect = "documented" if dialect == "documented" else "observed"

    answer = call(box, "DELETE", f"{scope}/integrations/calendar/710002?preserve_entities=true")

    assert (answer.status_code, bool(answer.content)) == (
        (204, False) if dialect == "observed" else (200, True)
    )
    assert "Content-Length" not in answer.headers or answer.status_code == 200
    assert 710002 not in {a["calendar_integration_id"] for a in box.world.accounts(box.shared_key)}
    assert call(box, "DELETE", f"{scope}/integrations/calendar/710002").status_code == 404


def test_the_second_workspace_is_reachable_without_its_organization(box: Sandbox) -> None:
    assert call(box, "GET", "/workspaces/4400002/integrations/calendar").status_code == 200


def test_it_keeps_text_that_is_no_text(box: Sandbox) -> None:
    box.world.calendar(710001, 810001)["name"] = "half a pair \ud800 and \x00"

    answer = call(box, "GET", ACCOUNTS)

    assert b"\\ud800 and \\u0000" in answer.content
    assert answer.json()[0]["calendars"][0]["name"] == "half a pair \ud800 and \x00"
