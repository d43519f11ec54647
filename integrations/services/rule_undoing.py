"""Taking a change of a mapping rule back: what stands against it, and what it comes to.

A rule that was added is deleted, one that was edited gets its earlier values, and one that was
deleted is made again, under a new number. Where somebody has changed the rule since, nothing is
written over: its own page is the place to decide.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from integrations.models import Change, Rule, RuleBook
from integrations.services import rule_books, rules, undoing
from integrations.services.rules import OVERWROTE, Hand, Wish

Action = Change.Action
Outcome = Change.Outcome


class Obstacle(TextChoices):
    """Why a change of a rule is not taken back."""

    NOT_DONE = "not-done", _("It did not come to be, so there is nothing to undo.")
    UNDONE = "undone", _("It was undone.")
    RUNNING = "running", _("It is being undone at this moment.")
    KEY = "key", _("The key that it was made through is no longer there.")
    OTHERS = "others", _("It is a rule of another person’s key, so it is theirs to undo.")
    GONE = "gone", _("The rule is no longer there, so nothing can be written back.")
    MOVED = "moved", _("Somebody has changed the rule since. Open it to decide what it shall say.")
    TAKEN = "taken", _("There is a rule with this title again. Open it to change it instead.")


@dataclass(frozen=True)
class Undo:
    """What taking a change back comes to: ``now`` is None where there is no rule, and ``then``
    where there is to be none."""

    change: Change
    now: Wish | None
    then: Wish | None
    #: The rule that is there, the one in the way too.
    rule: Rule | None = None
    obstacle: Obstacle | None = None


def of(change: Change, book: RuleBook) -> Undo:
    """Return what undoing a change comes to by the rows that were read last."""
    if change.action == Action.RULE_DELETE:
        undo = _brought_back(change, book)
    else:
        undo = _taken_back(change, book)
    found = _by_the_record(change) or undo.obstacle
    return Undo(change, undo.now, undo.then, undo.rule, found)


def obstacle(change: Change) -> Obstacle | None:
    """Return what the record alone says against it."""
    return _by_the_record(change)


def undo(hand: Hand, due: Undo) -> Change:
    """Take a change back; ``hand.undoes`` names it. Raises what the writes of ``rules`` do."""
    if due.rule is None or due.now is None:
        return rules.add(hand, due.then or _wish({}))
    if due.then is None:
        return rules.delete(hand, due.rule, due.now)
    return rules.edit(hand, due.rule, due.now, due.then)


def _by_the_record(change: Change) -> Obstacle | None:
    if change.outcome != Outcome.DONE:
        return Obstacle.NOT_DONE
    done = undoing.undo_of(change)
    if done is None:
        return None
    return Obstacle.UNDONE if done.outcome == Outcome.DONE else Obstacle.RUNNING


def _brought_back(change: Change, book: RuleBook) -> Undo:
    then = _wish(change.before)
    there = rule_books.titled(book, then.title)
    return Undo(change, None, then, there, Obstacle.TAKEN if there else None)


def _taken_back(change: Change, book: RuleBook) -> Undo:
    rule = book.rules.filter(rule_id=change.rule_id).first() if change.rule_id else None
    if rule is None:
        return Undo(change, None, None, None, Obstacle.GONE)
    now = Wish.of(rule)
    if change.action == Action.RULE_EDIT:
        then: Wish | None = _wish(now.values | change.before)
    else:
        then = _wish(change.found) if change.error == OVERWROTE else None
    moved = any(now.values[name] != (value or None) for name, value in change.after.items())
    return Undo(change, now, then, rule, Obstacle.MOVED if moved else None)


def _wish(values: dict[str, Any]) -> Wish:
    return Wish(str(values.get("title") or ""), values.get("project_id"), values.get("task_id"))
