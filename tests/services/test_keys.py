"""Keys: the environment's, its generations, its clients, and what is left of its quota."""

import base64
import json
import socket
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations import focus
from integrations.models import Key, Quota, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import keys, quotas
from tests.hostile.talker import Talker, written
from tests.hostile.upstream import receive
from tests.teamwork import give_key, person

pytestmark = pytest.mark.django_db
OTHER = "toggl_sk_" + "b0" * 16


def test_it_keeps_one_row_for_the_environments_key() -> None:
    assert keys.shared() == keys.shared()
    assert Key.objects.count() == 1
    assert str(keys.shared()) == "the shared key"


def test_it_stores_nothing_from_which_the_key_could_be_read(settings: LazySettings) -> None:
    key = keys.shared()

    stored = " ".join(str(value) for value in vars(key).values())
    assert settings.FOCUS_API_KEY not in stored
    assert settings.FOCUS_API_KEY.removeprefix("toggl_sk_") not in stored


def test_it_notices_that_the_environments_key_was_replaced(settings: LazySettings) -> None:
    before = keys.shared()

    settings.FOCUS_API_KEY = OTHER
    after = keys.shared()

    assert (after.pk, after.generation) == (before.pk, before.generation + 1)
    assert after.replaced_at is not None
    assert keys.shared().generation == after.generation


def test_it_lets_nobody_use_a_key_who_may_no_longer_sign_in(manager: User) -> None:
    key = keys.shared()
    assert list(keys.usable_by(manager, Role.MANAGER)) == [key]

    manager.is_active = False

    assert not keys.usable_by(manager, Role.MANAGER).exists()


def test_it_signs_in_with_e_mail_and_password_where_there_is_no_key(
    source: Source, sandbox: Sandbox, settings: LazySettings
) -> None:
    settings.FOCUS_API_KEY = ""
    settings.FOCUS_EMAIL, settings.FOCUS_PASSWORD = "bo@example.com", "bo-example-password"
    generation = source.key.generation

    with keys.opened(source) as client:
        listing = client.list_accounts()

    assert len(listing.items) == 2
    sent = sandbox.requests[-1].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == b"bo@example.com:bo-example-password"
    assert keys.shared().generation == generation + 1


def test_it_asks_in_the_workspaces_scope_where_the_organization_is_unknown(
    sandbox: Sandbox,
) -> None:
    workspace = Workspace.objects.get(workspace_id=4400002)
    source = keys.source(keys.shared(), workspace)

    with keys.opened(source) as client:
        client.list_accounts()

    assert sandbox.requests[-1].path == "/api/workspaces/4400002/integrations/calendar"
    quota = Quota.objects.get()
    assert (quota.organization_id, quota.workspace_id, quota.remaining) == (None, 4400002, 599)


def test_it_counts_what_we_spent_and_starts_anew_when_the_hour_is_over(
    source: Source, sandbox: Sandbox
) -> None:
    with keys.opened(source) as client:
        client.list_accounts()
        client.list_accounts()
    quota = quotas.of(source)
    assert quota is not None
    assert (quota.spent, quota.remaining, str(quota)) == (2, 598, "598 left")
    Quota.objects.update(resets_at=timezone.now() - timedelta(seconds=1))

    with keys.opened(source) as client:
        client.list_accounts()

    quota = quotas.of(source)
    assert quota is not None
    assert (quota.spent, quota.remaining) == (1, 597)


def test_it_counts_by_itself_when_an_answer_says_nothing_of_the_quota(
    source: Source, sandbox: Sandbox
) -> None:
    with keys.opened(source) as client:
        client.list_accounts()
    sandbox.switches.quota_headers = False

    with keys.opened(source) as client:
        client.list_accounts()

    quota = quotas.of(source)
    assert quota is not None
    assert (quota.spent, quota.remaining) == (2, 598)


def test_it_notes_the_quota_of_a_request_that_failed(source: Source, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "quota", resets_in=60)

    with pytest.raises(focus.QuotaError), keys.opened(source) as client:
        client.list_accounts()

    quota = quotas.of(source)
    assert quota is not None
    assert (quota.spent, quota.remaining) == (1, 0)


def test_it_counts_nothing_where_nothing_was_asked(source: Source) -> None:
    with keys.opened(source):
        assert quotas.of(source) is None

    assert not Quota.objects.exists()


@pytest.mark.parametrize("visibility", Key.Visibility)
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("away", [None, "person", "owner"])
def test_one_key_is_usable_by_whom_the_query_says(
    visibility: Key.Visibility, role: Role | None, away: str | None
) -> None:
    owner, other = person("bo"), person("eve")
    give_key(owner, "bo", visibility)
    keys.shared()
    asking = owner if away == "owner" else other
    asking.is_active = away is None
    asking.save()

    for who in (owner, other):
        usable = set(keys.usable_by(who, role))
        for key in Key.objects.select_related("owner"):
            assert keys.is_usable_by(who, role, key) is (key in usable)


def test_it_keeps_nothing_of_a_key_that_was_removed_while_it_was_used(
    source: Source, sandbox: Sandbox
) -> None:
    source.key = give_key(person("bo"), "bo")

    with keys.opened(source) as client:
        assert len(client.list_accounts().items) == 2
        Key.objects.filter(pk=source.key.pk).delete()

    assert not Quota.objects.exists()


class Twice(Talker):
    """Answers each request, and once more a moment later; it names the key that it was asked by."""

    def _serve(self, wire: socket.socket) -> None:
        with wire, suppress(OSError):
            while asked := receive(wire):
                key = asked.headers["authorization"].removeprefix("Bearer ")
                account = {"calendar_integration_id": 1, "email": key[-4:], "calendars": []}
                wire.sendall(written(json.dumps([account]).encode()))
                time.sleep(0.05)
                wire.sendall(written(b"[]"))


def test_an_answer_that_comes_too_late_meets_no_other_key(
    source: Source, editor: User, settings: LazySettings
) -> None:
    other = keys.source(give_key(editor, "bo"), source.workspace)
    server = Twice(lambda _asked: b"")
    settings.FOCUS_API_URL = server.url

    [mine] = keys.client(source.key, source.workspace).list_accounts().items
    [theirs] = keys.client(other.key, other.workspace).list_accounts().items
    server.close()

    assert (mine.email, theirs.email) == ("5a5a", "b0b0")
