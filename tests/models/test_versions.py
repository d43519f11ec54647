"""Whichever way a row of the mirror changes, its source gets another version."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from integrations.models import Account, Calendar, Source

pytestmark = [pytest.mark.django_db, pytest.mark.few(20)]
Accounts = dict[str, Account]


def one(accounts: Accounts) -> Calendar:
    """Return a calendar."""
    return accounts["alex@example.com"].calendars.all()[0]


def save(accounts: Accounts) -> None:
    """Save a calendar."""
    one(accounts).save()


def update(accounts: Accounts) -> None:
    """Update a calendar."""
    Calendar.objects.filter(pk=one(accounts).pk).update(name="Other")


def delete(accounts: Accounts) -> None:
    """Delete a calendar."""
    one(accounts).delete()


def delete_some(accounts: Accounts) -> None:
    """Delete the calendars of an account."""
    accounts["alex@example.com"].calendars.all().delete()


def create(accounts: Accounts) -> None:
    """Create calendars at once."""
    row = one(accounts)
    row.pk, row.calendar_id = None, 999
    Calendar.objects.bulk_create([row])


def update_many(accounts: Accounts) -> None:
    """Update calendars at once."""
    Calendar.objects.bulk_update([one(accounts)], ["name"])


def save_account(accounts: Accounts) -> None:
    """Save an account."""
    accounts["alex@example.com"].save(update_fields=["state"])


def update_account(_accounts: Accounts) -> None:
    """Update accounts."""
    Account.objects.update(gone_at=timezone.now())


def delete_account(accounts: Accounts) -> None:
    """Delete an account."""
    accounts["alex@example.com"].delete()


WAYS = [
    save,
    update,
    delete,
    delete_some,
    create,
    update_many,
    save_account,
    update_account,
    delete_account,
]


@pytest.mark.parametrize("change", WAYS)
def test_it_gets_another_version(
    accounts: Accounts, source: Source, change: Callable[[Accounts], None]
) -> None:
    before = Source.objects.get(pk=source.pk).version

    change(accounts)

    assert Source.objects.get(pk=source.pk).version != before


def test_a_source_as_it_was_read_stores_no_old_version(accounts: Accounts, source: Source) -> None:
    source.refresh_from_db()
    save(accounts)
    now = Source.objects.get(pk=source.pk).version

    source.last_error = "quota"
    source.save()

    stored = Source.objects.get(pk=source.pk)
    assert (stored.last_error, stored.version) == ("quota", now)


def test_what_changes_nothing_of_a_source_leaves_its_version(
    accounts: Accounts, source: Source
) -> None:
    before = Source.objects.get(pk=source.pk).version
    list(accounts["alex@example.com"].calendars.all())
    Calendar.objects.none().update(name="Other")

    assert Source.objects.get(pk=source.pk).version == before
