"""Deciding about calendars that appeared."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.teamwork import give_key, person
from tests.views.addresses import at, of
from tests.views.overview.test_index import groups

Asked = Callable[[], list[str]]
Accounts = dict[str, Account]


@pytest.fixture
def fresh(accounts: Accounts) -> Calendar:
    """A calendar that is off, and waits for a decision."""
    Calendar.objects.filter(name="Birthdays").update(undecided_since=timezone.now())
    return Calendar.objects.get(name="Birthdays")


def decide(client: Client, row: Calendar, decision: str) -> Any:
    """Press one of the two buttons of a line; returns the page after it."""
    page = client.get(at("overview"))
    answer = send(client, page, of("calendar-decide", row), decision=decision)
    return read(client.get(answer["Location"]))


def test_the_line_says_what_is_and_offers_both_sides(client: Client, fresh: Calendar) -> None:
    [line] = groups(client)["new"]

    assert line.sentence.endswith("and is off: Toggl shows none of its events.")
    assert [str(step.label) for step in line.steps] == ["Turn on", "Leave off"]
    assert "Costs 2 requests." in read(client.get(at("overview"))).words


def test_it_is_turned_on(client: Client, fresh: Calendar, asked: Asked) -> None:
    page = decide(client, fresh, "on")

    fresh.refresh_from_db()
    assert asked() == ["list_calendars", "update_calendar"]
    assert (fresh.selected, fresh.undecided_since) == (True, None)
    assert "Birthdays is on." in page.words
    assert Change.objects.get().after == {"selected": True}


def test_it_is_left_off_for_nothing(client: Client, fresh: Calendar, asked: Asked) -> None:
    page = decide(client, fresh, "leave")

    fresh.refresh_from_db()
    assert asked() == []
    assert (bool(fresh.selected), fresh.undecided_since) == (False, None)
    assert "Birthdays stays off." in page.words
    assert not Change.objects.exists()


def test_one_that_came_on_is_turned_off(client: Client, fresh: Calendar, sandbox: Sandbox) -> None:
    Calendar.objects.filter(name="Board").update(undecided_since=timezone.now())

    page = decide(client, Calendar.objects.get(name="Board"), "off")

    assert "Board is off." in page.words
    assert Calendar.objects.get(name="Board").selected is False


def test_what_somebody_decided_meanwhile_stays(
    client: Client, fresh: Calendar, sandbox: Sandbox
) -> None:
    sandbox.world.calendar(fresh.account.integration_id, fresh.calendar_id)["selected"] = True
    Calendar.objects.filter(pk=fresh.pk).update(selected=False)

    page = decide(client, fresh, "on")

    assert "Birthdays is on." in page.words
    assert not groups(client).get("new")


def test_it_says_when_it_went(client: Client, fresh: Calendar, sandbox: Sandbox) -> None:
    page = client.get(at("overview"))
    owned = sandbox.world.accounts(sandbox.shared_key)[0]
    owned["calendars"] = [
        entry for entry in owned["calendars"] if entry["calendar_id"] != fresh.calendar_id
    ]

    answer = send(client, page, of("calendar-decide", fresh), decision="on")

    assert "is no longer in its account" in read(client.get(answer["Location"])).words


def test_all_are_left_at_once(client: Client, fresh: Calendar, asked: Asked) -> None:
    Calendar.objects.filter(name__in=["Board", "Workshops"]).update(undecided_since=timezone.now())

    answer = send(client, client.get(at("overview")), "/leave-all/", button="Leave all 3")

    words = read(client.get(answer["Location"])).words
    assert "3 new calendars stay as they are." in words
    assert not Calendar.objects.filter(undecided_since__isnull=False).exists()
    assert asked() == []


def test_nobody_decides_in_a_name_that_was_not_given_to_them(
    client: Client, sandbox: Sandbox, manager: User
) -> None:
    give_key(person("bo"), "bo", Key.Visibility.HEALTH)
    client.get(at("overview"))
    bos = Calendar.objects.filter(account__email="bo@example.com", selected=True)
    bos.update(undecided_since=timezone.now())

    [line, *_others] = groups(client)["new"]
    client.post(at("overview-leave-all"))
    answer = client.post(of("calendar-decide", bos[0]), {"decision": "leave"})

    assert line.who.name == "Bo"
    assert not line.is_decision
    assert answer.status_code == 403
    assert not bos.filter(undecided_since=None).exists()


def test_they_are_found_in_the_list(client: Client, fresh: Calendar) -> None:
    page = read(client.get(at("calendars") + "?new=yes"))

    assert "1 of 30 calendars" in page.words
    assert "New: Waits for a decision" in page.words
    assert page.form(button="Filter").values["new"] == "yes"


def test_a_viewer_is_told_who_may(viewer_client: Client, fresh: Calendar) -> None:
    [line] = groups(viewer_client)["new"]

    assert line.who.name == "An editor"
    assert not line.is_decision
    assert "Leave all" not in read(viewer_client.get(at("overview"))).words
