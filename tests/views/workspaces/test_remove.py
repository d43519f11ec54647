"""Taking a workspace off the list."""

import pytest
from django.test import Client

from integrations.models import Account, Change, Key, Workspace
from integrations.services import keys
from tests.browsing import read, send
from tests.seen import holder, saw

HERE = "/workspaces/manage/7/remove/"
State = Account.State


@pytest.fixture
def mine(client: Client) -> Workspace:
    """A workspace that a manager has added, and in which three accounts were seen."""
    found = Workspace.objects.create(workspace_id=7, label="Mine", managed=True)
    saw(keys.shared(), State.WORKING, State.WORKING, workspace=7)
    bo = holder("Bo", visibility=Key.Visibility.PRIVATE)
    saw(bo, State.WORKING, workspace=7)
    Change.objects.create(action="edit", key=bo.pk, workspace_id=7)
    return found


def test_it_says_before_what_is_hidden_and_what_is_kept(client: Client, mine: Workspace) -> None:
    words = read(client.get(HERE)).words

    assert "2 accounts that you can see there. With 2 calendars." in words
    assert "What other people see there through keys that are theirs alone." in words
    assert "The record, with 1 change;" in words


def test_it_hides_the_workspace_and_keeps_what_was_recorded(
    client: Client, mine: Workspace
) -> None:
    response = send(client, client.get(HERE), button="Remove Mine")

    words = read(client.get(response["Location"])).words
    assert "Mine is off the list. The record is kept." in words
    assert client.get("/w/7/accounts/").status_code == 404
    assert Change.objects.filter(workspace_id=7).count() == 1
    assert Account.objects.count() == 3


def test_it_leaves_those_of_the_configuration_alone(client: Client) -> None:
    response = client.post("/workspaces/manage/4400001/remove/", follow=True)

    assert "comes from the configuration (FOCUS_WORKSPACES)" in read(response).words
    assert client.get("/w/4400001/accounts/").status_code == 200


def test_a_second_manager_finds_it_gone(client: Client, mine: Workspace) -> None:
    page = client.get(HERE)
    send(client, page, button="Remove Mine")

    assert send(client, page, button="Remove Mine").status_code == 404
