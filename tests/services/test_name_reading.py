"""Names that are looked up: what it costs, what is kept, and what stops it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from integrations.models import Account, Calendar, Name, NameList, Quota, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror, name_reading, names
from integrations.services.actors import Actor
from tests.teamwork import give_key, person

Asked = Callable[[], list[str]]
Kind = Name.Kind
ALL = ["projects", "clients", "tasks"]


def project(
    source: Source, number: int, *, workspace: int | None = None, through: int | None = None
) -> names.Named:
    found = names.of([source], projects=[number]).project(
        number, workspace=workspace, source=through
    )
    assert found is not None
    return found


def many(box: Sandbox, number: int) -> None:
    """Let the workspace have so many projects in all."""
    have = sum(row["workspace_id"] == 4400001 for row in box.world.projects)
    row = box.world.projects[0]
    more = range(number - have)
    box.world.projects += [{**row, "id": 400_000 + n, "name": f"More {n:04d}"} for n in more]


@pytest.fixture
def looked_up(source: Source, accounts: dict[str, Account], actor: Actor) -> Source:
    """A source whose names were just read."""
    assert name_reading.look_up(source, by=actor).error is None
    return source


@pytest.fixture
def both(source: Source, accounts: dict[str, Account], asked: Asked) -> list[Source]:
    """The shared key and then Bo's, whose accounts were just read."""
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(bos)
    asked()
    return [source, bos]


def test_nothing_is_known_before_somebody_asks(source: Source) -> None:
    found = project(source, 330001)

    assert (found.name, found.is_known, found.is_missing) == ("", False, False)
    assert names.of([source], projects=[0, None]).project(0) is None


def test_one_look_up_reads_projects_clients_and_tasks(
    source: Source, accounts: dict[str, Account], actor: Actor, asked: Asked
) -> None:
    done = name_reading.look_up(source, by=actor)

    assert asked() == ALL
    assert (done.requests, done.error, done.is_partial) == (3, None, False)
    found = project(source, 330001)
    assert (found.name, found.color, found.client) == (
        "Website relaunch",
        "#0b83d9",
        "Harbour Theatre",
    )
    assert not (found.is_archived or found.is_foreign or found.is_missing)
    assert project(source, 330009).is_archived
    task = names.of([source], tasks=[220009]).task(220009)
    assert task is not None
    assert (task.name, task.project_id, task.is_archived) == ("Storyboard", 330002, True)


def test_they_are_kept_for_hours(
    looked_up: Source, actor: Actor, asked: Asked, settings: LazySettings
) -> None:
    asked()
    name_reading.look_up(looked_up, by=actor)
    assert asked() == []

    old = timezone.now() - timedelta(hours=settings.NAMES_MAX_AGE, seconds=1)
    NameList.objects.update(whole_at=old)
    name_reading.look_up(looked_up, by=actor)
    assert asked() == ALL


def test_what_a_whole_list_lacks_points_at_nothing(looked_up: Source) -> None:
    assert project(looked_up, 339999).is_missing
    assert project(looked_up, 339999, through=looked_up.pk).is_missing
    # Nobody has read the names of the other workspace.
    abroad = project(looked_up, 339999, workspace=4400002)
    assert (abroad.is_missing, abroad.is_foreign) == (False, True)


def test_what_is_deleted_keeps_its_name(looked_up: Source, sandbox: Sandbox, actor: Actor) -> None:
    sandbox.world.projects = [p for p in sandbox.world.projects if p["id"] != 330003]
    NameList.objects.update(whole_at=None)
    name_reading.look_up(looked_up, by=actor)

    found = project(looked_up, 330003)

    assert (found.name, found.is_missing, found.is_dead) == ("Community events", True, True)


@pytest.mark.thorough
def test_a_page_that_says_there_are_more_proves_nothing_gone(
    looked_up: Source, sandbox: Sandbox, actor: Actor
) -> None:
    NameList.objects.update(whole_at=None)
    body = '{"data":[{"id":330001,"name":"Website relaunch"}],"total":9}'
    sandbox.fault("projects", "status", status=200, body=body)
    name_reading.look_up(looked_up, by=actor)

    assert not project(looked_up, 330003).is_missing
    assert not project(looked_up, 339999).is_missing


@pytest.mark.thorough
def test_a_long_list_goes_on_with_the_next_press(
    source: Source, accounts: dict[str, Account], sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    many(sandbox, 1050)

    first = name_reading.look_up(source, by=actor)
    assert first.is_partial
    assert asked() == ["projects"] * 10 + ["clients", "tasks"]
    assert not project(source, 339999).is_missing

    assert not name_reading.look_up(source, by=actor).is_partial
    assert asked() == ["projects"]
    assert project(source, 339999).is_missing
    assert Name.objects.filter(kind=Kind.PROJECT, gone_at=None).count() == 1050


@pytest.mark.thorough
def test_a_service_that_says_the_same_page_again_is_not_asked_for_ever(
    source: Source, accounts: dict[str, Account], sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    rows = ",".join(f'{{"id":{n},"name":"P"}}' for n in range(1, 101))
    sandbox.fault("projects", "status", status=200, body=f'{{"data":[{rows}]}}', times=20)

    name_reading.look_up(source, by=actor)

    assert asked().count("projects") == 2
    assert not project(source, 339999).is_missing


def test_the_last_tenth_of_an_hour_is_the_owners(
    looked_up: Source, actor: Actor, asked: Asked
) -> None:
    NameList.objects.update(whole_at=None)
    Quota.objects.update(most=600, remaining=61)
    asked()

    done = name_reading.look_up(looked_up, by=actor)

    assert asked() == ["projects"]
    assert done.error is not None
    assert done.error.code == "reserve"


def test_every_request_is_in_the_ledger(source: Source, actor: Actor, sandbox: Sandbox) -> None:
    sandbox.switches.quota_headers = False

    name_reading.look_up(source, by=actor)

    assert Quota.objects.get().spent == len(sandbox.requests) == 2  # no calendar, so no tasks


@pytest.mark.parametrize(("status", "code"), [(403, "forbidden"), (404, "not-found")])
def test_a_service_without_names_is_said_to_be_so(
    source: Source, actor: Actor, sandbox: Sandbox, asked: Asked, status: int, code: str
) -> None:
    assert name_reading.state([source])[0] == ""
    sandbox.fault("projects", "status", status=status)

    done = name_reading.look_up(source, by=actor)

    assert asked() == ["projects"]
    assert done.error is not None
    assert name_reading.state([source])[0] == done.error.code == code


@pytest.mark.thorough
def test_without_an_organization_nothing_is_asked(
    source: Source, actor: Actor, asked: Asked
) -> None:
    source.workspace.organization_id = None

    done = name_reading.look_up(source, by=actor)

    assert asked() == []
    assert done.error is not None
    assert name_reading.state([source])[0] == done.error.code == "no-organization"


def test_another_persons_names_are_not_those_of_the_key_that_it_was(looked_up: Source) -> None:
    looked_up.key.generation += 1
    looked_up.key.save()

    found = project(looked_up, 330001)

    assert (found.is_known, found.is_missing) == (False, False)


def test_the_other_workspaces_names_are_foreign(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    Workspace.objects.filter(workspace_id=4400002).update(organization_id=5500942)
    other = keys.source(source.key, Workspace.objects.get(workspace_id=4400002))
    name_reading.look_up(other, by=actor)

    found = project(source, 340001, workspace=4400002)

    assert (found.name, found.client, found.is_foreign) == (
        "Side project",
        "Riverside Council",
        True,
    )


def test_names_that_arrive_renew_all_sources_of_the_key(source: Source, actor: Actor) -> None:
    other = keys.source(source.key, Workspace.objects.get(workspace_id=4400002))
    before = source.version, other.version

    name_reading.look_up(source, by=actor)

    source.refresh_from_db()
    other.refresh_from_db()
    assert source.version != before[0]
    assert other.version != before[1]


def test_a_search_reads_a_short_list_once(source: Source, actor: Actor, asked: Asked) -> None:
    found = name_reading.search(source, Kind.PROJECT, "camp", by=actor)

    assert asked() == ["projects", "clients"]
    assert [row.number for row in found.rows] == [330002]
    again = name_reading.search(source, Kind.PROJECT, "harbour", by=actor)
    assert asked() == []
    assert [row.name for row in again.rows] == ["Community events", "Website relaunch"]


@pytest.mark.thorough
def test_a_search_of_a_long_list_asks_for_what_matches(
    source: Source, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    many(sandbox, 400)

    found = name_reading.search(source, Kind.PROJECT, "more 0123", by=actor)
    assert asked() == ["projects", "projects", "clients"]
    assert [row.name for row in found.rows] == ["More 0123"]
    name_reading.search(source, Kind.PROJECT, "more 0124", by=actor)
    assert asked() == ["projects"]


@pytest.mark.thorough
def test_archived_ones_come_last(source: Source, actor: Actor) -> None:
    found = name_reading.search(source, Kind.PROJECT, "", by=actor)

    assert [row.name for row in found.rows][-1] == "Office move (finished)"
    assert not found.is_partial


@pytest.mark.thorough
def test_tasks_are_searched_in_their_project(
    source: Source, actor: Actor, asked: Asked, sandbox: Sandbox
) -> None:
    found = name_reading.search(source, Kind.TASK, "", by=actor, project_id=330001)

    assert [row.name for row in found.rows] == ["Client feedback", "Wireframes"]
    assert sandbox.requests[-1].query["project_id"] == "330001"
    asked()
    name_reading.search(source, Kind.TASK, "wire", by=actor, project_id=330001)
    assert asked() == []


def test_names_are_told_with_two_queries(looked_up: Source, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        found = names.of([looked_up], projects=range(330001, 330200), tasks=range(220001, 220200))
        assert found.project(330001) is not None
        assert found.task(220001) is not None


@pytest.mark.thorough
def test_a_full_page_of_odd_things_is_the_last_that_is_asked_for(
    source: Source, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    body = f'{{"data":[{",".join(["{}"] * 100)}]}}'
    sandbox.fault("projects", "status", status=200, body=body)

    done = name_reading.look_up(source, by=actor)

    assert asked() == ["projects"]
    assert done.error is None
    assert not project(source, 339999).is_missing


def test_a_press_that_has_taken_too_long_leaves_the_rest_to_the_next(
    source: Source, sandbox: Sandbox, actor: Actor, asked: Asked, settings: LazySettings
) -> None:
    many(sandbox, 150)
    settings.FOCUS_WRITE_DEADLINE = 0

    assert name_reading.look_up(source, by=actor).is_partial
    assert asked() == ["projects", "clients"]

    assert not name_reading.look_up(source, by=actor).is_partial
    assert asked() == ["projects"]
    assert Name.objects.filter(kind=Kind.PROJECT).count() == 150


def test_a_list_that_another_key_has_begun_begins_again(
    source: Source, sandbox: Sandbox, actor: Actor, asked: Asked, settings: LazySettings
) -> None:
    many(sandbox, 150)
    settings.FOCUS_WRITE_DEADLINE = 0
    name_reading.look_up(source, by=actor)
    source.key.generation += 1
    source.key.save()
    asked()

    name_reading.look_up(source, by=actor)

    assert asked() == ["projects", "clients"]
    assert [request.query["page"] for request in sandbox.requests[-2:]] == ["1", "1"]


def test_what_was_never_sent_costs_nothing(
    looked_up: Source, actor: Actor, settings: LazySettings
) -> None:
    NameList.objects.update(whole_at=None)
    left = Quota.objects.get().remaining
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"

    done = name_reading.look_up(looked_up, by=actor)

    assert done.error is not None
    assert (done.error.code, done.requests) == ("unavailable", 0)
    assert Quota.objects.get().remaining == left


def test_through_another_key_only_what_the_first_lacks_is_asked_for(
    both: list[Source], actor: Actor, asked: Asked
) -> None:
    assert name_reading.look_up_all(both, by=actor).requests == 3
    assert asked() == ALL

    Calendar.objects.filter(name="School runs").update(default_project_id=330077)
    assert name_reading.look_up_all(both, by=actor).requests == 2
    assert asked() == ["projects", "clients"]


def test_what_the_first_key_is_refused_another_may_tell(
    both: list[Source], sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    sandbox.fault("projects", "status", status=403)

    done = name_reading.look_up_all(both, by=actor)

    assert asked() == ["projects", "projects", "clients"]
    assert done.error is not None
    assert (done.error.code, done.requests) == ("forbidden", 3)
    assert project(both[1], 330001).name == "Website relaunch"
