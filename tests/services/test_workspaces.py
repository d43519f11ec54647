"""The workspaces as rows: the environment's, and those of managers."""

import logging

import pytest
from django.conf import LazySettings
from django.utils import timezone

from focusadmin.parsers import WorkspaceConfig
from integrations import focus
from integrations.models import Account, Change, Quota, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import changes, keys, mirror, workspaces
from integrations.services.actors import Actor
from integrations.services.workspaces import Hidden
from tests.conftest import ORGANIZATION, WORKSPACE
from tests.teamwork import give_key, person
from tests.views.test_races import together

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


def test_a_manager_adds_one_that_the_environment_does_not_list(actor: Actor) -> None:
    added = workspaces.add(WorkspaceConfig("Mine", 7, None), by=actor)

    assert added in workspaces.visible()
    workspaces.sync()
    assert added in workspaces.visible()


@pytest.mark.parametrize("number", [4400001, 7])
def test_nobody_adds_one_twice(actor: Actor, number: int) -> None:
    Workspace.objects.create(workspace_id=7, label="Mine", managed=True)

    with pytest.raises(workspaces.AlreadyThereError) as caught:
        workspaces.add(WorkspaceConfig("Again", number, None), by=actor)

    assert caught.value.workspace.label in ("Example Studio", "Mine")
    assert not Workspace.objects.filter(label="Again").exists()


def test_the_environment_wins_where_both_list_one(actor: Actor, settings: LazySettings) -> None:
    added = workspaces.add(WorkspaceConfig("Mine", 7, 70), by=actor)
    settings.FOCUS_WORKSPACES = [WorkspaceConfig("Theirs", 7, 71)]
    workspaces.sync()

    added.refresh_from_db()
    assert (added.label, added.organization_id) == ("Theirs", 71)
    with pytest.raises(workspaces.NotManagedError):
        workspaces.rename(added, "Mine", shown="Theirs", by=actor)
    with pytest.raises(workspaces.NotManagedError):
        workspaces.remove(added, by=actor)

    settings.FOCUS_WORKSPACES = []
    workspaces.sync()
    assert list(workspaces.visible()) == [added]


def test_one_that_was_removed_comes_back_as_it_was(actor: Actor) -> None:
    added = workspaces.add(WorkspaceConfig("Mine", 7, 70), by=actor)
    workspaces.remove(added, by=actor)
    assert added not in workspaces.visible()

    again = workspaces.add(WorkspaceConfig("Mine again", 7, None), by=actor)

    assert (again.pk, again.organization_id) == (added.pk, 70)
    assert again in workspaces.visible()


def test_nobody_removes_or_renames_one_that_is_gone(actor: Actor) -> None:
    added = workspaces.add(WorkspaceConfig("Mine", 7, None), by=actor)
    workspaces.remove(added, by=actor)

    with pytest.raises(workspaces.NotManagedError):
        workspaces.remove(added, by=actor)
    with pytest.raises(workspaces.NotManagedError):
        workspaces.rename(added, "Ours", shown="Mine", by=actor)


def test_a_label_that_has_moved_is_not_replaced(actor: Actor) -> None:
    added = workspaces.add(WorkspaceConfig("Mine", 7, None), by=actor)
    workspaces.rename(added, "Ours", shown="Mine", by=actor)

    with pytest.raises(workspaces.RenamedError) as caught:
        workspaces.rename(added, "Theirs", shown="Mine", by=actor)

    assert caught.value.workspace.label == "Ours"
    workspaces.rename(added, "Ours", shown="Mine", by=actor)


def test_each_is_one_line_of_the_log(actor: Actor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "integrations.audit"):
        added = workspaces.add(WorkspaceConfig('Mi"ne\nx', 7, None), by=actor)
        workspaces.rename(added, "Ours", shown='Mi"ne\nx', by=actor)
        workspaces.remove(added, by=actor)

    lines = [record.getMessage() for record in caplog.records if "audit" in record.name]
    assert [line.split()[0] for line in lines] == [
        "workspace-added",
        "workspace-renamed",
        "workspace-removed",
    ]
    assert r'label="Mi\"ne\nx"' in lines[0]
    for line in lines:
        assert 'actor="local:mia@example.com" role="manager"' in line
        assert "workspace=7" in line


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_add_the_same_at_once_one_is_told(actor: Actor) -> None:
    def add() -> str:
        try:
            return str(workspaces.add(WorkspaceConfig("Mine", 7, None), by=actor))
        except workspaces.AlreadyThereError as error:
            return f"there: {error.workspace}"

    assert sorted(together(add, add)) == ["Mine", "there: Mine"]
    assert Workspace.objects.filter(workspace_id=7).count() == 1


def test_a_look_counts_what_the_shared_key_sees_and_keeps_the_quota_alone(
    sandbox: Sandbox,
) -> None:
    entry = WorkspaceConfig("Mine", WORKSPACE, ORGANIZATION)
    before = Workspace.objects.count()

    assert workspaces.look(entry) == 6

    [asked] = sandbox.requests
    assert (asked.operation, asked.key) == ("list_accounts", sandbox.shared_key)
    assert Quota.objects.get().remaining == 599
    assert Workspace.objects.count() == before
    assert not Account.objects.exists()


def test_a_look_says_why_it_saw_nothing(sandbox: Sandbox) -> None:
    with pytest.raises(focus.ForbiddenError):
        workspaces.look(WorkspaceConfig("Not ours", 9900001, None))


def test_what_would_be_hidden_is_what_these_keys_see_each_once(
    source: Source, actor: Actor
) -> None:
    workspace, bo = source.workspace, give_key(person("bo"), "bo")
    twin = give_key(person("eve"), "alex")
    for key in (source.key, bo, twin):
        mirror.read(keys.source(key, workspace))
    Account.objects.filter(email="rooms@example.net").update(gone_at=timezone.now())
    changes.intend(Change.Action.CONNECT, source, by=actor)
    elsewhere = keys.source(source.key, Workspace.objects.get(workspace_id=4400002))
    changes.intend(Change.Action.CONNECT, elsewhere, by=actor)

    assert workspaces.hidden(workspace, [source.key]) == Hidden(5, 26, 1)
    assert workspaces.hidden(workspace, [source.key, twin]) == Hidden(5, 26, 1)
    assert workspaces.hidden(workspace, [source.key, bo]) == Hidden(7, 31, 1)
    assert workspaces.hidden(workspace, []) == Hidden(0, 0, 1)
