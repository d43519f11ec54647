"""The record as a CSV file: every id, every name that may be told, and no formula."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Calendar, Change, Source
from integrations.services import activity, activity_csv, batches, changes, keys, mirror
from integrations.services.actors import Actor
from integrations.services.cells import unguarded
from tests.teamwork import give_key, person

ALL = Change.objects.all()
Row = dict[str, str]


def rows(who: User) -> list[Row]:
    """Return the file's lines as a program reads them."""
    return list(csv.DictReader(io.StringIO("".join(activity_csv.lines(ALL, who)))))


def edit(source: Source, name: str, by: Actor, **fields: Any) -> Change:
    """Record an edit of a calendar of that name."""
    calendar = Calendar.objects.get(account__source=source, name=name)
    change = changes.intend(
        Change.Action.EDIT, source, by=by, account=calendar.account, calendar=calendar
    )
    ALL.filter(pk=change.pk).update(**fields)
    change.refresh_from_db()
    return change


def test_a_line_tells_all_of_a_change(source: Source, manager: User, actor: Actor) -> None:
    mirror.read(source)
    undone = UUID(int=7)
    change = edit(
        source,
        "Board",
        actor,
        outcome="conflict",
        error="x",
        created_at=datetime(2026, 11, 27, 13, 5, 6, tzinfo=UTC),
        finished_at=datetime(2026, 11, 27, 13, 5, 7, 250, tzinfo=UTC),
        before={"background_color": "#000000", "selected": None},
        after={"background_color": "#ffffff", "selected": True},
        found={"background_color": "grün"},
        note="Why, “because”\nand so on",
        undoes=undone,
        trace_id="t-1",
        names={"default_project_id": {"7": {"name": "Büro", "color": "", "client": "Acme"}}},
    )

    with timezone.override("Europe/Berlin"):
        [row] = rows(manager)

    assert row == {
        "change_id": str(change.pk),
        "created_at": "2026-11-27T14:05:06+01:00",
        "finished_at": "2026-11-27T14:05:07.000250+01:00",
        "settled_at": "",
        "issuer": "local",
        "subject": "mia@example.com",
        "name": "Mia Manager",
        "role": "manager",
        "key": "the shared key",
        "action": "edit",
        "outcome": "conflict",
        "error": "x",
        "workspace_id": "4400001",
        "workspace": "Example Studio",
        "provider": "outlook",
        "email": "alex.admin@example.net",
        "integration_id": str(change.integration_id),
        "calendar_name": "Board",
        "calendar_id": str(change.calendar_id),
        "external_id": unguarded(change.external_id),
        "before": '{"background_color": "#000000", "selected": null}',
        "after": '{"background_color": "#ffffff", "selected": true}',
        "found": '{"background_color": "grün"}',
        "note": "Why, “because”\nand so on",
        "batch_id": "",
        "undoes": str(undone),
        "request_id": "0" * 32,
        "trace_id": "t-1",
        "rule_id": "",
        "rule_title": "",
        "names": '{"default_project_id": {"7": {"client": "Acme", "color": "", "name": "Büro"}}}',
    }


def test_what_there_is_not_is_empty(source: Source, manager: User, actor: Actor) -> None:
    changes.intend(Change.Action.CONNECT, source, by=actor, provider="google")

    [row] = rows(manager)

    assert {name for name, cell in row.items() if not cell} == {
        *("finished_at", "settled_at", "error", "email", "note", "trace_id"),
        *("integration_id", "calendar_id", "calendar_name", "external_id"),
        *("before", "after", "found", "batch_id", "undoes", "rule_id", "rule_title", "names"),
    }


def test_a_change_of_a_batch_tells_which(source: Source, manager: User, actor: Actor) -> None:
    mirror.read(source)
    batch = batches.Batch.objects.create()
    edit(source, "Board", actor, batch=batch)

    assert rows(manager)[0]["batch_id"] == str(batch.pk)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(source: Source, manager: User, actor: Actor, start: str) -> None:
    mirror.read(source)
    text = f"{start}HYPERLINK(1)"
    names = ["actor_name", "actor_subject", "note", "email", "calendar_name", "external_id"]
    names += ["key_label", "workspace_label", "trace_id", "request_id", "provider", "error"]
    fields = dict.fromkeys(names, text)
    edit(source, "Board", actor, **fields, integration_id=-5, after={"background_color": text})

    [row] = rows(manager)

    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [unguarded(cell) for cell in row.values()].count(text) == len(names)
    assert unguarded(row["integration_id"]) == "-5"


def test_calendars_of_others_that_are_off_are_not_named(
    source: Source, manager: User, actor: Actor
) -> None:
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(bos)
    off, on = edit(bos, "School runs", actor), edit(bos, "On call", actor)
    owner = bos.key.owner
    assert owner is not None

    def told(who: User) -> dict[str, tuple[str, str]]:
        return {row["change_id"]: (row["calendar_name"], row["external_id"]) for row in rows(who)}

    assert told(owner) == {str(row.pk): (row.calendar_name, row.external_id) for row in (off, on)}
    assert told(manager) == {
        str(off.pk): (activity_csv.HIDDEN, activity_csv.HIDDEN),
        str(on.pk): ("On call", on.external_id),
    }


def test_a_long_record_is_read_piece_by_piece(source: Source, manager: User, actor: Actor) -> None:
    first = changes.intend(Change.Action.CONNECT, source, by=actor, provider="google")
    values = {field.attname: getattr(first, field.attname) for field in Change._meta.fields}
    del values["id"]
    Change.objects.bulk_create(Change(**values) for _ in range(2 * activity.PIECE))
    told = []

    with CaptureQueriesContext(connection) as queries:
        for text in activity_csv.lines(ALL, manager):
            told.append((text.count("\r\n"), len(queries)))

    assert told == [(1, 0), (500, 2), (500, 4), (1, 6)], "lines, and questions asked so far"
