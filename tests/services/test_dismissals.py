"""Needs that are put aside, beside the pages that do it."""

from datetime import timedelta

from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Dismissal, Recolouring, Snapshot, Source
from integrations.services import (
    account_needs,
    calendar_copies,
    dismissals,
    kept_needs,
    recolour_needs,
)
from integrations.services.actors import Actor

Accounts = dict[str, Account]


def test_what_was_not_put_aside_is_shown_again_without_a_word(
    source: Source, accounts: Accounts, manager: User, actor: Actor
) -> None:
    [need] = account_needs.find([source], manager)

    dismissals.show_again(need, source.workspace, by=actor)

    assert dismissals.split([need], source.workspace).waiting == [need]


def test_it_holds_from_the_moment_that_it_was_made(
    source: Source, accounts: Accounts, manager: User, actor: Actor
) -> None:
    [need] = account_needs.find([source], manager)
    dismissals.dismiss(need, source.workspace, by=actor)
    assert dismissals.split([need], source.workspace).waiting == []

    Dismissal.objects.update(at=timezone.now() - timedelta(days=1))

    assert dismissals.split([need], source.workspace).waiting == [need]


def test_what_was_recoloured_in_another_account_is_not_this_ones(
    source: Source, accounts: Accounts, manager: User
) -> None:
    account = accounts["studio@example.com"]
    account.source = source
    row = account.calendars.get(name="Equipment")
    look = {"background_color": row.background_color, "foreground_color": row.foreground_color}
    copied = calendar_copies.copied(account, row.calendar_id, row.external_id)
    asked = Recolouring.objects.create(
        **copied, change=source.key_id, before={}, after=look, found_at=timezone.now()
    )

    def found() -> list[str]:
        needs = recolour_needs.find([source], manager, source.workspace)
        return [need.about.account.email for need in needs]

    assert found() == ["studio@example.com"]
    Recolouring.objects.update(email="alex@example.com", external_id="elsewhere")
    assert found() == []
    Recolouring.objects.filter(pk=asked.pk).update(**copied, after=look | {"foreground_color": "x"})
    assert found() == []


def test_what_was_kept_under_the_same_number_counts_once_it_was_disconnected(
    source: Source, accounts: Accounts, manager: User
) -> None:
    account = accounts["studio@example.com"]
    kept = [
        {
            "calendar_id": row.calendar_id,
            "external_id": row.external_id,
            "name": row.name,
            "settings": {"selected": not row.selected},
        }
        for row in account.calendars.all()
    ]
    snapshot = Snapshot.objects.create(
        reason=Snapshot.Reason.DISCONNECT,
        about=source.key_id,
        key=source.key_id,
        workspace_id=source.workspace.workspace_id,
        integration_id=account.integration_id,
        provider=account.provider,
        email=account.email,
        calendars=kept,
    )
    assert kept_needs.find([source], manager, source.workspace) == []

    Snapshot.objects.filter(pk=snapshot.pk).update(integration_id=1)

    [need] = kept_needs.find([source], manager, source.workspace)
    assert need.about.offer.differing == 7
