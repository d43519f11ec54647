"""Calendars that wait for a decision, and settings that nobody wants."""

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from integrations.services import calendar_needs, calendars, keys, mirror
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from integrations.services.needs import Kind, Need
from tests.services.answers import account, answer, calendar
from tests.services.test_team import sources
from tests.teamwork import give_key, person

Accounts = dict[str, Account]
NUMBERS = [4400001, 4400002]


def found(source: Source, who: User, kind: Kind) -> list[Need]:
    """Return the needs of one kind that a person sees through one source."""
    return [need for need in calendar_needs.find([source], who, NUMBERS) if need.kind == kind]


def names(needs: list[Need]) -> list[str]:
    """Return the names of the calendars."""
    return [need.about["name"] for need in needs]


def listed(sandbox: Sandbox, source: Source, *entries: dict[str, object]) -> None:
    """Read the source while Focus answers with these accounts."""
    answer(sandbox, *entries)
    mirror.read(source)


def test_the_first_look_floods_nobody(
    source: Source, manager: User, sandbox: Sandbox, accounts: Accounts
) -> None:
    mirror.read(source)

    assert Calendar.objects.count() == 30
    assert found(source, manager, Kind.NEW) == []


def test_what_appears_in_a_known_account_waits_for_a_decision(
    source: Source, manager: User, sandbox: Sandbox
) -> None:
    listed(sandbox, source, account(7, "a@example.com", calendars=[calendar(1, "Old")]))
    old_and_new = [calendar(1, "Old"), calendar(2, "Fresh")]
    listed(sandbox, source, account(7, "a@example.com", calendars=old_and_new))

    [need] = found(source, manager, Kind.NEW)

    assert (need.about["name"], need.subject) == ("Fresh", "7:2")
    assert need.since == Calendar.objects.get(name="Fresh").first_seen_at


def test_another_account_brings_calendars_that_are_not_new(
    source: Source, manager: User, sandbox: Sandbox
) -> None:
    first = account(7, "a@example.com", calendars=[calendar(1, "Old")])
    listed(sandbox, source, first)
    listed(sandbox, source, first, account(8, "b@example.com", calendars=[calendar(2, "Fresh")]))
    mirror.read(source)

    assert found(source, manager, Kind.NEW) == []


@pytest.mark.parametrize("there", [True, False])
def test_a_decision_in_focus_counts(
    source: Source, manager: User, sandbox: Sandbox, there: bool
) -> None:
    before = [calendar(1, "Old"), calendar(2, "Fresh", selected=not there)]
    listed(sandbox, source, account(7, "a@example.com", calendars=before[:1]))
    listed(sandbox, source, account(7, "a@example.com", calendars=before))
    assert names(found(source, manager, Kind.NEW)) == ["Fresh"]

    after = [before[0], before[1] | {"selected": there}]
    listed(sandbox, source, account(7, "a@example.com", calendars=after))

    assert found(source, manager, Kind.NEW) == []


def test_another_name_is_no_decision(source: Source, manager: User, sandbox: Sandbox) -> None:
    for names_then in (["Old"], ["Old", "Fresh"], ["Old", "Renamed"]):
        brought = [calendar(number, name) for number, name in enumerate(names_then, start=1)]
        listed(sandbox, source, account(7, "a@example.com", calendars=brought))

    assert names(found(source, manager, Kind.NEW)) == ["Renamed"]


def test_a_write_of_ours_counts_as_a_decision(
    source: Source, manager: User, accounts: Accounts, actor: Actor
) -> None:
    row = Calendar.objects.select_related("account__source__key", "account__source__workspace").get(
        name="Client calls"
    )
    Calendar.objects.filter(pk=row.pk).update(undecided_since=timezone.now())
    edits = CalendarEdits({"background_color": "#0b8043"}, {"background_color": "#123456"})

    with keys.opened(source) as client:
        calendars.update(client, row, edits, by=actor)

    assert found(source, manager, Kind.NEW) == []


def test_leaving_them_asks_nobody(
    source: Source, manager: User, accounts: Accounts, actor: Actor, sandbox: Sandbox
) -> None:
    Calendar.objects.filter(name__in=["Board", "Workshops"]).update(undecided_since=timezone.now())
    before = len(sandbox.requests)

    left = calendars.leave(list(Calendar.objects.values_list("pk", flat=True)), by=actor)

    assert (left, len(sandbox.requests)) == (2, before)
    assert found(source, manager, Kind.NEW) == []


def test_only_calendars_that_are_on_are_hard_to_read(
    source: Source, manager: User, accounts: Accounts
) -> None:
    low = found(source, manager, Kind.COLOUR)

    assert names(low) == ["Focus time", "Freelance", "Conference travel", "Equipment"]
    assert all(need.about["contrast"] < 4.5 for need in low)
    before = low[0].fingerprint
    Calendar.objects.filter(pk=low[0].about["pk"]).update(foreground_color="#3f51b6")
    assert found(source, manager, Kind.COLOUR)[0].fingerprint != before


def test_a_workspace_that_is_on_no_list_is_a_default_that_leads_nowhere(
    source: Source, manager: User, accounts: Accounts
) -> None:
    Calendar.objects.filter(name="Deliveries").update(default_workspace_id=9)
    Calendar.objects.filter(name="Board").update(default_workspace_id=0)
    Calendar.objects.filter(name="Birthdays", selected=False).update(default_workspace_id=9)

    assert names(found(source, manager, Kind.DEFAULT)) == ["Deliveries"]


def test_one_calendar_that_is_on_in_two_accounts_is_a_twin(
    source: Source, manager: User, accounts: Accounts
) -> None:
    assert found(source, manager, Kind.TWIN) == []
    Calendar.objects.filter(name="Team holidays").update(selected=True)

    [need] = found(source, manager, Kind.TWIN)

    emails = [entry["account__email"] for entry in need.about]
    assert emails == ["alex@example.com", "studio@example.com"]


def test_one_that_is_twice_in_one_account_is_none(
    source: Source, manager: User, sandbox: Sandbox
) -> None:
    same = {"external_id": "x@example.com", "selected": True}
    brought = [calendar(1, "One", **same), calendar(2, "Two", **same)]
    listed(sandbox, source, account(7, "a@example.com", calendars=brought))

    assert found(source, manager, Kind.TWIN) == []


def test_two_people_may_have_the_same_one(source: Source, manager: User, actor: Actor) -> None:
    """Each of them has it once: events belong to the person of a key."""
    give_key(person("bo"), "bo")
    both = sources(manager, source.workspace)
    mirror.look_all(both, by=actor)
    Calendar.objects.filter(name="Team holidays", account__email="bo@example.com").update(
        selected=True
    )

    kinds = {need.kind for need in calendar_needs.find(both, manager, NUMBERS)}

    assert Kind.TWIN not in kinds


def test_what_others_have_switched_off_stays_theirs(
    source: Source, manager: User, actor: Actor
) -> None:
    bo = person("bo")
    give_key(bo, "bo")
    both = sources(manager, source.workspace)
    mirror.look_all(both, by=actor)
    Calendar.objects.filter(name="School runs").update(undecided_since=timezone.now())
    mine = [row for row in both if row.key.owner_id == bo.pk]

    shown = [need for need in calendar_needs.find(both, manager, NUMBERS) if need.kind == Kind.NEW]

    assert shown == []
    assert names(found(mine[0], bo, Kind.NEW)) == ["School runs"]


def test_the_same_one_that_another_key_has_once_is_no_twin_there(
    source: Source, manager: User, actor: Actor
) -> None:
    give_key(person("bo"), "bo")
    both = sources(manager, source.workspace)
    mirror.look_all(both, by=actor)
    Calendar.objects.filter(name="Team holidays").update(selected=True)

    twins = [n for n in calendar_needs.find(both, manager, NUMBERS) if n.kind == Kind.TWIN]

    assert [{entry["account__source_id"] for entry in need.about} for need in twins] == [
        {source.pk}
    ]
