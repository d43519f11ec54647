"""My key: its state in words, and every use of it by others."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Change, Key, KeyUse, Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import changes, keys
from integrations.services.actors import Actor
from tests.browsing import read
from tests.conftest import WORKSPACE
from tests.teamwork import CHIDI
from tests.views.me.entering import enter

ACCOUNTS = f"/w/{WORKSPACE}/accounts/"


def words(client: Client) -> str:
    """Return what the page says."""
    return read(client.get("/me/")).words


def test_it_offers_to_add_a_key_where_there_is_none(client: Client) -> None:
    page = read(client.get("/me/"))

    assert page.links["Add my key"] == "/me/key/"
    assert page.links["What is stored about me"] == "/me/stored/"
    assert page.links["Change my password"] == "/password/"
    assert "Remove" not in page.words


def test_it_offers_no_password_to_people_of_a_proxy(client: Client, manager: User) -> None:
    manager.set_unusable_password()
    manager.save()
    client.force_login(manager)

    assert "Change my password" not in words(client)


def test_ones_own_name_leads_there_from_every_page(client: Client) -> None:
    assert read(client.get(ACCOUNTS)).links["Mia Manager – my key"] == "/me/"


def test_it_says_that_the_key_works(client: Client, own: Key) -> None:
    assert "Works Focus accepted it when it was entered." in words(client)

    client.get(ACCOUNTS)

    assert "Works Focus answered it." in words(client)


def test_it_says_that_focus_refuses_the_key(client: Client, own: Key, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "status", times=None, status=401)

    client.get(ACCOUNTS)

    assert "Refused Focus refused it." in words(client)


@pytest.mark.parametrize(
    ("days", "state", "everywhere"),
    [
        (8, "Works", None),
        (7, "Expires soon", "expires in 7 days"),
        (1, "Expires soon", "expires in 1 day:"),
        (0, "Expires soon", "Today is the last day"),
        (-1, "Expired", "expired: its last day was"),
    ],
)
def test_it_warns_from_seven_days_ahead_on_every_page(
    client: Client, own: Key, days: int, state: str, everywhere: str | None
) -> None:
    Key.objects.filter(pk=own.pk).update(expires_on=timezone.localdate() + timedelta(days=days))

    pages = {path: read(client.get(path)).words for path in ("/workspaces/", ACCOUNTS, "/people/")}

    assert state in words(client)
    for told in pages.values():
        assert ("Your Focus key" in told or "Today is the last" in told) is bool(everywhere)
        assert everywhere is None or everywhere in told


def test_nobody_else_is_warned(client: Client, own: Key) -> None:
    Key.objects.filter(pk=own.pk).update(expires_on=timezone.localdate())
    other = User.objects.create_local(
        email="ed@example.com", name="Ed", password=None, role=Role.MANAGER
    )
    browser = Client()
    browser.force_login(other)

    assert "last day" not in read(browser.get(ACCOUNTS)).words


def test_a_key_is_not_used_after_its_last_day(client: Client, own: Key, sandbox: Sandbox) -> None:
    client.get(ACCOUNTS)
    yesterday = timezone.localdate() - timedelta(days=1)
    Key.objects.filter(pk=own.pk).update(expires_on=yesterday)
    Source.objects.update(last_good_at=timezone.now() - timedelta(hours=1))
    asked = len(sandbox.requests)

    page = read(client.get(ACCOUNTS))

    sent = [request.headers["authorization"] for request in sandbox.requests[asked:]]
    assert sent == [f"Bearer {sandbox.shared_key}"]
    assert "has expired" in page.words
    assert "bo.larsen@example.net" in page.words


def test_a_key_that_cannot_be_read_is_said_to_be_so_and_breaks_nothing(
    client: Client, own: Key
) -> None:
    Key.objects.filter(pk=own.pk).update(ciphertext="00000000:gAAAA")

    page = client.get(ACCOUNTS)

    assert page.status_code == 200
    assert "cannot be read" in read(page).words
    assert "alex@example.com" in read(page).words
    assert "Cannot be read" in words(client)


def test_it_shows_every_use_by_others_and_none_of_ones_own(
    client: Client, own: Key, manager: User, actor: Actor
) -> None:
    assert "Nobody else has used it." in words(client)
    source = keys.source(own, Workspace.objects.get(workspace_id=WORKSPACE))
    ed = Actor("local", "ed@example.com", "Ed Editor", "manager", "1" * 32)
    changes.intend(Change.Action.REFRESH, source, by=ed, provider="ed-did-this")
    changes.intend(Change.Action.REFRESH, source, by=actor, provider="mia-did-this")
    KeyUse.objects.create(
        key=own,
        day=timezone.localdate(),
        issuer="local",
        subject="ed@example.com",
        name="Ed Editor",
        reads=3,
    )

    told = words(client)

    assert "ed-did-this" in told
    assert "mia-did-this" not in told
    assert "3 reads" in told
    assert told.count("Ed Editor") == 2


def test_it_shows_nobody_elses_key(client: Client, own: Key) -> None:
    other = User.objects.create_local(
        email="ed@example.com", name="Ed", password=None, role=Role.VIEWER
    )
    browser = Client()
    browser.force_login(other)

    assert "Add my key" in read(browser.get("/me/")).words
    assert enter(browser, secret=CHIDI).status_code == 302
    assert "c1c1" in read(browser.get("/me/")).words
    assert "b0b0" not in read(browser.get("/me/")).words
