"""The list of workspaces, and adding to it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Source, Workspace
from integrations.sandbox import Sandbox
from tests.browsing import read, send

Asked = Callable[[], list[str]]
FIELD_WORK = 4400002


@pytest.fixture
def one_listed(client: Client) -> Client:
    """The environment lists one workspace; the other was never heard of."""
    Workspace.objects.filter(workspace_id=FIELD_WORK).delete()
    return client


def add(client: Client, where: str, label: str = "", **fields: Any) -> Any:
    """Send the form, and follow where it leads."""
    page = client.get("/workspaces/manage/")
    response = send(client, page, button="Add workspace", where=where, label=label, **fields)
    return client.get(response["Location"]) if response.status_code == 302 else response


def test_it_marks_those_of_the_configuration_with_the_reason(client: Client) -> None:
    Workspace.objects.create(workspace_id=7, label="Mine", managed=True)

    page = read(client.get("/workspaces/manage/"))

    assert page.words.count("From the configuration (FOCUS_WORKSPACES)") == 2
    assert "It is renamed and removed there, by whoever runs Focusadmin." in page.words
    assert page.links["Rename Mine"] == "/workspaces/manage/7/"
    assert page.links["Remove Mine"] == "/workspaces/manage/7/remove/"
    assert not [words for words in page.links if "Rename Example" in words]


@pytest.mark.parametrize(
    ("where", "organization"),
    [
        ("4400002", None),
        (" 5500942/4400002 ", 5500942),
        ("https://focus.toggl.com/organizations/5500942/workspaces/4400002/planner", 5500942),
    ],
)
def test_it_adds_after_one_look_with_the_shared_key(
    one_listed: Client, asked: Asked, where: str, organization: int | None
) -> None:
    words = read(add(one_listed, where, "Outside")).words

    assert "Outside is on the list. The shared key can read it and sees 6 accounts." in words
    assert asked() == ["list_accounts"]
    row = Workspace.objects.get(workspace_id=FIELD_WORK)
    assert (row.label, row.organization_id) == ("Outside", organization)
    assert (row.managed, row.from_environment) == (True, False)
    assert one_listed.get(f"/w/{FIELD_WORK}/accounts/").status_code == 200


def test_one_without_a_label_is_called_by_its_number(one_listed: Client) -> None:
    assert "Workspace 4400002 is on the list." in read(add(one_listed, "4400002")).words


@pytest.mark.parametrize(
    "where",
    ["", "x", "-1", "0", "4400001 4400002", "4400002; 4400003", "1/2/3", "9" * 30, "Mine=4400002"],
)
def test_it_refuses_what_is_no_workspace_and_asks_nothing(
    client: Client, asked: Asked, where: str
) -> None:
    response = add(client, where)

    assert response.status_code == 200
    assert "There is a problem" in read(response).words
    assert Workspace.objects.count() == 2
    assert asked() == []


def test_it_says_that_one_is_there_already_and_asks_nothing(client: Client, asked: Asked) -> None:
    words = read(add(client, "4400002")).words

    assert "Workspace 4400002 is on the list already, as “Field work”." in words
    assert asked() == []


@pytest.mark.parametrize("status", [403, 404])
def test_what_focus_refuses_is_added_only_all_the_same(
    one_listed: Client, sandbox: Sandbox, asked: Asked, status: int
) -> None:
    sandbox.fault("list_accounts", "status", status=status)

    response = add(one_listed, "4400002", "Outside")

    words = read(response).words
    assert "Focus does not let the shared key read workspace 4400002." in words
    assert not Workspace.objects.filter(workspace_id=FIELD_WORK).exists()
    asked()

    again = send(one_listed, response, button="Add workspace", anyway="on")

    words = read(one_listed.get(again["Location"])).words
    assert "Outside is on the list. Whether any key can read it was not checked." in words
    assert Workspace.objects.get(workspace_id=FIELD_WORK).managed
    assert asked() == []


@pytest.mark.parametrize(
    ("fault", "options", "sentence"),
    [
        ("status", {"status": 503}, "It could not be checked: Focus cannot be reached."),
        ("status", {"status": 401}, "Focus refuses the shared key, so nothing could be checked."),
        ("quota", {"resets_in": 60}, "It could not be checked: The hourly requests are used up."),
    ],
)
def test_it_adds_what_could_not_be_checked_and_says_so(
    one_listed: Client, sandbox: Sandbox, fault: str, options: dict[str, int], sentence: str
) -> None:
    sandbox.fault("list_accounts", fault, **options)

    words = read(add(one_listed, "4400002", "Outside")).words

    assert f"Outside is on the list. {sentence}" in words
    assert Workspace.objects.get(workspace_id=FIELD_WORK).managed


def test_looking_leaves_no_source_behind(one_listed: Client) -> None:
    add(one_listed, "4400002")

    assert not Source.objects.exists()


def test_what_was_hidden_comes_back(client: Client) -> None:
    Workspace.objects.filter(workspace_id=FIELD_WORK).update(
        from_environment=False, organization_id=5500002
    )
    pk = Workspace.objects.get(workspace_id=FIELD_WORK).pk

    add(client, "4400002", "Back again")

    row = Workspace.objects.get(workspace_id=FIELD_WORK)
    assert (row.pk, row.label, row.managed) == (pk, "Back again", True)
    assert row.organization_id == 5500002


def test_the_choice_of_workspaces_leads_here(client: Client) -> None:
    page = read(client.get("/workspaces/"))

    assert page.links["Manage workspaces"] == "/workspaces/manage/"
