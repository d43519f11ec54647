"""The record as a file: exactly what the list shows, of all its pages."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Change, Source
from integrations.services import keys, mirror
from tests.browsing import read
from tests.teamwork import give_key, person
from tests.views.activity.recording import made
from tests.views.addresses import at

Accounts = dict[str, Account]


def exported(answer: Any) -> list[dict[str, str]]:
    """Return the lines of the file that a view answers with."""
    assert answer.streaming
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


@pytest.fixture
def alex(accounts: Accounts) -> Account:
    """An account of the shared key."""
    return accounts["alex.admin@example.net"]


def test_it_holds_what_is_filtered_and_all_pages_of_it(
    client: Client, alex: Account, settings: LazySettings
) -> None:
    settings.PAGE_SIZE = 2
    wanted = [made(alex, outcome="failed", note="Zürich ☃") for _ in range(5)]
    made(alex)
    query = {"outcome": "failed", "q": "zürich", "page": "2"}

    page = read(client.get(at("activity"), query))
    found = exported(client.get(page.links["Export CSV"]))

    assert [row["change_id"] for row in found] == [str(change.pk) for change in reversed(wanted)]
    assert {row["note"] for row in found} == {"Zürich ☃"}


def test_the_list_leads_to_it_with_its_filters(client: Client, alex: Account) -> None:
    made(alex, outcome="failed")

    page = read(client.get(at("activity"), {"outcome": "failed", "page": "1"}))

    assert page.links["Export CSV"] == at("activity-export") + "?outcome=failed"


def test_it_is_a_file_with_a_name_that_sorts(client: Client, alex: Account) -> None:
    made(alex)
    before = timezone.localdate()
    answer = client.get(at("activity-export"))
    days = {before, timezone.localdate()}

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] in {
        f'attachment; filename="focusadmin-activity-{day:%Y-%m-%d}.csv"' for day in days
    }
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbfchange_id,created_at,")


def test_nothing_is_a_head_without_lines(client: Client, accounts: Accounts) -> None:
    assert exported(client.get(at("activity-export"))) == []


def test_it_holds_what_its_reader_may_see(
    client: Client, editor_client: Client, source: Source, alex: Account
) -> None:
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(bos)
    account = Account.objects.get(source=bos, calendars__name="School runs")
    off, own = made(account, "School runs"), made(alex)

    rows = {row["change_id"]: row for row in exported(client.get(at("activity-export")))}

    assert set(rows) == {str(off.pk), str(own.pk)}
    assert "School runs" not in str(rows)
    assert off.external_id not in str(rows)
    assert exported(client.get(at("activity-export"), {"q": "school runs"})) == []
    assert [row["change_id"] for row in exported(editor_client.get(at("activity-export")))] == [
        str(own.pk)
    ]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL stores no half of a pair")
def test_halves_of_a_pair_break_no_file(client: Client, alex: Account) -> None:
    made(alex, after={"background_color": "\ud800"})

    [row] = exported(client.get(at("activity-export")))

    assert row["after"] == '{"background_color": "?"}'


def test_looking_changes_nothing_but_what_lost_its_process(client: Client, alex: Account) -> None:
    made(alex, outcome="sending", lease_until=datetime(2026, 1, 1, tzinfo=UTC))

    [row] = exported(client.get(at("activity-export")))

    assert row["outcome"] == Change.objects.get().outcome == "unknown"
