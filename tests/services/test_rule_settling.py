"""What became of a write to a rule whose answer never came: the next list says so, or nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from integrations import focus
from integrations.models import Change, Rule, RuleBook, Source
from integrations.sandbox import Sandbox
from integrations.services import keys, rule_books, rules
from integrations.services.actors import Actor
from integrations.services.rules import Hand, Wish
from tests.clocks import Clock

Outcome = Change.Outcome
Rules = list[dict[str, Any]]
WEEKLY = Wish("Weekly", 330001, None)
OVERTAKEN = (Outcome.UNKNOWN, "overtaken")
NOT_SAVED = (Outcome.FAILED, "not-saved")


@pytest.fixture
def theirs(sandbox: Sandbox) -> Rules:
    """What Focus has; the first is the daily stand-up."""
    found: Rules = sandbox.world.owner(sandbox.shared_key).rules
    return found


@pytest.fixture
def book(source: Source, actor: Actor) -> RuleBook:
    """The shared key's rules, just read."""
    return rule_books.look(rule_books.of(source), by=actor)


@pytest.fixture
def daily(book: RuleBook) -> Rule:
    """The first of them."""
    return book.rules.get(title="Daily stand-up")


@pytest.fixture
def lost(source: Source, sandbox: Sandbox, actor: Actor) -> Callable[..., Change]:
    """Write to a rule so that the request is lost on its way; returns its change."""

    def write(what: Callable[..., Change], operation: str, *values: Any) -> Change:
        sandbox.fault(operation, "reset")
        with pytest.raises(focus.FocusError), keys.opened(source) as client:
            what(Hand(source, client, actor), *values)
        return Change.objects.get()

    return write


def told(change: Change, book: RuleBook, actor: Actor) -> tuple[str, str]:
    """Read the list, and return what is known of a change then."""
    rule_books.look(book, by=actor, force=True)
    change.refresh_from_db()
    return change.outcome, change.error


def test_a_deletion_is_called_lost_when_nothing_can_arrive_any_more(
    daily: Rule, book: RuleBook, lost: Callable[..., Change], actor: Actor, clock: Clock
) -> None:
    change = lost(rules.delete, "delete_mapping", daily, Wish.of(daily))
    assert told(change, book, actor) == (Outcome.UNKNOWN, "unavailable")

    clock.leap_to(change.lease_until)

    assert told(change, book, actor) == NOT_SAVED


def test_an_edit_is_called_lost_when_nothing_can_arrive_any_more(
    daily: Rule, book: RuleBook, lost: Callable[..., Change], actor: Actor, clock: Clock
) -> None:
    change = lost(rules.edit, "replace_mapping", daily, Wish.of(daily), WEEKLY)
    assert told(change, book, actor) == (Outcome.UNKNOWN, "unavailable")

    clock.leap_to(change.lease_until)

    assert told(change, book, actor) == NOT_SAVED


def test_an_edit_of_a_rule_that_says_something_else_by_then_is_overtaken(
    daily: Rule, book: RuleBook, theirs: Rules, lost: Callable[..., Change], actor: Actor
) -> None:
    change = lost(rules.edit, "replace_mapping", daily, Wish.of(daily), WEEKLY)
    theirs[0]["project_id"] = 330003

    assert told(change, book, actor) == OVERTAKEN


def test_an_edit_of_a_rule_that_is_gone_by_then_is_overtaken(
    daily: Rule, book: RuleBook, theirs: Rules, lost: Callable[..., Change], actor: Actor
) -> None:
    change = lost(rules.edit, "replace_mapping", daily, Wish.of(daily), WEEKLY)
    theirs.pop(0)

    assert told(change, book, actor) == OVERTAKEN


def test_a_new_rule_whose_title_says_something_else_is_overtaken(
    book: RuleBook, theirs: Rules, lost: Callable[..., Change], actor: Actor
) -> None:
    change = lost(rules.add, "create_mapping", WEEKLY)
    theirs[0] |= {"title": "weekly", "project_id": 330003}

    assert told(change, book, actor) == OVERTAKEN
    assert change.rule_id == 0


def test_while_the_list_is_only_a_part_of_all_nothing_is_called_gone(
    daily: Rule, book: RuleBook, sandbox: Sandbox, lost: Callable[..., Change], actor: Actor
) -> None:
    change = lost(rules.delete, "delete_mapping", daily, Wish.of(daily))
    sandbox.fault("list_mappings", "wrong_shape", payload={"data": [], "total": 4})

    assert told(change, book, actor) == OVERTAKEN
