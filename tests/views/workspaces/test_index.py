"""Choosing a workspace."""

from collections.abc import Callable

from django.conf import LazySettings
from django.test import Client

from focusadmin.parsers import WorkspaceConfig
from integrations.services import workspaces
from tests.browsing import read


def test_it_offers_every_workspace_and_asks_focus_nothing(
    client: Client, asked: Callable[[], list[str]]
) -> None:
    page = read(client.get("/workspaces/"))

    links = {words: href for words, href in page.links.items() if href.startswith("/w/")}
    assert "/w/4400001/" in str(links)
    assert "/w/4400002/" in str(links)
    assert "Example Studio" in page.words
    assert "Field work" in page.words
    assert asked() == []


def test_it_is_skipped_where_there_is_one(client: Client, settings: LazySettings) -> None:
    settings.FOCUS_WORKSPACES = [WorkspaceConfig("Only", 4400002, None)]
    workspaces.sync()

    assert client.get("/workspaces/")["Location"] == "/w/4400002/overview/"


def test_it_offers_nothing_that_the_environment_no_longer_lists(
    client: Client, settings: LazySettings
) -> None:
    settings.FOCUS_WORKSPACES = [WorkspaceConfig("Only", 4400002, None)]
    workspaces.sync()

    assert client.get("/w/4400001/accounts/").status_code == 404


def test_it_leads_to_the_set_up_when_there_is_none(client: Client, settings: LazySettings) -> None:
    settings.FOCUS_WORKSPACES = []
    workspaces.sync()

    response = client.get("/workspaces/")

    assert response["Location"] == "/setup/"
    assert "/w/" not in str(read(client.get("/setup/")).links)
