"""Defaults that lead nowhere, as far as names are known."""

import pytest

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Name, Source
from integrations.sandbox import Sandbox
from integrations.services import default_needs, name_reading
from integrations.services.actors import Actor

Accounts = dict[str, Account]


@pytest.fixture
def looked_up(source: Source, accounts: Accounts, actor: Actor) -> Source:
    """A source whose names were just read."""
    assert name_reading.look_up(source, by=actor).error is None
    return source


def found(source: Source, who: User) -> list[tuple[str, str, bool, bool]]:
    """Return the calendar, the kind of its default, and whether that is archived or missing."""
    abouts = [need.about for need in default_needs.find([source], who)]
    return [
        (about.entry["name"], about.named.kind, about.named.is_archived, about.named.is_missing)
        for about in abouts
    ]


def test_nothing_is_said_of_what_nobody_has_looked_up(
    source: Source, manager: User, accounts: Accounts
) -> None:
    assert found(source, manager) == []


def test_a_project_that_is_archived(looked_up: Source, manager: User) -> None:
    assert found(looked_up, manager) == [("Old office", "project", True, False)]


def test_a_project_or_a_task_that_is_gone_and_a_task_that_is_done(
    looked_up: Source, manager: User
) -> None:
    Calendar.objects.filter(name="Deliveries").update(default_project_id=999_999)
    Calendar.objects.filter(name="Board").update(default_planned_task_id=999_998)
    Name.objects.filter(kind=Name.Kind.TASK, number=220002).update(active=False)
    Calendar.objects.filter(name="Old office").update(selected=False)

    assert found(looked_up, manager) == [
        ("Board", "task", False, True),
        ("Client calls", "task", True, False),
        ("Deliveries", "project", False, True),
    ]


def test_both_parts_of_a_default_are_needs_of_their_own(looked_up: Source, manager: User) -> None:
    Calendar.objects.filter(name="Old office").update(default_planned_task_id=999_998)

    needs = default_needs.find([looked_up], manager)

    assert len({need.subject for need in needs}) == 2


def test_one_that_works_again_is_none(
    looked_up: Source, manager: User, sandbox: Sandbox, actor: Actor
) -> None:
    [before] = default_needs.find([looked_up], manager)
    Name.objects.filter(number=330009).update(active=True)

    assert before.facts == ("project", 330009, True, False)
    assert found(looked_up, manager) == []
