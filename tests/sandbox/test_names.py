"""Projects, tasks and the settings of the key's person."""

import pytest

from integrations.sandbox import Sandbox
from tests.sandbox.calls import SCOPE, SCOPES, call


def test_it_lists_projects_in_pages(box: Sandbox) -> None:
    first = call(box, "GET", f"{SCOPE}/projects?per_page=2").json()
    third = call(box, "GET", f"{SCOPE}/projects?per_page=2&page=3").json()

    assert (first["page"], first["per_page"], first["total"]) == (1, 2, 5)
    assert [p["name"] for p in first["data"]] == ["Website relaunch", "Spring campaign"]
    assert [p["active"] for p in third["data"]] == [False]


def test_it_finds_by_name(box: Sandbox) -> None:
    found = call(box, "GET", f"{SCOPE}/projects?name=CAMPAIGN").json()

    assert [p["id"] for p in found["data"]] == [330002]


def test_it_lists_tasks_of_a_project(box: Sandbox) -> None:
    found = call(box, "GET", f"{SCOPE}/tasks?project_id=330001").json()
    every = call(box, "GET", f"{SCOPE}/tasks").json()

    assert [t["name"] for t in found["data"]] == ["Wireframes", "Client feedback"]
    assert every["total"] == 5


def test_it_lists_clients_without_an_organization(box: Sandbox) -> None:
    found = call(box, "GET", f"{SCOPES[1]}/clients?name=harbour").json()

    assert found["data"] == [{"id": 550001, "name": "Harbour Theatre", "workspace_id": 4400001}]


@pytest.mark.parametrize("path", [f"{SCOPE}/projects", f"{SCOPE}/tasks", f"{SCOPES[1]}/clients"])
def test_it_can_offer_no_names(box: Sandbox, path: str) -> None:
    box.switches.nameless = True

    assert call(box, "GET", path).status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=x", "per_page=101", "page=1&page=2"])
def test_it_refuses_odd_pages(box: Sandbox, query: str) -> None:
    assert call(box, "GET", f"{SCOPE}/projects?{query}").status_code == 400


def test_the_settings_prove_a_key(box: Sandbox) -> None:
    assert call(box, "GET", "/users/me/settings").json()["current_workspace_id"] == 4400001
    assert call(box, "GET", "/users/me/settings", key="nonsense").status_code == 401
