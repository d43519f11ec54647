"""Lists are filtered, searched and sorted by indexes: no question of theirs reads a whole table."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key, Workspace
from integrations.views import remembering
from tests.teamwork import give_key, person
from tests.views.activity.recording import made
from tests.views.addresses import at

Accounts = dict[str, Account]
#: What has as many rows as there are people and workspaces, and is small for any team.
SMALL = {model._meta.db_table for model in (Workspace, Key, User)}
#: Steps of SQLite over rows that were found before, which are no table.
FOUND = {"subquery", "CONSTANT"}
_SCAN = re.compile(r"SCAN \(?(\w+)|SEARCH (\w+) USING AUTOMATIC")


def whole(sql: str) -> set[str]:
    """Return the tables, or their names in the query, that a query reads all of."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [_SCAN.match(detail) for *_numbers, detail in cursor.fetchall()]
            return {step[1] or step[2] for step in steps if step} - FOUND
        cursor.execute("SET LOCAL enable_seqscan = off")  # a small table has it read as a whole
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    steps = steps_of(found[0]["Plan"])
    return {step["Relation Name"] for step in steps if step["Node Type"] == "Seq Scan"}


def steps_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the steps of a plan of PostgreSQL."""
    yield plan
    for step in plan.get("Plans", ()):
        yield from steps_of(step)


def offered(client: Client, page: str) -> Iterator[str]:
    """Yield the query of the whole list, and of each filter, search and sort that it has."""
    context = client.get(at(page)).context
    yield ""
    for name, field in context["filter"].fields.items():
        yield from (urlencode({name: value}) for value in values(field))
    for name in context.get("sorts", ()):
        yield from (f"sort={name}", f"sort=-{name}")


def values(field: forms.Field) -> list[str]:
    """Return what a filter may be set to."""
    if isinstance(field, forms.ChoiceField):
        return [str(value) for value, _label in field.choices if value]
    return ["2026-11-01"] if isinstance(field, forms.DateField) else ["a"]


def asked(client: Client, address: str) -> list[str]:
    """Return the questions of a page of which nothing is kept."""
    remembering._lists.clear()
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in found if query["sql"].startswith("SELECT")]


def check(client: Client, page: str, table: str) -> int:
    """Look at every query of a page; returns how many questions about its table there were."""
    about = 0
    for query in offered(client, page):
        for sql in asked(client, f"{at(page)}?{query}"):
            assert whole(sql) <= SMALL, (query, sql)
            about += f'FROM "{table}"' in sql
    return about


@pytest.mark.few(2)
@pytest.mark.parametrize(("page", "model"), [("calendars", Calendar), ("accounts", Account)])
def test_no_question_reads_a_whole_table_through_one_key_or_several(
    client: Client, accounts: Accounts, page: str, model: type[Model]
) -> None:
    through_one = check(client, page, model._meta.db_table)
    for name in ("bo", "chidi"):
        give_key(person(name), name, Key.Visibility.ACT)
    through_several = check(client, page, model._meta.db_table)

    assert through_several > through_one > 40


def test_the_record_is_not_read_as_a_whole(client: Client, accounts: Accounts) -> None:
    account = accounts["alex@example.com"]
    for name in ("Client calls", ""):
        made(account, name)

    assert check(client, "activity", Change._meta.db_table) > 20


def test_a_table_that_is_read_as_a_whole_is_noticed(accounts: Accounts) -> None:
    for found in (Calendar.objects.filter(name="Board"), Change.objects.filter(note="because")):
        with CaptureQueriesContext(connection) as questions:
            list(found)
        assert whole(questions[0]["sql"]) == {found.model._meta.db_table}
