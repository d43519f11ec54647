"""A calendar of somebody else that is switched off: named to its owner, and to nobody else."""

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Calendar, Change, Source
from integrations.services import changes, keys, mirror, team
from integrations.services.actors import Actor
from tests.teamwork import give_key, person


@pytest.fixture
def bos(source: Source) -> Source:
    """What Bo's key sees, just read."""
    found = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(found)
    return found


def test_what_others_have_switched_off_is_a_number_to_all_but_its_owner(
    source: Source, bos: Source, manager: User
) -> None:
    mirror.read(source)

    def named(who: User) -> set[str]:
        return set(team.calendars([source, bos], who).values_list("name", flat=True))

    assert bos.key.owner is not None
    assert named(bos.key.owner) - named(manager) == {"School runs"}
    assert {"Birthdays", "On call"} <= named(manager), "one is off and the shared key's, one is on"


def test_of_one_calendar_it_says_the_same(source: Source, bos: Source, manager: User) -> None:
    mirror.read(source)
    assert bos.key.owner is not None
    for who in (manager, bos.key.owner):
        found = Calendar.objects.select_related("account__source__key")
        is_open = {row.pk for row in found if team.is_open_to(row, who)}
        assert is_open == set(found.filter(team.open_to(who)).values_list("pk", flat=True))
        assert is_open == set(team.named([source, bos], who).values_list("pk", flat=True))


def test_calendars_that_are_gone_are_nobodys(source: Source, manager: User) -> None:
    mirror.read(source)
    Calendar.objects.exclude(name="Board").update(gone_at=timezone.now())

    assert [row.name for row in team.calendars([source], manager)] == ["Board"]


def test_the_record_names_no_calendar_that_its_owner_has_switched_off(
    bos: Source, manager: User, actor: Actor
) -> None:
    by_name = {row.name: row for row in Calendar.objects.filter(account__source=bos)}
    off, on = by_name["School runs"], by_name["On call"]
    edits = [
        changes.intend(
            Change.Action.EDIT, bos, by=actor, account=calendar.account, calendar=calendar
        )
        for calendar in (off, on)
    ]
    refresh = changes.intend(Change.Action.REFRESH, bos, by=actor, account=on.account)
    refresh.difference = {
        "renamed": [{"calendar_id": off.calendar_id}],
        "gone": [{"calendar_id": on.calendar_id}, {"calendar_id": 999}],
    }

    assert bos.key.owner is not None
    assert team.closed_calendars(edits, manager) == {off.calendar_id}
    assert team.closed_calendars([refresh], manager) == {off.calendar_id, 999}
    assert team.closed_calendars([*edits, refresh], bos.key.owner) == set()


def test_the_record_of_the_shared_key_names_every_calendar(
    source: Source, manager: User, actor: Actor
) -> None:
    mirror.read(source)
    off = Calendar.objects.get(name="Birthdays")
    edit = changes.intend(Change.Action.EDIT, source, by=actor, account=off.account, calendar=off)

    assert team.closed_calendars([edit], manager) == set()
