"""A batch of every calendar of the sandbox, and what is true of it afterwards."""

import json
from typing import Any

from integrations import tasks
from integrations.models import Batch, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests.bulk import begin

Ids = tuple[int, int]
Json = dict[str, Any]


def calendars(box: Sandbox) -> dict[Ids, Json]:
    """Return a copy of every calendar of the shared key as Focus has it, by its ids."""
    with box.world.lock:
        return {
            (account["calendar_integration_id"], calendar["calendar_id"]): dict(calendar)
            for account in box.world.accounts(box.shared_key)
            for calendar in account["calendars"]
        }


def puts(box: Sandbox) -> list[tuple[Ids, Json]]:
    """Return every write that reached Focus: of what, and what was sent.

    A worker may be killed while it sends: half a request is refused.
    """
    found = []
    for request in box.requests:
        if request.operation == "update_calendar" and request.body.endswith(b"}"):
            *_start, account, _calendars, calendar = request.path.split("/")
            found.append(((int(account), int(calendar)), json.loads(request.body)))
    return found


def wishes(source: Source) -> dict[Ids, Json]:
    """Return what each calendar shall get: a colour that no other one has, and a flag turned."""
    rows = Calendar.objects.filter(account__source=source).select_related("account")
    return {
        (row.account.integration_id, row.calendar_id): {
            "background_color": f"#0b{number:04x}",
            "selected": not row.selected,
        }
        for number, row in enumerate(rows.order_by("pk"))
    }


def start(source: Source, wished: dict[Ids, Json], by: Actor) -> Batch:
    """Confirm a batch that gives every calendar what is wished for it, and hand it over."""
    rows = Calendar.objects.filter(account__source=source).select_related("account")
    batch = begin(
        {row: wished[row.account.integration_id, row.calendar_id] for row in rows},
        by=by,
        sources=[source],
    )
    tasks.hand_over(batch.parts.all())
    return batch


def is_finished(batch: Batch) -> bool:
    """Say whether nothing more is to do."""
    return Batch.objects.get(pk=batch.pk).finished_at is not None


def assert_true(
    box: Sandbox, batch: Batch, before: dict[Ids, Json], wished: dict[Ids, Json]
) -> None:
    """What was wished for is what Focus has and what every record says, and nothing else is."""
    for ids, calendar in calendars(box).items():
        expected = before[ids] | wished[ids] | {"updated_at": calendar["updated_at"]}
        assert calendar == expected
    changes = Change.objects.filter(batch=batch)
    assert sorted((c.integration_id, c.calendar_id) for c in changes) == sorted(wished)
    assert {(c.outcome, c.error) for c in changes} <= {("done", ""), ("done", "already-so")}
    assert all(c.after == wished[c.integration_id, c.calendar_id] for c in changes)
    for ids, body in puts(box):
        assert {name: body[name] for name in wished[ids]} == wished[ids]
