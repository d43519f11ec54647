"""Mapping rules and hidden events, as they were observed."""

import pytest

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS, SCOPES, call

RULES = f"{ACCOUNTS}/mappings"
FIRST = {"title": "Daily stand-up", "project_id": 330004, "task_id": None}


def titles(box: Sandbox) -> list[str]:
    return [rule["title"] for rule in call(box, "GET", RULES).json()]


def test_it_lists_a_persons_rules(box: Sandbox) -> None:
    [first, *_rest] = call(box, "GET", RULES).json()

    assert {name: first[name] for name in FIRST} == FIRST
    assert set(first) == {*FIRST, "id", "created_at", "updated_at"}
    assert call(box, "GET", f"{RULES}/{first['id']}").json() == first
    bo = box.world.person("bo@example.com").key
    assert [rule["title"] for rule in call(box, "GET", RULES, key=bo).json()] == ["Site visit"]


def test_a_title_that_is_there_is_written_over(box: Sandbox) -> None:
    before = titles(box)

    new = call(box, "POST", RULES, json={"title": "Retro", "project_id": 330001})
    same = call(box, "POST", RULES, json={"title": " daily STAND-UP ", "task_id": 220001})

    assert (new.status_code, same.status_code) == (201, 201)
    assert titles(box) == [" daily STAND-UP ", *before[1:], "Retro"]
    assert (same.json()["id"], same.json()["project_id"]) == (610001, None)


def test_titles_may_be_the_same_more_loosely(box: Sandbox) -> None:
    box.switches.loose_titles = True

    call(box, "POST", RULES, json={"title": "Daily standup", "project_id": 330001})

    assert titles(box)[0] == "Daily standup"
    assert len(titles(box)) == 4


def test_a_rule_is_replaced_but_not_under_anothers_title(box: Sandbox) -> None:
    rule = f"{RULES}/610001"

    assert call(box, "PUT", rule, json={**FIRST, "title": "DAILY"}).json()["title"] == "DAILY"
    taken = call(box, "PUT", rule, json={**FIRST, "title": "client CALL"})
    assert (taken.status_code, taken.json()["error"]) == (409, "mapping_title_taken")
    assert call(box, "PUT", f"{RULES}/1", json=FIRST).status_code == 404


def test_a_rule_is_deleted_once(box: Sandbox) -> None:
    assert call(box, "DELETE", f"{RULES}/610001").status_code == 204
    assert call(box, "DELETE", f"{RULES}/610001").status_code == 404
    assert "Daily stand-up" not in titles(box)


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x"},
        {"title": " ", "project_id": 1},
        {"title": 7, "project_id": 1},
        {"title": "x", "project_id": "1"},
        {"title": "x", "project_id": 0, "task_id": None},
        [],
    ],
)
def test_a_rule_needs_a_title_and_a_target(box: Sandbox, body: object) -> None:
    assert call(box, "POST", RULES, json=body).status_code == 400


@pytest.mark.parametrize("scope", SCOPES)
def test_hidden_events_replace_those_before(box: Sandbox, scope: str) -> None:
    settings = f"{scope}/integrations/calendar/710001/calendars/810001/settings"

    for uids in (["a", "b"], ["c"]):
        assert call(box, "PUT", settings, json={"ical_uids": uids}).status_code == 204
        assert box.world.hidden == {810001: uids}
    for odd in ({}, {"ical_uids": "a"}, {"ical_uids": [""]}, {"ical_uids": ["a"] * 501}):
        assert call(box, "PUT", settings, json=odd).status_code == 400
    gone = settings.replace("810001", "1")
    assert call(box, "PUT", gone, json={"ical_uids": []}).status_code == 404


def test_there_is_nothing_of_it_where_it_is_not_offered(box: Sandbox) -> None:
    box.switches.offers_rules = False
    settings = f"{ACCOUNTS}/710001/calendars/810001/settings"

    assert call(box, "GET", RULES).status_code == 404
    assert call(box, "POST", RULES, json=FIRST).status_code == 404
    assert call(box, "PUT", settings, json={"ical_uids": []}).status_code == 404


def test_rules_are_an_organizations_alone(box: Sandbox) -> None:
    assert call(box, "GET", f"{SCOPES[1]}/integrations/calendar/mappings").status_code == 400
