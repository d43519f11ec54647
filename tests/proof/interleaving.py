"""Lets a step of somebody happen at an exact moment of somebody else's, and watches every write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pytest
from django.db import connection

from integrations.models import Change
from integrations.sandbox import Sandbox, operations
from integrations.sandbox.messages import Response
from integrations.sandbox.operations import Call
from integrations.services import rows

Json = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """What one request changed at Focus: {field: (old, new)}."""

    calendar_id: int
    changed: dict[str, tuple[Any, Any]]


@dataclass
class Interruption:
    """Somebody's step, to be taken at the ``at``-th moment of the requests of others.

    The first request has the moments 0 (before it is performed) and 1 (after), and so on.
    """

    at: int
    step: Callable[[], Any]
    taken: bool = False
    result: Any = None
    _passed: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, _moment: str, _seen: object) -> None:
        """Take the step if this is the moment; the requests of the step itself do not count."""
        with self._lock:
            if self.taken or self._passed < self.at:
                self._passed += 1
                return
            self.taken = True
        try:
            self.result = self.step()
        finally:
            connection.close()

    def take_at_last(self) -> Any:
        """Take the step now where its moment never came, and return what came of it."""
        if not self.taken:
            self.taken = True
            self.result = self.step()
        return self.result


@contextmanager
def interrupted(box: Sandbox, at: int, step: Callable[[], Any]) -> Iterator[Interruption]:
    """Let ``step`` be taken at a moment of what is asked inside, or at the end."""
    interruption = Interruption(at, step)
    box.let_happen(interruption)
    yield interruption
    box.let_happen(None)
    interruption.take_at_last()


@contextmanager
def watched() -> Iterator[list[Write]]:
    """Yield what every write changes at Focus, seen while nobody else can do anything there."""
    written: list[Write] = []
    update = operations.OPERATIONS["update_calendar"]

    def watching(call: Call) -> Response:
        before = {c["calendar_id"]: dict(c) for c in call.account["calendars"]}
        response = update(call)
        for now in call.account["calendars"]:
            old = before[now["calendar_id"]]
            names = [n for n in rows.EDITABLE if now.get(n) != old.get(n)]
            changed = {name: (old.get(name), now.get(name)) for name in names}
            if now["calendar_id"] == call.ids["calendar_id"]:
                written.append(Write(now["calendar_id"], changed))
            else:
                assert not changed
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(operations.OPERATIONS, "update_calendar", watching)
        yield written


def silent_overwrites(written: list[Write]) -> list[Write]:
    """Return the writes that nobody's record accounts for.

    A write is accounted for when one change that says it was made, or may have been, touched every
    field that it changed, and had shown its person what was there.
    """
    made = (Change.Outcome.DONE, Change.Outcome.UNKNOWN, Change.Outcome.SENDING)
    records = list(Change.objects.filter(outcome__in=made))

    def accounts_for(change: Change, write: Write) -> bool:
        return change.calendar_id == write.calendar_id and all(
            name in change.after
            and rows.alike(change.after[name], new)
            and rows.alike(change.before[name], old)
            for name, (old, new) in write.changed.items()
        )

    return [w for w in written if not any(accounts_for(change, w) for change in records)]
