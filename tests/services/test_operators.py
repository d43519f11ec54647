"""What the operator's commands work with."""

import os
import pwd
from typing import Any

import pytest
from django.conf import LazySettings

from focusadmin.identity.models import User
from integrations.models import Key, KeyUse, Workspace
from integrations.sandbox import Sandbox
from integrations.services import keys, operators
from integrations.services.operators import OperatorError
from tests.conftest import WORKSPACE
from tests.teamwork import give_key, person

pytestmark = pytest.mark.django_db


def refused(*words: Any) -> str:
    """Return why these words name nothing."""
    with pytest.raises(OperatorError) as caught:
        operators.source(*words)
    return str(caught.value)


def test_the_actor_is_the_user_of_the_operating_system() -> None:
    user = pwd.getpwuid(os.getuid()).pw_name

    actor = operators.actor("because")

    assert (actor.issuer, actor.subject, actor.name) == ("cli", user, f"cli:{user}")
    assert (actor.role, actor.note) == ("manager", "because")
    assert actor.request_id != operators.actor().request_id


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_123)

    assert operators.actor().name == "cli:4000000123"


def test_shared_is_the_key_of_the_environment(sandbox: Sandbox) -> None:
    source = operators.source("shared", WORKSPACE)

    assert source.key == keys.shared()
    assert source.workspace.workspace_id == WORKSPACE


@pytest.mark.parametrize("name", ["bo@example.com", "BO@example.com ", "local:bo@example.com"])
def test_a_key_is_named_by_its_owner(sandbox: Sandbox, name: str) -> None:
    key = give_key(person("bo"), "bo", Key.Visibility.PRIVATE)

    assert operators.source(name, WORKSPACE).key == key


def test_a_name_that_nobody_has_is_refused(sandbox: Sandbox) -> None:
    person("bo")

    assert refused("bo@example.com", WORKSPACE) == "Nobody called bo@example.com has a key here."


def test_a_name_that_several_have_is_refused(sandbox: Sandbox) -> None:
    give_key(person("bo"), "bo")
    twin = User.objects.create(issuer="https://idp", subject="7", email="bo@example.com")
    key = give_key(twin, "chidi")

    assert refused("bo@example.com", WORKSPACE) == (
        "Several people are called bo@example.com; name one of them: local:bo@example.com,"
        " https://idp:7."
    )
    assert operators.source("https://idp:7", WORKSPACE).key == key


def test_the_key_of_somebody_disabled_rests(sandbox: Sandbox) -> None:
    bo = person("bo")
    give_key(bo, "bo")
    bo.is_active = False
    bo.save()

    assert "is disabled" in refused("bo@example.com", WORKSPACE)


def test_of_several_workspaces_one_has_to_be_named(sandbox: Sandbox) -> None:
    assert refused("shared", None) == (
        "There are several workspaces; say --workspace with one of: 4400001 (Example Studio),"
        " 4400002 (Field work)."
    )
    assert refused("shared", 1) == (
        "There is no workspace 1 here; there is: 4400001 (Example Studio), 4400002 (Field work)."
    )


def test_the_only_workspace_needs_no_name(sandbox: Sandbox) -> None:
    Workspace.objects.exclude(workspace_id=WORKSPACE).delete()

    assert operators.source("shared", None).workspace.workspace_id == WORKSPACE


def test_the_listed_workspaces_are_there_before_anything_is_served(sandbox: Sandbox) -> None:
    Workspace.objects.all().delete()

    assert operators.source("shared", WORKSPACE).workspace.label == "Example Studio"


def test_a_read_costs_one_request_and_is_counted_for_the_owner(
    sandbox: Sandbox, asked: Any
) -> None:
    bo = person("bo")
    give_key(bo, "bo")
    source, actor = operators.source("bo@example.com", WORKSPACE), operators.actor()

    for _ in range(2):
        assert operators.read(source, by=actor) is None

    assert asked() == ["list_accounts"] * 2
    use = KeyUse.objects.get()
    assert (use.name, use.reads) == (actor.name, 2)


def test_without_a_name_every_key_in_use_is_meant(sandbox: Sandbox) -> None:
    chidi = give_key(person("chidi"), "chidi", Key.Visibility.PRIVATE)
    bo = give_key(person("bo"), "bo")
    dana = person("dana")
    give_key(dana, "dana")
    dana.is_active = False
    dana.save()

    assert operators.keys_called(None) == [keys.shared(), bo, chidi]
    assert operators.keys_called("bo@example.com") == [bo]


def test_without_a_number_every_workspace_is_meant(sandbox: Sandbox) -> None:
    Workspace.objects.all().delete()

    assert [row.workspace_id for row in operators.workspaces_numbered(None)] == [4400001, 4400002]
    assert [row.workspace_id for row in operators.workspaces_numbered(4400002)] == [4400002]
    with pytest.raises(OperatorError, match="There is no workspace 1 here"):
        operators.workspaces_numbered(1)


def test_where_no_workspace_is_listed_that_is_said(settings: LazySettings) -> None:
    Workspace.objects.all().delete()
    settings.FOCUS_WORKSPACES = ()

    with pytest.raises(OperatorError, match="There is no workspace yet"):
        operators.workspaces_numbered(None)
