"""What the database itself promises: one row for each thing, whoever writes."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import (
    Account,
    Batch,
    Calendar,
    Change,
    ConnectAttempt,
    Key,
    Quota,
    Source,
    Workspace,
)
from integrations.services import keys

pytestmark = pytest.mark.django_db


def change(**fields: Any) -> Change:
    """Make a change."""
    return Change.objects.create(
        action="edit", key=fields.pop("key", uuid.uuid4()), workspace_id=1, **fields
    )


def refused(make: Callable[[], object]) -> bool:
    """Say whether the database refuses."""
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


def test_a_person_is_issuer_and_subject(manager: User) -> None:
    def again(issuer: str) -> Callable[[], object]:
        return lambda: User.objects.create(issuer=issuer, subject=manager.subject)

    assert refused(again("local"))
    assert not refused(again("https://sso.example.com"))


@pytest.mark.parametrize("email", ["mia@example.com", "MIA@example.com", " mia@example.com"])
def test_one_address_is_one_person_however_it_is_spelt(manager: User, email: str) -> None:
    assert refused(lambda: User.objects.create_local(email=email, name="", password=None))


def test_a_person_without_a_name_is_called_by_the_address() -> None:
    person = User.objects.create_local(email="ed@example.com", name="", password=None)

    assert str(person) == "ed@example.com"
    assert not person.has_usable_password()


def test_there_is_one_key_of_the_environment_and_one_of_each_person(manager: User) -> None:
    keys.shared()

    assert refused(lambda: Key.objects.create(fingerprint="x"))
    assert not refused(lambda: Key.objects.create(owner=manager, fingerprint="x"))
    assert refused(lambda: Key.objects.create(owner=manager, fingerprint="y"))
    assert str(Key.objects.get(owner=manager)) == "Mia Manager"


def test_a_key_sees_a_workspace_once(source: Source) -> None:
    assert refused(lambda: Source.objects.create(key=source.key, workspace=source.workspace))
    assert str(source) == "Example Studio (the shared key)"


def test_a_workspace_is_its_number() -> None:
    assert refused(lambda: Workspace.objects.create(workspace_id=4400001, label="Again"))


def test_quota_is_the_organizations_or_the_workspaces_where_that_is_unknown(
    source: Source,
) -> None:
    key = source.key
    Quota.objects.create(key=key, organization_id=1)
    Quota.objects.create(key=key, workspace_id=1)

    assert refused(lambda: Quota.objects.create(key=key, organization_id=1))
    assert refused(lambda: Quota.objects.create(key=key, workspace_id=1))
    assert not refused(lambda: Quota.objects.create(key=key, organization_id=2, workspace_id=1))


def test_an_account_and_a_calendar_are_there_once(accounts: dict[str, Account]) -> None:
    account = accounts["rooms@example.net"]
    calendar = account.calendars.order_by("pk")[0]
    now = timezone.now()

    assert refused(
        lambda: Account.objects.create(
            source=account.source, integration_id=710005, urgency=0, seen_at=now
        )
    )
    assert refused(
        lambda: Calendar.objects.create(
            account=account, calendar_id=calendar.calendar_id, first_seen_at=now, seen_at=now
        )
    )


@pytest.mark.parametrize("number", [1, -1, 2**63 - 1, -(2**63)])
def test_every_number_that_focus_may_give_is_stored(source: Source, number: int) -> None:
    account = Account.objects.create(
        source=source, integration_id=number, urgency=0, seen_at=timezone.now()
    )

    assert Account.objects.get(integration_id=number) == account
    assert str(account) == f"#{number}"


def test_one_write_to_a_calendar_is_being_sent_at_a_time() -> None:
    change(integration_id=7, calendar_id=9, outcome="sending")

    assert refused(lambda: change(integration_id=7, calendar_id=9, outcome="sending"))
    assert not refused(lambda: change(integration_id=7, calendar_id=9, outcome="done"))
    assert not refused(lambda: change(integration_id=7, calendar_id=8, outcome="sending"))
    assert not refused(lambda: change(outcome="sending"))
    assert not refused(lambda: change(outcome="sending"))


def test_a_batch_holds_one_change_of_a_calendar_through_a_key() -> None:
    batch, key = Batch.objects.create(), uuid.uuid4()
    change(batch=batch, key=key, integration_id=7, calendar_id=9)

    assert refused(lambda: change(batch=batch, key=key, integration_id=7, calendar_id=9))
    assert not refused(lambda: change(batch=batch, integration_id=7, calendar_id=9))
    assert not refused(lambda: change(key=key, integration_id=7, calendar_id=9))
    assert str(batch) == f"Bulk edit {batch.pk}"


def test_history_outlives_everything_that_it_names(
    accounts: dict[str, Account], manager: User
) -> None:
    kept = change(integration_id=710005, email="rooms@example.net")

    Source.objects.all().delete()
    Key.objects.all().delete()
    Workspace.objects.all().delete()
    manager.delete()

    assert Change.objects.get() == kept


def test_an_attempts_id_cannot_be_guessed(source: Source, manager: User) -> None:
    made = [
        ConnectAttempt.objects.create(
            person=manager,
            key=source.key,
            key_generation=1,
            workspace=source.workspace,
            purpose="connect",
            provider="google",
            change=change(),
            expires_at=timezone.now(),
        )
        for _ in range(2)
    ]

    assert {len(attempt.pk) for attempt in made} == {32}
    assert made[0].pk != made[1].pk
    assert str(made[0]) == "connect google"
