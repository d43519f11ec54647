"""What ``manage.py apply`` says: what is going to change, what it costs, and what came of it."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from integrations.models import Batch, Calendar, Change
from integrations.services.carrying_out import Progress
from integrations.services.plans import Cost, Plan
from integrations.services.sheet_problems import quoted
from integrations.views.outcomes import of_change


def plan(found: Plan, *, listed: int) -> Iterator[str]:
    """Yield every change, old → new, and how much is left as it is of the ``listed`` calendars."""
    for step in found.steps:
        yield _name(step.calendar)
        for name in step.after:
            yield f"  {name}: {_value(step.before[name])} → {_value(step.after[name])}"
    for left_out in found.blocked:
        yield f"{_name(left_out.calendar)}: left out. {left_out.reason.label}."
    said = len(found.steps) + len(found.unchanged) + len(found.blocked)
    counts = {
        "to change": len(found.steps),
        "left out": len(found.blocked),
        "unchanged": len(found.unchanged),
        "not in the file": listed - said,
    }
    words = [f"{count} {what}" for what, count in counts.items() if count or what == "to change"]
    yield f"{', '.join(words)}."


def cost(found: Cost, writes: int) -> Iterator[str]:
    """Yield what the changes cost and whether this hour is enough for them."""
    text = f"This takes {_requests(writes)}, and one more for every minute that it lasts."
    if found.left is not None:
        text += f" {found.left} are left this hour, {found.reserve} of them for the key’s owner."
    yield text
    if found.left is not None and writes > found.left - found.reserve and found.resets_at:
        yield f"What this hour is not enough for is done after {_clock(found.resets_at)}."


def progress(found: Progress) -> str:
    """Return how far it is."""
    text = f"{found.done} of {found.total} done."
    if found.waits_until is not None:
        text += f" The hour’s requests are used up; it goes on at {_clock(found.waits_until)}."
    return text


def not_done(batch: Batch) -> list[str]:
    """Return a line for each change that did not end as it should, and why."""
    rest = Change.objects.filter(batch=batch).exclude(outcome=Change.Outcome.DONE)
    lines = []
    for change in rest.order_by("position"):
        told = of_change(change)
        why = f" {told.title}." if told else f" ({change.error})" if change.error else ""
        where = f"{quoted(change.email)}: {quoted(change.calendar_name)}"
        lines.append(f"{where}: {change.get_outcome_display()}.{why}")
    return lines


def _name(calendar: Calendar | None) -> str:
    if calendar is None:
        return "A calendar"
    account = calendar.account
    numbers = f"{account.integration_id}/{calendar.calendar_id}"
    return f"{quoted(str(account))}: {quoted(str(calendar))} ({numbers})"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(str(value)) if value else "none"


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"


def _clock(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M %Z}"
