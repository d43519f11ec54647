"""What mail says of accounts: once for each change, however many look."""

import threading
from collections.abc import Iterable

import pytest
from django.db import connection, connections
from django.utils import timezone

from integrations.models import Account, Mail, Source, ToldAccount, Workspace
from integrations.sandbox import Sandbox
from integrations.services import broken, keys, mirror, telling
from integrations.services.actors import Actor
from integrations.services.broken import Report
from integrations.services.telling import Changes
from tests.conftest import WORKSPACE
from tests.teamwork import give_key, person

pytestmark = pytest.mark.django_db
BROKEN = "events@example.com"


def words(changes: Changes) -> tuple[str, str]:
    """Say the addresses alone."""
    both = (changes.broke, changes.recovered)
    broke, recovered = ([found.account.email for found in some] for some in both)
    return f"broke {broke} recovered {recovered}", "text"


def look(actor: Actor, *, ask: bool = True) -> Report:
    """Look as cron does."""
    here = Workspace.objects.filter(workspace_id=WORKSPACE)
    if ask:
        Source.objects.update(expired_at=timezone.now())
    return broken.report([keys.shared()], here, by=actor, ask=ask)


def told() -> list[str]:
    """Return what waits to be sent."""
    return list(Mail.objects.order_by("created_at").values_list("subject", flat=True))


def report_as(box: Sandbox, status: str, emails: Iterable[str] = (BROKEN,)) -> None:
    """Have Focus report accounts so from now on."""
    for account in box.world.accounts(box.shared_key):
        if account["email"] in emails:
            account["error_status"] = status


def test_one_mail_for_each_change(source: Source, sandbox: Sandbox, actor: Actor) -> None:
    assert telling.tell(look(actor), words)
    assert not telling.tell(look(actor), words)
    report_as(sandbox, "insufficient_scope")  # as broken as before
    assert not telling.tell(look(actor), words)
    report_as(sandbox, "")
    assert telling.tell(look(actor), words)
    assert not telling.tell(look(actor), words)
    report_as(sandbox, "invalid_grant")
    assert telling.tell(look(actor), words)

    assert told() == [
        "broke ['events@example.com'] recovered []",
        "broke [] recovered ['events@example.com']",
        "broke ['events@example.com'] recovered []",
    ]


def test_what_changed_at_once_is_one_mail(source: Source, sandbox: Sandbox, actor: Actor) -> None:
    telling.tell(look(actor), words)
    report_as(sandbox, "")
    report_as(sandbox, "invalid_grant", ["alex@example.com"])

    telling.tell(look(actor), words)

    assert told()[1:] == ["broke ['alex@example.com'] recovered ['events@example.com']"]


def test_what_cannot_be_found_out_is_no_change(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    telling.tell(look(actor), words)
    sandbox.fault("list_accounts", "status", status=503)

    assert not telling.tell(look(actor), words)

    assert len(told()) == 1


def test_an_account_that_was_connected_again_has_recovered(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    telling.tell(look(actor), words)
    report_as(sandbox, "")
    for account in sandbox.world.accounts(sandbox.shared_key):
        if account["email"] == BROKEN:
            account["calendar_integration_id"] = 999_001

    telling.tell(look(actor), words)

    assert told()[1:] == ["broke [] recovered ['events@example.com']"]
    assert ToldAccount.objects.get().integration_id == 999_001


def test_one_that_was_connected_again_twice_is_still_the_same(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    telling.tell(look(actor), words)
    for number in (999_001, 999_002):
        for account in sandbox.world.accounts(sandbox.shared_key):
            if account["email"] == BROKEN:
                account["calendar_integration_id"] = number
        mirror.read(source)

    assert not telling.tell(look(actor), words)
    assert ToldAccount.objects.get().integration_id == 999_002


def test_an_account_that_is_gone_has_not_recovered(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    telling.tell(look(actor), words)
    accounts = sandbox.world.accounts(sandbox.shared_key)
    accounts[:] = [row for row in accounts if row["email"] != BROKEN]

    assert not telling.tell(look(actor), words)


def test_an_older_look_undoes_nothing(source: Source, sandbox: Sandbox, actor: Actor) -> None:
    telling.tell(look(actor), words)
    report_as(sandbox, "")
    mirror.read(source)
    slow = look(actor, ask=False)
    report_as(sandbox, "invalid_grant")
    telling.tell(look(actor), words)
    ToldAccount.objects.update(seen_at=timezone.now())

    assert not telling.tell(slow, words)

    assert len(told()) == 1


def test_several_keys_that_see_one_account_tell_of_it_once(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    alex = give_key(person("alex"), "alex")
    here = Workspace.objects.filter(workspace_id=WORKSPACE)

    assert telling.tell(look(actor), words)
    assert not telling.tell(broken.report([alex], here, by=actor, ask=True), words)


def test_several_workspaces_that_show_one_account_tell_of_it_once(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    for workspace in Workspace.objects.all():
        found = broken.report([keys.shared()], [workspace], by=actor, ask=True)
        telling.tell(found, words)
    report_as(sandbox, "")
    Source.objects.update(expired_at=timezone.now())
    found = broken.report([keys.shared()], Workspace.objects.all(), by=actor, ask=True)

    telling.tell(found, words)

    assert told() == [
        "broke ['events@example.com'] recovered []",
        "broke [] recovered ['events@example.com']",
    ]


def test_one_that_was_connected_again_in_one_workspace_is_not_broken_in_another(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    everywhere = Workspace.objects.all()
    telling.tell(broken.report([keys.shared()], everywhere, by=actor, ask=True), words)
    report_as(sandbox, "")
    for account in sandbox.world.accounts(sandbox.shared_key):
        if account["email"] == BROKEN:
            account["calendar_integration_id"] = 999_001
    mirror.read(source)

    telling.tell(broken.report([keys.shared()], everywhere, by=actor, ask=False), words)

    assert told()[1:] == ["broke [] recovered ['events@example.com']"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", ["invalid_grant", ""])
def test_many_that_look_at_once_tell_of_it_once(
    source: Source, sandbox: Sandbox, actor: Actor, status: str
) -> None:
    if not status:
        telling.tell(look(actor), words)
    report_as(sandbox, status)
    found = look(actor)
    Mail.objects.all().delete()
    gate, wins = threading.Barrier(8), []

    def tell() -> None:
        connection.ensure_connection()  # which takes longer than telling
        gate.wait(timeout=10)
        try:
            wins.append(telling.tell(found, words))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(wins) == [False] * 7 + [True]
    assert len(told()) == 1
    connections.close_all()


def test_nothing_is_remembered_of_what_works(
    source: Source, sandbox: Sandbox, actor: Actor
) -> None:
    telling.tell(look(actor), words)

    assert ToldAccount.objects.count() == 1
    assert str(ToldAccount.objects.get()).endswith(": broken")
    assert Account.objects.count() == 6
