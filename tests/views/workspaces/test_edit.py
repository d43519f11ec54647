"""Renaming a workspace."""

import pytest
from django.test import Client

from integrations.models import Workspace
from tests.browsing import read, send

HERE = "/workspaces/manage/7/"


@pytest.fixture
def mine(client: Client) -> Workspace:
    """A workspace that a manager has added."""
    return Workspace.objects.create(workspace_id=7, label="Mine", managed=True)


def test_it_renames(client: Client, mine: Workspace) -> None:
    response = send(client, client.get(HERE), button="Rename", label=" Ours ")

    assert "It is called Ours now." in read(client.get(response["Location"])).words
    mine.refresh_from_db()
    assert mine.label == "Ours"


@pytest.mark.parametrize("label", ["", "   ", "x" * 201])
def test_it_wants_a_label_that_fits(client: Client, mine: Workspace, label: str) -> None:
    response = send(client, client.get(HERE), button="Rename", label=label)

    assert "There is a problem" in read(response).words
    mine.refresh_from_db()
    assert mine.label == "Mine"


def test_of_two_who_rename_at_once_the_second_is_told(client: Client, mine: Workspace) -> None:
    first, second = client.get(HERE), client.get(HERE)
    send(client, first, button="Rename", label="First")

    response = send(client, second, button="Rename", label="Second")

    assert "Somebody has called it “First” since you opened this page." in read(response).words
    mine.refresh_from_db()
    assert mine.label == "First"

    send(client, response, button="Rename")

    mine.refresh_from_db()
    assert mine.label == "Second"


def test_it_leaves_those_of_the_configuration_alone(client: Client) -> None:
    for response in (
        client.get("/workspaces/manage/4400001/", follow=True),
        client.post("/workspaces/manage/4400001/", {"label": "Ours"}, follow=True),
    ):
        assert "comes from the configuration (FOCUS_WORKSPACES)" in read(response).words
    assert Workspace.objects.get(workspace_id=4400001).label == "Example Studio"


def test_it_finds_nothing_that_is_off_the_list(client: Client, mine: Workspace) -> None:
    Workspace.objects.update(managed=False)

    assert client.get(HERE).status_code == 404
