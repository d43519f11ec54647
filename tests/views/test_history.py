"""What was done to an account or a calendar, told on its page: it outlives every reconnect."""

from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from tests.browsing import Page, read, send
from tests.teamwork import give_key, person
from tests.views.activity.recording import made
from tests.views.addresses import at, of

Accounts = dict[str, Account]
ALEX = 710003


def reconnect(sandbox: Sandbox, source: Source, number: int, new: int) -> Account:
    """Let the provider's address be connected anew: account and calendars get other ids."""
    account = sandbox.world.account(number)
    account["calendar_integration_id"] = new
    for place, calendar in enumerate(account["calendars"]):
        calendar |= {"calendar_integration_id": new, "calendar_id": new * 100 + place}
    mirror.read(source)
    return Account.objects.get(source=source, integration_id=new)


def board(account: Account) -> Calendar:
    """Return the account's calendar of that name."""
    return account.calendars.get(name="Board", gone_at=None)


def page_of(client: Client, row: Account | Calendar) -> Page:
    """Return an account's or a calendar's page."""
    return read(client.get(of("account" if isinstance(row, Account) else "calendar-edit", row)))


def edit(client: Client, calendar: Calendar, **fields: str) -> None:
    """Save a calendar's form."""
    form = client.get(of("calendar-edit", calendar))
    assert send(client, form, button="Save", **fields).status_code == 302


def test_it_survives_two_reconnects_under_new_ids(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    first = accounts["alex.admin@example.net"]
    edit(client, board(first), background_color="#111111", note="the first time")
    second = reconnect(sandbox, source, ALEX, 720001)
    edit(client, board(second), background_color="#222222", note="the second time")
    third = reconnect(sandbox, source, 720001, 730001)
    edit(client, board(third), background_color="#333333", note="the third time")
    assert third.replaces == second
    assert second.replaces == first
    assert len({board_row.calendar_id for board_row in Calendar.objects.filter(name="Board")}) == 3

    for row in (third, board(third)):
        words = page_of(client, row).words
        told = [words.find(f"the {which} time") for which in ("third", "second", "first")]
        assert -1 not in told, row
        assert told == sorted(told)


def test_a_calendar_tells_nothing_of_its_neighbours(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    account = accounts["alex.admin@example.net"]
    edit(
        client, account.calendars.get(name="Calendar"), background_color="#111111", note="not here"
    )
    new = reconnect(sandbox, source, ALEX, 720001)

    assert "not here" not in page_of(client, board(new)).words
    assert "not here" in page_of(client, new).words


def test_it_tells_what_came_of_it_and_why(client: Client, accounts: Accounts) -> None:
    account = accounts["alex.admin@example.net"]
    made(account, outcome="refused", note="New <brand>")
    made(account)

    for row in (account, board(account)):
        words = page_of(client, row).words
        assert "Edit Board Refused Ed Editor" in words
        assert "New <brand>" in words
        assert "Edited Board Done, Ed Editor" in words


@pytest.mark.parametrize("kind", ["account", "calendar"])
def test_it_leads_to_all_of_it_in_activity(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox, kind: str
) -> None:
    account = accounts["alex.admin@example.net"]
    made(account, note="one")
    made(account, "Calendar", note="two")
    made(accounts["rooms@example.net"], "Studio floor", note="three")
    new = reconnect(sandbox, source, ALEX, 720001)
    page = page_of(client, new if kind == "account" else board(new))

    listed = read(client.get(page.links["All of it in Activity"])).words

    found = {note for note in ("one", "two", "three") if f" {note} Ed Editor" in listed}
    assert found == {"account": {"one", "two"}, "calendar": {"one"}}[kind]


def test_it_says_when_nothing_was_done(client: Client, accounts: Accounts) -> None:
    page = page_of(client, accounts["alex.admin@example.net"])

    assert "Nothing was done here with Focusadmin yet." in page.words
    assert "All of it in Activity" not in page.links


def test_after_a_reconnect_a_calendar_of_somebody_else_that_is_on_keeps_its_name(
    client: Client, source: Source, sandbox: Sandbox, accounts: Accounts
) -> None:
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(bos)
    account = Account.objects.get(source=bos, calendars__name="School runs")
    on, off = made(account, "On call"), made(account, "School runs")
    for calendar in account.calendars.all():
        Calendar.objects.filter(pk=calendar.pk).update(calendar_id=calendar.calendar_id + 900)

    def told(**query: Any) -> str:
        return read(client.get(at("activity"), query)).words

    assert "Edited On call" in told()
    assert "Edited a calendar that is switched off" in told()
    assert "Edited On call" in told(q="on call")
    assert "Edited" not in told(q="school")
    assert "Edited On call" in page_of(client, account).words
    assert "School runs" not in page_of(client, account).words
    assert "On call" in read(client.get(at("change", on.pk))).words
    assert "School runs" not in read(client.get(at("change", off.pk))).words
