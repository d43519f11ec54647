"""A default project or task is chosen by name in the form itself, without a script too."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Calendar, Quota
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import of
from tests.views.walking import choose, select

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
PROJECT, TASK = "default_project_id", "default_planned_task_id"


def find(client: Client, page: Any, field: str, text: str = "", **values: Any) -> Any:
    """Search from a page's form, with what else was typed."""
    return send(
        client, page, button="Find a project", find=field, **{f"find_{field}": text}, **values
    )


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """Client calls: no project, the task 220002."""
    return accounts["alex@example.com"].calendars.get(name="Client calls")


@pytest.fixture
def form(client: Client, calendar: Calendar, asked: Asked) -> Any:
    page = client.get(of("calendar-edit", calendar))
    assert asked() == []
    return page


def test_a_search_is_shown_in_the_form_and_nothing_typed_is_lost(
    client: Client, form: Any, asked: Asked
) -> None:
    page = find(client, form, PROJECT, "harbour", background_color="#123456")

    assert asked() == ["projects", "clients"]
    found = read(page)
    assert "2 projects" in found.words
    assert "Website relaunch Harbour Theatre 330001" in found.words
    sent = found.form(button="Find a project")
    assert sent.values["background_color"] == "#123456"
    assert sent.offered[f"picked_{PROJECT}"] == ["330003", "330001"]


def test_what_is_chosen_is_filled_in_and_not_saved(
    client: Client, form: Any, calendar: Calendar, asked: Asked
) -> None:
    page = find(client, form, PROJECT, "relaunch", background_color="#123456")
    asked()

    chosen = send(
        client, page, button="Find a project", pick=PROJECT, **{f"picked_{PROJECT}": "330001"}
    )

    assert asked() == []
    values = read(chosen).form(button="Find a project").values
    assert (values[PROJECT], values["background_color"]) == ("330001", "#123456")
    assert "autofocus" in chosen.content.decode()
    send(client, chosen, button="Save", save="1")
    assert asked() == ["list_calendars", "update_calendar"]
    calendar.refresh_from_db()
    assert (calendar.default_project_id, calendar.background_color) == (330001, "#123456")


def test_enter_in_the_search_searches_and_does_not_save(
    client: Client, form: Any, asked: Asked
) -> None:
    page = send(client, form, button="Save", **{f"find_{PROJECT}": "internal"})

    assert asked() == ["projects", "clients"]
    assert "1 project" in read(page).words
    # Once it was searched for, the form's own button is meant.
    send(client, page, button="Save", background_color="#123456")
    assert asked() == ["list_calendars", "update_calendar"]


@pytest.mark.thorough
def test_the_second_search_costs_nothing(client: Client, form: Any, asked: Asked) -> None:
    assert "Costs up to 3 requests" in read(form).words
    page = find(client, form, PROJECT, "web")
    asked()

    page = find(client, page, PROJECT, "camp")

    assert asked() == []
    assert "Spring campaign Lark & Finch 330002" in read(page).words
    assert "Costs no request" in read(page).words


def test_tasks_are_those_of_the_project_in_the_form(
    client: Client, form: Any, asked: Asked, sandbox: Sandbox
) -> None:
    page = find(client, form, TASK, "", **{PROJECT: "330002"})

    assert asked() == ["tasks"]
    assert sandbox.requests[-1].query["project_id"] == "330002"
    found = read(page)
    assert found.form(button="Find a project").offered[f"picked_{TASK}"] == ["220003", "220009"]
    assert "Storyboard 220009 done" in found.words
    assert "Storyboard 220009" not in read(form).words


@pytest.mark.thorough
def test_a_task_of_another_project_is_said_to_be_one(client: Client, form: Any) -> None:
    page = find(client, form, TASK, "")

    page = find(client, page, TASK, "", **{PROJECT: "330002"})

    assert "belongs to another project than the default one" in read(page).words


@pytest.mark.thorough
def test_nothing_found_says_so(client: Client, form: Any) -> None:
    assert "No project is called like that." in read(find(client, form, PROJECT, "zzz")).words
    assert "No task is called like that." in read(find(client, form, TASK, "zzz")).words


@pytest.mark.thorough
def test_the_last_requests_are_left_to_the_keys_owner(
    client: Client, form: Any, asked: Asked
) -> None:
    Quota.objects.update(most=600, remaining=60)

    page = find(client, form, PROJECT, "web", background_color="#123456")

    assert asked() == []
    assert "last requests are left to the key’s owner" in read(page).words
    assert read(page).form(button="Find a project").values["background_color"] == "#123456"


@pytest.mark.few(1)
@pytest.mark.parametrize("status", [404, 500])
def test_a_failure_is_told_where_one_searched(
    client: Client, form: Any, sandbox: Sandbox, status: int
) -> None:
    sandbox.fault("projects", "status", status=status)

    page = find(client, form, PROJECT, "web", background_color="#123456")

    told = "does not offer the names" if status == 404 else "Focus cannot be reached"
    assert told in read(page).words
    assert read(page).form(button="Save").values["background_color"] == "#123456"


@pytest.mark.few(1)
@pytest.mark.parametrize("picked", ["", "x", "-1", "9" * 30, "<script>"])
def test_what_cannot_be_picked_fills_nothing_in(client: Client, form: Any, picked: str) -> None:
    page = send(client, form, button="Save", pick=PROJECT, **{f"picked_{PROJECT}": picked})

    assert page.status_code == 200
    assert read(page).form(button="Save").values[PROJECT] == ""


@pytest.mark.thorough
def test_what_the_default_is_called_stands_below_it(client: Client, form: Any) -> None:
    page = find(client, form, TASK, "", **{TASK: "220009"})

    assert "This task is done." in read(page).words


@pytest.mark.thorough
def test_who_may_not_edit_sees_names_and_no_search(
    viewer_client: Client, calendar: Calendar
) -> None:
    page = viewer_client.get(of("calendar-edit", calendar))

    assert 'value="220002"' in page.content.decode()
    assert "Find a project" not in read(page).words


def test_a_bulk_edit_has_the_same_search(client: Client, calendar: Calendar, asked: Asked) -> None:
    page = select(client, calendar)
    asked()

    page = find(client, page, PROJECT, "events", background_color="#123456")
    assert asked() == ["projects", "clients"]
    page = send(
        client, page, button="Find a project", pick=PROJECT, **{f"picked_{PROJECT}": "330003"}
    )

    values = read(page).form(button="Find a project").values
    assert (values[f"{PROJECT}_choice"], values[PROJECT]) == ("set", "330003")
    assert values["background_color"] == "#123456"
    preview = choose(client, page, save="1", background_color_choice="set")
    assert "Community events, Harbour Theatre (330003)" in read(preview).words
