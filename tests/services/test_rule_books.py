"""The rules that a source sees: when Focus is asked for them, and what its answer changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from integrations.models import Account, Change, Quota, RuleBook, Source
from integrations.sandbox import Sandbox
from integrations.services import changes, freshness, keys, rule_books
from integrations.services.actors import Actor
from tests.teamwork import BO, give_key, person

Asked = Callable[[], list[str]]
LIST = ["list_mappings"]


@pytest.fixture
def book(source: Source, actor: Actor, asked: Asked) -> RuleBook:
    """The shared key's rules, just read; what that cost is forgotten."""
    found = rule_books.look(rule_books.of(source), by=actor)
    asked()
    return found


def old(book: RuleBook) -> RuleBook:
    """Let the rules be older than a page shows them, and return the book as a page reads it."""
    RuleBook.objects.filter(pk=book.pk).update(last_good_at=timezone.now() - timedelta(minutes=2))
    return rule_books.of(book.source)


def titles(book: RuleBook) -> set[str]:
    """Return what is shown."""
    return set(book.rules.values_list("title", flat=True))


def test_a_write_whose_process_died_has_them_read_again(
    book: RuleBook, actor: Actor, asked: Asked
) -> None:
    change = changes.intend(Change.Action.RULE_ADD, book.source, by=actor, rule=(0, "Retro"))
    rule_books.look(book, by=actor)
    assert asked() == []

    Change.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    rule_books.look(book, by=actor)

    assert asked() == LIST
    change.refresh_from_db()
    assert (change.outcome, change.error) == ("failed", "not-saved")


def test_a_replaced_key_is_proven_by_its_accounts_before(
    book: RuleBook, accounts: dict[str, Account], actor: Actor, asked: Asked
) -> None:
    book.source.key.generation += 1
    book.source.key.save()

    rule_books.look(book, by=actor)

    assert asked() == ["list_accounts", *LIST]
    assert book.last_error == ""


def test_the_rules_of_a_doubted_key_are_not_asked_for(
    book: RuleBook,
    accounts: dict[str, Account],
    actor: Actor,
    asked: Asked,
    settings: LazySettings,
) -> None:
    settings.FOCUS_API_KEY = BO
    source = keys.source(keys.shared(), book.source.workspace)

    found = rule_books.look(rule_books.of(source), by=actor)

    assert asked() == ["list_accounts"]
    assert found.last_error == "key-doubted"
    assert "Site visit" not in titles(found)


def test_a_failure_of_the_key_that_it_was_stands_no_longer(
    book: RuleBook, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    sandbox.fault("list_mappings", "status", status=500)
    for _time in range(2):
        rule_books.look(old(book), by=actor)
    assert asked() == LIST

    key = book.source.key
    key.generation += 1
    key.proven_generation = key.generation
    key.save()
    found = rule_books.look(old(book), by=actor)

    assert asked() == LIST
    assert found.last_error == ""


def test_while_focus_is_away_nobodys_rules_are_asked_for(
    book: RuleBook, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    sandbox.fault("list_mappings", "status", status=503, times=None)
    for _time in range(5):
        rule_books.look(book, by=actor, force=True)
    asked()
    bos = keys.source(give_key(person("bo"), "bo"), book.source.workspace)

    found = rule_books.look(rule_books.of(bos), by=actor)

    assert asked() == []
    assert found.last_error == "unavailable"


def test_what_another_process_is_reading_is_not_asked_for_twice(
    book: RuleBook, actor: Actor, asked: Asked
) -> None:
    mine, theirs = old(book), rule_books.of(book.source)
    assert freshness.lease(theirs)

    rule_books.look(mine, by=actor)

    assert asked() == []
    assert "Daily stand-up" in titles(mine)


def test_a_question_that_was_never_sent_costs_nothing(
    book: RuleBook, actor: Actor, settings: LazySettings
) -> None:
    left = Quota.objects.get().remaining
    settings.FOCUS_API_URL = "http://127.0.0.1:9/api"

    found = rule_books.look(old(book), by=actor)

    assert found.last_error == "unavailable"
    assert Quota.objects.get().remaining == left


def test_a_list_that_was_asked_for_before_our_last_write_changes_nothing(
    book: RuleBook, sandbox: Sandbox, actor: Actor, asked: Asked
) -> None:
    sandbox.world.owner(sandbox.shared_key).rules.clear()
    RuleBook.objects.update(written_at=timezone.now() + timedelta(seconds=5))

    rule_books.look(book, by=actor, force=True)
    assert asked() == LIST
    assert len(titles(book)) == 4

    RuleBook.objects.update(written_at=timezone.now())
    rule_books.look(book, by=actor, force=True)
    assert titles(book) == set()
