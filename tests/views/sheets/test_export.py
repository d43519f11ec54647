"""The list of calendars as a file."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Calendar, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import name_reading, sheets
from integrations.services.actors import Actor
from tests.browsing import read
from tests.conftest import signed_in
from tests.services.answers import account, answer, calendar
from tests.teamwork import give_key, person
from tests.views.addresses import at

Accounts = dict[str, Account]


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    """Return the lines of the file that a query leads to."""
    response: Any = client.get(at("calendars-export") + query)
    assert response.status_code == 200
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_it_is_the_settings_file_with_a_mark_for_excel(
    client: Client, accounts: Accounts, asked: Callable[[], list[str]]
) -> None:
    response: Any = client.get(at("calendars-export"))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    name = f"focusadmin-4400001-calendars-{timezone.localdate().isoformat()}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    every = Calendar.objects.filter(gone_at=None)
    text = "".join(sheets.lines(every, named_by=list(Source.objects.all())))
    assert b"".join(response) == b"\xef\xbb\xbf" + text.encode()
    assert asked() == []


def test_it_names_projects_and_tasks_for_people(
    client: Client, accounts: Accounts, source: Source, actor: Actor
) -> None:
    assert name_reading.look_up(source, by=actor).error is None

    found = {row["name"]: row for row in exported(client)}

    calls, campaign = found["Client calls"], found["Production schedule"]
    assert (calls["default_planned_task_id"], calls["default_task_name"]) == (
        "220002",
        "Client feedback",
    )
    assert campaign["default_project_name"] == "Spring campaign"
    assert campaign["default_project_client"] == "Lark & Finch"
    assert found["Equipment"]["default_project_name"] == ""


@pytest.mark.thorough
def test_what_it_exports_is_imported_without_a_change(
    client: Client, accounts: Accounts, source: Source, actor: Actor
) -> None:
    assert name_reading.look_up(source, by=actor).error is None
    response: Any = client.get(at("calendars-export"))
    file = SimpleUploadedFile("calendars.csv", b"".join(response))

    answer = client.post(at("calendars-import"), {"file": file}, follow=True)

    assert "Nothing would change" in read(answer).words


@pytest.mark.parametrize("query", ["", "?q=HOLIDAYS", "?on=no&sort=-account", "?q=zzz", "?page=2"])
def test_the_list_leads_to_exactly_what_it_shows(
    client: Client, accounts: Accounts, query: str
) -> None:
    page = client.get(at("calendars") + query)

    address = read(page).links["Export CSV"]
    found = exported(client, address.removeprefix(at("calendars-export")))

    shown = re.search(r"(\d+) (?:of 30 )?calendars", read(page).words)
    assert shown is not None
    assert len(found) == int(shown[1])
    pks = [int(row["url"].rstrip("/").rpartition("/")[2]) for row in page.context["rows"]]
    listed = Calendar.objects.filter(pk__in=pks).values_list("calendar_id", flat=True)
    assert {int(row["calendar_id"]) for row in found} == set(listed)


def test_a_viewer_may_and_learns_nothing_of_what_others_keep_to_themselves(
    client: Client, viewer_client: Client, sandbox: Sandbox
) -> None:
    bo = person("bo")
    give_key(bo, "bo", Key.Visibility.HEALTH)
    hidden = sandbox.world.person("bo@example.com").accounts[0]["calendars"][0]
    hidden |= {"selected": False, "name": "Doctor", "external_id": "doctor@example.com"}

    of_manager = exported(client)
    of_viewer = exported(viewer_client)
    of_owner = exported(signed_in(bo))

    others = {row["account"] for row in of_manager} - {row["account"] for row in of_viewer}
    assert "bo@example.com" in others
    for found in (of_manager, of_viewer):
        assert "octor" not in str(found)
    assert "Doctor" in {row["name"] for row in of_owner}


def test_cells_are_no_formulas(client: Client, sandbox: Sandbox) -> None:
    row = calendar(9, "=1+1", background_color="@pink")
    answer(sandbox, account(7, "+ann@example.com", calendars=[row]))

    [line] = exported(client)

    found = (line["account"], line["name"], line["background_color"])
    assert found == ("'+ann@example.com", "'=1+1", "'@pink")


def test_before_anything_was_seen_there_is_no_empty_file(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "reset", times=None)

    response = client.get(at("calendars-export") + "?q=team")

    assert response.status_code == 302
    assert response["Location"] == at("calendars") + "?q=team"
    assert "could not be loaded" in read(client.get(response["Location"])).words
