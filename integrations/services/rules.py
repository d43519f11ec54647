"""Writes to mapping rules: a fresh list, a comparison, one write, and the record of it.

Focus writes over a rule whose title it takes for the same as a new one's, without a word. So the
list is read before, and where the title is there already nothing is written. Every write to the
rules of a workspace waits for the one before it, so that two people here never pass each other.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from integrations import focus
from integrations.models import Change, Rule, RuleBook, Source
from integrations.services import changes, rule_books, rule_settling
from integrations.services.actors import Actor
from integrations.services.changes import ConflictError, GoneError, NotTakenError

Action = Change.Action
#: What is recorded where Focus wrote a new rule over one that we took for another.
OVERWROTE = "overwrote"
TAKEN = 409


@dataclass(frozen=True)
class Wish:
    """What a rule shall say, or was shown to say."""

    title: str
    project_id: int | None
    task_id: int | None

    @classmethod
    def of(cls, rule: Rule | focus.Rule) -> "Wish":
        """Return what a rule says."""
        return cls(rule.title, rule.project_id or None, rule.task_id or None)

    @property
    def values(self) -> dict[str, Any]:
        """The same by the names of the record."""
        return asdict(self)


class TakenError(ConflictError):
    """There is a rule with that title; ``rule`` is it, None where only Focus can tell which."""

    def __init__(self, wish: Wish, rule: Rule | None) -> None:
        theirs = Wish.of(rule).values if rule else {}
        super().__init__({name: (wish.values[name], value) for name, value in theirs.items()}, {})
        self.rule = rule


@dataclass(frozen=True)
class Hand:
    """Who writes, through what, and the change that it takes back, if it is one."""

    source: Source
    client: focus.FocusClient
    by: Actor
    undoes: UUID | None = None

    def intend(self, action: Change.Action, rule: tuple[int, str], **values: Any) -> Change:
        """Commit the intent; raises KeyNotReadyError."""
        return changes.intend(
            action, self.source, by=self.by, rule=rule, undoes=self.undoes, **values
        )

    def finish(self, change: Change, error: str = "") -> Change:
        """Commit that it ended well, and return it."""
        trace_id = self.client.trace_id or ""
        changes.finish(change, Change.Outcome.DONE, error=error, trace_id=trace_id)
        return change

    def fresh(self) -> RuleBook:
        """Return the book with the rules as Focus lists them now; raises FocusError."""
        book = rule_books.of(self.source)
        rule_books.read(self.client, book)
        return book


def add(hand: Hand, wish: Wish) -> Change:
    """Make a rule.

    Raises TakenError where its title is there, BusyError, NotTakenError and FocusError. Where Focus
    wrote it over a rule that we took for another, the record has what that said in ``found``.
    """
    change = hand.intend(Action.RULE_ADD, (0, wish.title), after=wish.values)
    with changes.sending(change):
        book = hand.fresh()
        _refuse_taken(book, wish)
        known = {rule.rule_id: rule for rule in book.rules.all()}
        changes.hold(change)
        answer = hand.client.create_mapping(wish.title, wish.project_id, wish.task_id)
        change.rule_id = answer.rule_id if answer else 0
        rule_books.keep(book, change.rule_id, answer)
        _believe(change, answer, wish)
    over = known.get(change.rule_id)
    if over is None:
        return hand.finish(change)
    change.found = Wish.of(over).values
    return hand.finish(change, OVERWROTE)


def edit(hand: Hand, rule: Rule, shown: Wish, wish: Wish) -> Change:
    """Replace a rule that was shown to say something.

    Raises ConflictError where it says something else by now, GoneError, and what ``add`` does.
    """
    touched = [name for name, value in wish.values.items() if value != shown.values[name]]
    change = hand.intend(
        Action.RULE_EDIT,
        (rule.rule_id, shown.title or wish.title),
        before={name: shown.values[name] for name in touched},
        after={name: wish.values[name] for name in touched},
    )
    with changes.sending(change):
        book = hand.fresh()
        fresh = _same(book, rule)
        _compare(fresh, shown, wish)
        _refuse_taken(book, wish, but=rule.rule_id)
        changes.hold(change)
        answer = _replace(hand.client, fresh, wish)
        rule_books.keep(book, rule.rule_id, answer)
        _believe(change, answer, wish)
    return hand.finish(change)


def delete(hand: Hand, rule: Rule, shown: Wish) -> Change:
    """Delete a rule that was shown to say something; one that Focus no longer has counts as done.

    Raises ConflictError where it says something else by now, GoneError, BusyError and FocusError.
    """
    about = (rule.rule_id, shown.title)
    change = hand.intend(Action.RULE_DELETE, about, before=shown.values)
    with changes.sending(change):
        book = hand.fresh()
        _compare(_same(book, rule), shown, shown)
        changes.hold(change)
        try:
            hand.client.delete_mapping(rule.rule_id)
        except focus.NotFoundError as error:
            change.error = error.code
        rule_books.drop(book, rule.rule_id)
    return hand.finish(change, change.error)


def _same(book: RuleBook, rule: Rule) -> Rule:
    """Return the rule as it was read just now; raises GoneError."""
    fresh = book.rules.filter(rule_id=rule.rule_id).first()
    if fresh is None:
        raise GoneError
    return fresh


def _compare(fresh: Rule, shown: Wish, wish: Wish) -> None:
    now = Wish.of(fresh).values
    moved: Mapping[str, tuple[Any, Any]] = {
        name: (value, now[name])
        for name, value in shown.values.items()
        if now[name] not in (value, wish.values[name])
    }
    if moved:
        raise ConflictError(moved, now)


def _refuse_taken(book: RuleBook, wish: Wish, *, but: int = 0) -> None:
    there = rule_books.titled(book, wish.title, but=but)
    if there is not None:
        raise TakenError(wish, there)


def _replace(client: focus.FocusClient, fresh: Rule, wish: Wish) -> focus.Rule | None:
    wire = focus.decode_rule(fresh.raw.encode())
    if isinstance(wire, focus.Unreadable):
        raise GoneError
    try:
        return client.replace_mapping(wire, wish.title, wish.project_id, wish.task_id)
    except focus.RejectedError as error:
        if error.status == TAKEN:  # by a title that we took for another
            raise TakenError(wish, None) from error
        raise


def _believe(change: Change, answer: focus.Rule | None, wish: Wish) -> None:
    """Compare what Focus answered with what was sent; raises NotTakenError."""
    if answer is None:
        return
    now = rule_settling.values(answer)
    kept = {name: now[name] for name, value in wish.values.items() if (now[name] or None) != value}
    if kept:
        change.found = kept
        raise NotTakenError(kept)
