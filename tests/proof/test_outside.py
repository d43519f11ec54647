"""Somebody edits in Focus itself, at every moment of a save and of a batch: what is reported, and
the gap of which nobody can know.
"""

from typing import Any

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations import tasks
from integrations.models import Account, Calendar, Change, Source
from integrations.sandbox import RequestSeen, Sandbox
from integrations.services import mirror
from integrations.services.actors import Actor
from tests.browsing import read, send
from tests.bulk import begin_all
from tests.proof.interleaving import Write, silent_overwrites, watched
from tests.views.addresses import of

pytestmark = pytest.mark.django_db(transaction=True)

OURS, THEIRS = "#111111", "#999999"
Accounts = dict[str, Account]


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """The studio's calendar that everybody edits."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


def theirs(sandbox: Sandbox, calendar: Calendar) -> dict[str, Any]:
    """Return the calendar as Focus has it."""
    return sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)


def edit_outside(sandbox: Sandbox, calendar: Calendar, moment: str, operation: str) -> None:
    """Let somebody give the calendar other colours in Focus itself, at a moment."""

    def between(now: str, seen: RequestSeen) -> None:
        if (now, seen.operation) == (moment, operation):
            sandbox.let_happen(None)
            theirs(sandbox, calendar).update(background_color=THEIRS, foreground_color="#eeeeee")

    sandbox.let_happen(between)


def save(client: Client, calendar: Calendar, sandbox: Sandbox, moment: str, operation: str) -> Any:
    """Save another colour, with the edit outside at that moment."""
    form = client.get(of("calendar-edit", calendar))
    edit_outside(sandbox, calendar, moment, operation)
    return send(client, form, button="Save", background_color=OURS)


def carry_out(
    source: Source, by: Actor, sandbox: Sandbox, calendar: Calendar, moment: str, operation: str
) -> Change:
    """Give every calendar another colour; returns what became of the one that is edited outside."""
    batch = begin_all(source, by=by, background_color=OURS)
    edit_outside(sandbox, calendar, moment, operation)
    tasks.hand_over(batch.parts.all())
    tasks.run_next()
    return Change.objects.get(batch=batch, calendar_id=calendar.calendar_id)


def test_what_was_written_before_our_read_is_shown_by_a_save(
    client: Client, calendar: Calendar, sandbox: Sandbox
) -> None:
    answer = save(client, calendar, sandbox, "before", "list_calendars")

    assert answer.status_code == 409
    assert THEIRS in read(answer).words
    assert Change.objects.get().found == {
        "background_color": THEIRS,
        "foreground_color": "#eeeeee",
    }
    assert theirs(sandbox, calendar)["background_color"] == THEIRS


def test_what_was_written_before_our_read_is_told_by_a_batch(
    source: Source, calendar: Calendar, sandbox: Sandbox, manager: User, actor: Actor
) -> None:
    change = carry_out(source, actor, sandbox, calendar, "before", "list_accounts")

    assert (change.outcome, change.found) == ("conflict", {"background_color": THEIRS})
    assert theirs(sandbox, calendar)["background_color"] == THEIRS


def test_the_gap_of_a_save_is_between_its_read_and_its_write(
    client: Client, calendar: Calendar, sandbox: Sandbox, source: Source
) -> None:
    before = calendar.background_color, calendar.foreground_color
    with watched() as written:
        answer = save(client, calendar, sandbox, "after", "list_calendars")

    assert_gap(written, Change.objects.get(), before, calendar, sandbox, source)
    assert answer.status_code == 302


def test_the_gap_of_a_batch_is_as_well(
    source: Source, calendar: Calendar, sandbox: Sandbox, manager: User, actor: Actor
) -> None:
    before = calendar.background_color, calendar.foreground_color
    with watched() as written:
        change = carry_out(source, actor, sandbox, calendar, "after", "list_accounts")

    assert_gap(written, change, before, calendar, sandbox, source)


def assert_gap(
    written: list[Write],
    change: Change,
    before: tuple[str, str],
    calendar: Calendar,
    sandbox: Sandbox,
    source: Source,
) -> None:
    """All of theirs is overwritten: a write replaces the whole. The record has what was read."""
    [lost] = silent_overwrites(written)
    assert lost.changed == {
        "background_color": (THEIRS, OURS),
        "foreground_color": ("#eeeeee", before[1]),
    }
    assert (change.outcome, change.before) == ("done", {"background_color": before[0]})
    mirror.read(source)
    calendar.refresh_from_db()
    assert (calendar.background_color, calendar.foreground_color) == (OURS, before[1])


def test_what_is_written_after_ours_is_there_at_the_next_read(
    client: Client, calendar: Calendar, sandbox: Sandbox, source: Source
) -> None:
    save(client, calendar, sandbox, "after", "update_calendar")

    found = mirror.read(source)

    calendar.refresh_from_db()
    assert calendar.background_color == THEIRS
    [told] = found.recoloured
    assert (told["before"]["background_color"], told["after"]["background_color"]) == (OURS, THEIRS)
