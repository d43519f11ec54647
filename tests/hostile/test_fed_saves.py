"""Saving while Focus lists anything at all: what is there now is read, and never guessed."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client

from integrations.focus import FocusError
from integrations.models import Account, Calendar, Change, Source
from integrations.services import calendars, keys, rows
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from integrations.services.changes import ConflictError, GoneError, NotTakenError
from tests.browsing import read
from tests.hostile import feeding
from tests.hostile.mutating import answers
from tests.views.addresses import of

TOGETHER = 20
WISH = {"background_color": "#123456"}

Save = Callable[[], Any]


@pytest.fixture
def calendar(accounts: dict[str, Account], source: Source) -> Calendar:
    """A calendar without anything odd."""
    row = accounts["studio@example.com"].calendars.get(name="Equipment")
    row.account.source = source
    return row


@pytest.fixture
def through_the_page(client: Client, calendar: Calendar) -> Save:
    """Saves as a person does."""
    here = of("calendar-edit", calendar)
    typed = read(client.get(here)).form(button="Save").values | WISH

    def save() -> None:
        answer = client.post(here, typed)
        assert answer.status_code in feeding.PAGES, answer.status_code

    return save


@pytest.fixture
def through_the_service(calendar: Calendar, source: Source, actor: Actor) -> Save:
    """Saves as the page has it done, without drawing what comes of it."""
    shown = {name: getattr(calendar, name) for name in rows.EDITABLE}
    edits = CalendarEdits(shown, WISH)

    def save() -> None:
        told = suppress(FocusError, ConflictError, GoneError, NotTakenError)
        with told, keys.opened(source) as focus:
            calendars.update(focus, calendar, edits, by=actor)

    return save


@pytest.mark.few(1)
@pytest.mark.parametrize("part", range(feeding.PARTS))
def test_any_fresh_read_is_saved_on_or_told(
    through_the_page: Save, through_the_service: Save, calendar: Calendar, part: int
) -> None:
    right = [json.loads(calendar.raw), {"calendar_id": calendar.calendar_id + 1}]
    feeder, seeds = feeding.Feeder("list_calendars"), feeding.seeds(part)
    outcomes: set[str] = set()

    for some in feeding.chunks(seeds, TOGETHER):
        with feeding.undone(some):
            for number, feeder.food in enumerate([body] for body in answers(right, some)):
                feeding.forget()
                (through_the_service if number % feeding.DRAWN else through_the_page)()
            outcomes |= set(Change.objects.values_list("outcome", flat=True))
            assert Change.objects.count() == len(some)

    feeder.close()
    assert feeder.eaten == len(seeds)
    assert outcomes == {"done", "failed", "conflict"}
