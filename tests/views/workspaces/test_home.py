"""The start page."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from focusadmin import parsers
from integrations.models import Workspace
from integrations.services import workspaces
from tests.browsing import read

FIELD_WORK = reverse("overview", args=[4400002])


def test_it_leads_to_the_choice_of_workspaces(client: Client) -> None:
    assert client.get("/")["Location"] == "/workspaces/"


def test_it_leads_to_the_workspace_that_was_open_last(client: Client) -> None:
    client.get(FIELD_WORK)

    assert client.get("/")["Location"] == FIELD_WORK


def test_pages_of_no_workspace_lead_back_to_the_one_that_was_open_last(client: Client) -> None:
    before = read(client.get("/me/")).links
    client.get(FIELD_WORK)

    after = read(client.get("/me/")).links

    assert "Overview" not in before
    assert after["Overview"] == FIELD_WORK


def test_a_workspace_that_went_is_forgotten(client: Client) -> None:
    client.get(FIELD_WORK)
    Workspace.objects.filter(workspace_id=4400002).update(from_environment=False)
    Workspace.objects.create(workspace_id=4400003, label="Third", managed=True)

    assert client.get("/")["Location"] == "/workspaces/"


@pytest.mark.parametrize("number", [4400001, 4400002])
def test_it_leads_to_the_only_one(client: Client, settings: LazySettings, number: int) -> None:
    settings.FOCUS_WORKSPACES = parsers.workspaces(f"Only={number}")
    workspaces.sync()

    assert client.get("/")["Location"] == reverse("overview", args=[number])
