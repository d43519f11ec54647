"""What an answer changes in the rows, what it leaves alone, and what a person is told of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from integrations.services import accounts as account_writes
from integrations.services import keys, mirror
from integrations.services.actors import Actor
from tests.services.answers import account, answer, calendar

Accounts = dict[str, Account]
WRITES = ("INSERT", "UPDATE", "DELETE")


def written(source: Source) -> list[str]:
    """Read again and return the statements that wrote an account or a calendar."""
    with CaptureQueriesContext(connection) as queries:
        mirror.read(source)
    rows = ("integrations_account", "integrations_calendar")
    # What is written for several rows at once is noted as "3 times: INSERT …".
    found = (query["sql"].split("times: ")[-1] for query in queries.captured_queries)
    return [sql for sql in found if sql.startswith(WRITES) and any(row in sql for row in rows)]


def test_it_writes_nothing_when_nothing_differs(accounts: Accounts, source: Source) -> None:
    assert written(source) == []


def test_it_writes_the_calendar_that_differs_and_its_account_alone(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    before = {row.pk: row.seen_at for row in Calendar.objects.all()}
    changed = accounts["studio@example.com"].calendars.get(name="Equipment")
    sandbox.world.calendar(710002, changed.calendar_id)["name"] = "Tools"

    statements = written(source)

    touched = {row.name for row in Calendar.objects.all() if row.seen_at != before[row.pk]}
    assert touched == {"Tools"}
    assert len(statements) == 2


def test_it_tells_what_is_new_gone_renamed_and_recoloured(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    calendars = sandbox.world.account(710005)["calendars"]
    calendars[0]["name"] = "Big room"
    calendars[1]["background_color"] = "#111111"
    del calendars[2]
    calendars.append({**calendars[0], "calendar_id": 99, "name": "New room"})

    found = mirror.read(source).as_json()

    assert [entry["name"] for entry in found["new"]] == ["New room"]
    assert [entry["name"] for entry in found["gone"]] == ["Studio floor"]
    assert [(e["before"], e["after"]) for e in found["renamed"]] == [("Meeting room", "Big room")]
    [recoloured] = found["recoloured"]
    assert recoloured["before"] == {"background_color": "#8764b8", "foreground_color": "#ffffff"}
    assert recoloured["after"] == {"background_color": "#111111", "foreground_color": "#ffffff"}


def test_it_keeps_what_vanished_and_knows_it_again(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    calendars = sandbox.world.account(710005)["calendars"]
    vanished = calendars.pop()
    mirror.read(source)
    row = Calendar.objects.get(calendar_id=vanished["calendar_id"])
    assert row.gone_at is not None

    calendars.append({**vanished, "name": "Back again"})
    found = mirror.read(source).as_json()

    back = Calendar.objects.get(gone_at=None, calendar_id=row.calendar_id)
    assert (back.pk, back.name) == (row.pk, "Back again")
    assert [entry["name"] for entry in found["new"]] == ["Back again"]
    assert "renamed" not in found


def test_it_takes_a_deleted_calendar_for_gone(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    sandbox.world.account(710005)["calendars"][0]["deleted_at"] = "2026-08-01T10:00:00Z"

    mirror.read(source)

    assert accounts["rooms@example.net"].calendars.filter(gone_at=None).count() == 3


def test_it_keeps_an_account_that_vanished_and_knows_it_again(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    person = sandbox.world.person("alex@example.com")
    vanished = person.accounts.pop(0)
    mirror.read(source)
    row = accounts["alex@example.com"]
    row.refresh_from_db()
    first = row.gone_at
    assert first is not None
    mirror.read(source)
    row.refresh_from_db()
    assert row.gone_at == first

    person.accounts.append(vanished)
    mirror.read(source)

    row.refresh_from_db()
    assert row.gone_at is None
    assert Account.objects.count() == 6


def test_it_links_an_account_that_came_back_under_a_new_id(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    sandbox.world.account(710004)["calendar_integration_id"] = 719999

    mirror.read(source)

    new = Account.objects.get(integration_id=719999)
    assert new.replaces == accounts["events@example.com"]
    assert Account.objects.get(integration_id=710004).gone_at is not None


def test_it_links_the_one_that_went_last(source: Source, sandbox: Sandbox) -> None:
    for integration_id in (1, 2, 3):
        answer(sandbox, account(integration_id, "same@example.com"))
        mirror.read(source)

    links = {row.integration_id: row.replaces for row in Account.objects.all()}
    assert [getattr(links[number], "integration_id", None) for number in (1, 2, 3)] == [None, 1, 2]


def test_it_links_no_accounts_that_tell_no_address(source: Source, sandbox: Sandbox) -> None:
    answer(sandbox, account(1))
    mirror.read(source)
    answer(sandbox, account(2))

    mirror.read(source)

    assert Account.objects.get(integration_id=2).replaces is None


def test_it_links_no_account_that_is_still_there(source: Source, sandbox: Sandbox) -> None:
    answer(sandbox, account(1, "same@example.com"))
    mirror.read(source)
    answer(sandbox, account(1, "same@example.com"), account(2, "same@example.com"))

    mirror.read(source)

    assert Account.objects.get(integration_id=2).replaces is None


def test_nothing_counts_as_gone_while_an_entry_cannot_be_read(
    source: Source, sandbox: Sandbox
) -> None:
    """It may be the very one that is missing."""
    both = [calendar(1), calendar(2)]
    answer(sandbox, account(1, "a@example.com", calendars=both), account(2, "b@example.com"))
    mirror.read(source)
    answer(
        sandbox, account(1, "a@example.com", calendars=[calendar(1), calendar("two")]), account("2")
    )

    found = mirror.read(source)

    assert "gone" not in found.as_json()
    assert Account.objects.filter(gone_at=None).count() == 2
    assert Calendar.objects.filter(gone_at=None).count() == 3


def test_it_links_no_account_of_another_provider(source: Source, sandbox: Sandbox) -> None:
    answer(sandbox, account(1, "same@example.com"))
    mirror.read(source)
    answer(sandbox, account(2, "same@example.com", provider="outlook"))

    mirror.read(source)

    assert Account.objects.get(integration_id=2).replaces is None


@pytest.mark.parametrize("seconds", [-1, 1])
def test_a_listing_undoes_our_write_only_when_it_was_asked_for_later(
    accounts: Accounts, source: Source, sandbox: Sandbox, seconds: int
) -> None:
    row = accounts["rooms@example.net"].calendars.get(name="Studio floor")
    written_at = timezone.now() - timedelta(seconds=seconds)
    Calendar.objects.filter(pk=row.pk).update(background_color="#123456", written_at=written_at)
    source.last_good_at = timezone.now() - timedelta(minutes=1)
    source.save()

    mirror.read(source)

    row.refresh_from_db()
    assert (row.background_color == "#123456") is (seconds < 0)


def test_an_older_listing_does_not_take_away_what_we_wrote_since(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    row = accounts["rooms@example.net"].calendars.get(name="Studio floor")
    Calendar.objects.filter(pk=row.pk).update(written_at=timezone.now() + timedelta(seconds=5))
    sandbox.world.account(710005)["calendars"].clear()

    mirror.read(source)

    row.refresh_from_db()
    assert row.gone_at is None


def test_an_older_listing_does_not_bring_back_what_was_disconnected_since(
    accounts: Accounts, source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    row = accounts["rooms@example.net"]
    later = timezone.now() + timedelta(seconds=5)
    Account.objects.filter(pk=row.pk).update(gone_at=later)

    mirror.read(source)

    row.refresh_from_db()
    assert row.gone_at == later


def test_an_older_listing_does_not_take_away_an_account_that_was_seen_since(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    row = accounts["rooms@example.net"]
    Account.objects.filter(pk=row.pk).update(seen_at=timezone.now() + timedelta(seconds=5))
    sandbox.world.person("alex@example.com").accounts.clear()

    mirror.read(source)

    assert [str(left) for left in Account.objects.filter(gone_at=None)] == ["rooms@example.net"]


def test_the_next_read_confirms_what_was_shown_as_sent(
    accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    row = accounts["rooms@example.net"].calendars.first()
    assert row is not None
    Calendar.objects.filter(pk=row.pk).update(
        provisional=True, written_at=timezone.now() - timedelta(seconds=1)
    )

    mirror.read(source)

    row.refresh_from_db()
    assert not row.provisional


def test_it_applies_a_refresh_to_its_own_account_alone(
    accounts: Accounts, sandbox: Sandbox, actor: Actor, asked: Callable[[], list[str]]
) -> None:
    account = accounts["studio@example.com"]

    with keys.opened(account.source) as client:
        account_writes.refresh(client, account, by=actor)

    assert Calendar.objects.filter(name="Production plan").count() == 1
    assert Calendar.objects.exclude(gone_at=None).count() == 1
    assert asked() == ["refresh"]


def test_it_reads_five_hundred_calendars_with_a_handful_of_statements(
    source: Source, sandbox: Sandbox
) -> None:
    answer(sandbox, account(1, "big@example.com", calendars=[calendar(n) for n in range(1, 501)]))

    statements = written(source)

    assert Calendar.objects.count() == 500
    assert len(statements) < 20
