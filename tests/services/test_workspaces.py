"""The workspaces of the environment as rows."""

import pytest
from django.conf import LazySettings

from focusadmin.parsers import WorkspaceConfig
from integrations.models import Workspace
from integrations.services import workspaces

pytestmark = pytest.mark.django_db


def test_it_lists_what_the_environment_lists_by_label() -> None:
    labels = [str(workspace) for workspace in workspaces.visible()]

    assert labels == ["Example Studio", "Field work"]


def test_it_follows_the_environment_and_keeps_what_is_no_longer_listed(
    settings: LazySettings,
) -> None:
    settings.FOCUS_WORKSPACES = [WorkspaceConfig("Studio, renamed", 4400001, None)]

    workspaces.sync()

    assert [str(workspace) for workspace in workspaces.visible()] == ["Studio, renamed"]
    assert Workspace.objects.get(workspace_id=4400001).organization_id is None
    assert not Workspace.objects.get(workspace_id=4400002).from_environment
