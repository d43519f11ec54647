"""What names are asked for with: projects and tasks of an organization's workspace, and clients."""

import pytest

from integrations.focus import (
    BadResponseError,
    FocusClient,
    FocusError,
    ForbiddenError,
    NotFoundError,
    QuotaError,
    Scope,
    UnavailableError,
)
from integrations.sandbox import Sandbox
from tests.contract.conftest import MakeFocus
from tests.contract.operations import NAMES


@pytest.fixture
def scope() -> Scope:
    """The first workspace with its organization: without it there are no names."""
    return Scope(4400001, 5500001)


def test_it_lists_projects_a_page_at_a_time(focus: FocusClient, box: Sandbox) -> None:
    found = focus.list_projects()

    first = found.items[0]
    assert (first.number, first.name, first.color) == (330001, "Website relaunch", "#0b83d9")
    assert (first.active, first.client_id, first.workspace_id) == (True, 550001, 4400001)
    assert (len(found.items), found.length, found.total, found.per_page) == (5, 5, 5, 100)
    assert box.requests[-1].query == {"page": "1", "per_page": "100"}
    assert focus.list_projects(2).items == ()


def test_it_finds_by_name_and_project(focus: FocusClient, box: Sandbox) -> None:
    assert [p.number for p in focus.list_projects(name="campaign").items] == [330002]
    tasks = focus.list_tasks(project_id=330002)
    assert [(t.name, t.active, t.project_id) for t in tasks.items] == [
        ("Photo shoot", True, 330002),
        ("Storyboard", False, 330002),
    ]
    assert [c.name for c in focus.list_clients(name="lark").items] == ["Lark & Finch"]


@pytest.mark.parametrize("operation", NAMES)
def test_each_is_one_request_in_its_scope(focus: FocusClient, box: Sandbox, operation: str) -> None:
    NAMES[operation](focus, box)

    workspace = f"/workspaces/4400001/{operation}"
    organization = "" if operation == "clients" else "/organizations/5500001"
    assert [request.path for request in box.requests] == [f"/api{organization}{workspace}"]
    assert focus.calls == 1
    assert focus.quota is not None


@pytest.mark.few(4)
@pytest.mark.parametrize("operation", NAMES)
@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("status", 402, QuotaError),
        ("status", 403, ForbiddenError),
        ("status", 404, NotFoundError),
        ("status", 500, UnavailableError),
        ("bad_json", None, BadResponseError),
        ("html", 200, BadResponseError),
        ("cut", None, UnavailableError),
    ],
)
def test_a_failure_names_its_cause(
    focus: FocusClient,
    box: Sandbox,
    operation: str,
    kind: str,
    status: int | None,
    error: type[FocusError],
) -> None:
    box.fault(operation, kind, **({"status": status} if status else {}))

    with pytest.raises(error) as caught:
        NAMES[operation](focus, box)

    assert len(box.requests) == 1
    assert not caught.value.may_have_happened


@pytest.mark.parametrize("operation", NAMES)
def test_a_foreign_workspace_is_forbidden(
    make_focus: MakeFocus, box: Sandbox, operation: str
) -> None:
    with pytest.raises(ForbiddenError):
        NAMES[operation](make_focus(where=Scope(4499999, 5500001)), box)


def test_a_service_without_names_says_so(focus: FocusClient, box: Sandbox) -> None:
    box.switches.nameless = True

    for ask in NAMES.values():
        with pytest.raises(NotFoundError):
            ask(focus, box)
