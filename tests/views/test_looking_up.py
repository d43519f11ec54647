"""Numbers of projects and tasks are shown by name once somebody has looked names up."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Batch, Calendar, Change, NameList, Source
from integrations.sandbox import Sandbox
from integrations.services import name_reading
from integrations.services.actors import Actor
from tests.browsing import read, send
from tests.views.addresses import at, of
from tests.views.walking import choose, follow, run, select, work

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return read(response).words


def look_up(client: Client, address: str) -> str:
    """Press "Look up names" on a page, and return what the next one says."""
    return read(follow(client, send(client, client.get(address), button="Look up names"))).words


@pytest.fixture
def named(source: Source, accounts: Accounts, actor: Actor) -> Source:
    """The source after somebody has looked names up."""
    assert name_reading.look_up(source, by=actor).error is None
    return source


def one(name: str) -> Calendar:
    found: Calendar = Calendar.objects.get(name=name)
    return found


def default(calendar: Calendar, **values: int) -> Calendar:
    Calendar.objects.filter(pk=calendar.pk).update(**values)
    calendar.refresh_from_db()
    return calendar


def test_the_button_looks_names_up_and_the_kept_list_is_drawn_again(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    before = words(client, at("calendars"))
    assert "Project 330001" in before
    assert "Costs 1 request for each 100 projects, clients and tasks." in before
    assert asked() == []

    after = look_up(client, at("calendars"))

    assert asked() == ["projects", "clients", "tasks"]
    assert "Names were looked up with 3 requests." in after
    assert "Website relaunch Harbour Theatre 330001" in after
    assert "Client feedback 220002" in after
    assert "Office move (finished) 330009 archived" in after
    assert "Look up names" not in after


@pytest.mark.thorough
def test_an_account_shows_them_too(client: Client, accounts: Accounts) -> None:
    here = of("account", accounts["events@example.com"])

    assert "Community events Harbour Theatre 330003" in look_up(client, here)


@pytest.mark.thorough
def test_what_points_at_nothing_or_elsewhere_says_so(client: Client, named: Source) -> None:
    default(one("Workshops"), default_project_id=339999)
    default(one("Meet-ups"), default_project_id=331, default_workspace_id=4400002)

    told = words(client, at("calendars"))

    assert "Project 339999 not found" in told
    assert "Project 331 other workspace" in told
    assert "1 project or task is shown by its number alone." in told


@pytest.mark.few(1)
@pytest.mark.parametrize("status", [403, 404])
def test_it_is_said_once_where_there_are_no_names(
    client: Client, sandbox: Sandbox, accounts: Accounts, status: int
) -> None:
    sandbox.fault("projects", "status", status=status)

    assert "so they are shown by number" in look_up(client, at("calendars"))

    told = words(client, at("calendars"))
    assert told.count("so they are shown by number") == 1
    assert "Look up names" not in told
    assert "Project 330001" in told


@pytest.mark.thorough
def test_a_failure_says_why_and_keeps_the_button(
    client: Client, sandbox: Sandbox, accounts: Accounts
) -> None:
    sandbox.fault("projects", "status", status=503)

    told = look_up(client, at("calendars"))

    assert "Focus cannot be reached" in told
    assert "Look up names" in told


@pytest.mark.thorough
def test_old_names_may_be_looked_up_again(client: Client, named: Source, settings: Any) -> None:
    assert "Look up names" not in words(client, at("calendars"))

    settings.NAMES_MAX_AGE = 0

    assert "Names of projects and tasks as of" in words(client, at("calendars"))


def test_a_bulk_edit_is_previewed_and_told_by_name(
    client: Client, named: Source, asked: Asked
) -> None:
    page = select(client, one("Client calls"), one("Production schedule"))
    preview = choose(client, page, default_project_id_choice="set", default_project_id="330003")
    told = read(preview).words
    assert "Spring campaign, Lark & Finch (330002)" in told
    assert "Community events, Harbour Theatre (330003)" in told

    run(client, preview)
    batch = Batch.objects.get()
    work(batch)

    assert "Community events, Harbour Theatre (330003)" in words(client, at("batch", batch.pk))


def test_the_record_keeps_what_it_was_called(
    client: Client, named: Source, sandbox: Sandbox
) -> None:
    page = client.get(of("calendar-edit", one("Production schedule")))
    send(client, page, button="Save", default_project_id="330003")
    change = Change.objects.get()
    assert change.names["default_project_id"]["330002"]["client"] == "Lark & Finch"

    NameList.objects.all().delete()
    named.name_set.all().delete()  # type: ignore[attr-defined]

    told = words(client, at("change", change.pk))
    assert "Spring campaign Lark & Finch 330002" in told
    assert "Community events Harbour Theatre 330003" in told


@pytest.mark.thorough
def test_an_undo_and_a_conflict_are_told_by_name(
    client: Client, named: Source, sandbox: Sandbox
) -> None:
    calendar = one("Production schedule")
    page = client.get(of("calendar-edit", calendar))
    row = sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)
    row["default_project_id"] = 330001

    conflict = send(client, page, button="Save", default_project_id="330003")

    assert conflict.status_code == 409
    told = read(conflict).words
    assert "Website relaunch, Harbour Theatre (330001)" in told
    assert "Community events, Harbour Theatre (330003)" in told

    row["default_project_id"] = 330002
    send(client, page, button="Save", default_project_id="330003")
    undo = words(client, at("change-undo", Change.objects.latest("created_at").pk))
    assert "Spring campaign Lark & Finch 330002" in undo
