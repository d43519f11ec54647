"""What became of writes to rules whose answer never came: the next list of rules says so.

As with calendars (``settling``): it shows what was sent, or what was there before, or something
else, and then nobody can tell any more.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from integrations import focus
from integrations.models import Change, Source
from integrations.services.rule_titles import folded
from integrations.services.settling import settled

Action = Change.Action
Outcome = Change.Outcome


def settle(source: Source, listing: "focus.Listing[focus.Rule]", asked_at: datetime) -> None:
    """Settle what a list shows; call inside the transaction that stored its rows."""
    is_whole = not listing.unreadable and not listing.beyond
    for change in _unsettled(source, asked_at).select_for_update():
        arrived = _arrived(change, listing.items, is_whole=is_whole)
        if arrived is None:
            settled(change, Outcome.UNKNOWN, "overtaken", asked_at)
        elif arrived:
            settled(change, Outcome.DONE, "", asked_at)
        elif change.lease_until is None or change.lease_until <= asked_at:
            settled(change, Outcome.FAILED, "not-saved", asked_at)


def values(rule: focus.Rule) -> dict[str, Any]:
    """Return what a rule says, by the names of the record."""
    return {"title": rule.title, "project_id": rule.project_id, "task_id": rule.task_id}


def _unsettled(source: Source, asked_at: datetime) -> QuerySet[Change]:
    return Change.objects.filter(
        action__in=Change.OF_RULES,
        outcome=Outcome.UNKNOWN,
        settled_at=None,
        key=source.key_id,
        workspace_id=source.workspace.workspace_id,
        finished_at__lt=asked_at,
    )


def _arrived(change: Change, found: Iterable[focus.Rule], *, is_whole: bool) -> bool | None:
    """Say whether a list shows that a write arrived; None where nobody can tell."""
    if change.action == Action.RULE_ADD:
        return _added(change, found, is_whole=is_whole)
    row = next((rule for rule in found if rule.rule_id == change.rule_id), None)
    if change.action == Action.RULE_DELETE:
        if row is not None:
            return False
        return True if is_whole else None
    if row is None:
        return None
    now = values(row)
    if _holds(now, change.after):
        return True
    return False if _holds(now, change.before) else None


def _added(change: Change, found: Iterable[focus.Rule], *, is_whole: bool) -> bool | None:
    title = folded(change.rule_title)
    row = next((rule for rule in found if folded(rule.title) == title), None)
    if row is None:
        return False if is_whole else None
    if not _holds(values(row), change.after):
        return None
    change.rule_id = row.rule_id
    return True


def _holds(now: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all((now[name] or None) == (value or None) for name, value in wanted.items())
