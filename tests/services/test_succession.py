"""Which calendar a record is about by now, after its account was connected again."""

import pytest
from django.utils import timezone

from integrations.models import Account, Calendar, Change, Source
from integrations.services import changes, keys, mirror, succession
from integrations.services.actors import Actor
from tests.moving import moved_to
from tests.teamwork import give_key, person

Accounts = dict[str, Account]


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """The studio's first calendar, without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


@pytest.fixture
def edited(calendar: Calendar, actor: Actor) -> Change:
    """The record of an edit."""
    account = calendar.account
    return changes.intend(
        Change.Action.EDIT, account.source, by=actor, account=account, calendar=calendar
    )


def test_it_finds_the_calendar_where_it_was(edited: Change, calendar: Calendar) -> None:
    assert succession.calendar_of(edited, [calendar.account.source]) == calendar


def test_it_finds_a_calendar_that_its_account_has_under_another_id(
    edited: Change, calendar: Calendar
) -> None:
    Calendar.objects.filter(pk=calendar.pk).update(calendar_id=77)

    assert succession.calendar_of(edited, [calendar.account.source]) == calendar


def test_it_follows_an_address_over_several_ids(edited: Change, calendar: Calendar) -> None:
    first = moved_to(calendar.account, 1, gone=True)
    second = moved_to(first, 10, "Old office", "Equipment")

    found = succession.calendar_of(edited, [calendar.account.source])

    assert found is not None
    assert (found.account, found.external_id) == (second, calendar.external_id)
    assert found.account.source == calendar.account.source


def test_an_id_means_nothing_in_an_account_of_another_id(
    edited: Change, calendar: Calendar
) -> None:
    again = moved_to(calendar.account, 1, "Old office")
    again.calendars.update(calendar_id=calendar.calendar_id)

    assert succession.calendar_of(edited, [calendar.account.source]) is None


def test_of_two_calendars_with_one_external_id_it_takes_neither(
    edited: Change, calendar: Calendar
) -> None:
    moved_to(calendar.account, 1, "Equipment", "Equipment")

    assert succession.calendar_of(edited, [calendar.account.source]) is None


def test_without_an_external_id_a_calendar_is_not_found_again(
    edited: Change, calendar: Calendar
) -> None:
    again = moved_to(calendar.account, 1, "Equipment")
    again.calendars.update(external_id="")
    edited.external_id = ""

    assert succession.calendar_of(edited, [calendar.account.source]) is None


@pytest.mark.parametrize("gone", ["calendar", "account", "successor", "circle"])
def test_what_is_gone_is_not_found(edited: Change, calendar: Calendar, gone: str) -> None:
    account, now = calendar.account, timezone.now()
    if gone == "calendar":
        Calendar.objects.filter(pk=calendar.pk).update(gone_at=now)
    elif gone == "account":
        Account.objects.filter(pk=account.pk).update(gone_at=now)
    else:
        again = moved_to(account, 1, "Equipment", gone=True)
        Account.objects.filter(pk=account.pk).update(replaces=again if gone == "circle" else None)

    assert succession.calendar_of(edited, [account.source]) is None


def test_it_finds_it_through_the_nearest_key_that_sees_it(
    edited: Change, source: Source, calendar: Calendar
) -> None:
    near = keys.source(give_key(person("alex"), "alex"), source.workspace)
    far = keys.source(give_key(person("bo"), "bo"), source.workspace)
    for found in (near, far):
        mirror.read(found)

    def through(*sources: Source) -> Calendar | None:
        return succession.calendar_of(edited, list(sources))

    assert through(far, near, source) == through(near)
    assert through(near) == Calendar.objects.get(
        account__source=near, calendar_id=calendar.calendar_id
    )
    assert through(far) is None
