"""Removing one's key: it and what was seen through it go, the record stays."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Change, Key, KeyUse, Quota, Source, Workspace
from integrations.services import changes, keys
from integrations.services.actors import Actor
from tests.browsing import read, send
from tests.conftest import WORKSPACE


def test_it_says_what_goes_and_what_stays(client: Client, own: Key) -> None:
    client.get(f"/w/{WORKSPACE}/accounts/")

    told = read(client.get("/me/remove/")).words

    assert "What was seen of 2 accounts. 5 calendars were in it." in told
    assert "it works until you make a new one there" in told
    assert Key.objects.filter(pk=own.pk).exists()


def test_it_deletes_the_key_and_all_that_was_seen_through_it_alone(
    client: Client, own: Key, manager: User, actor: Actor
) -> None:
    client.get(f"/w/{WORKSPACE}/accounts/")
    source = keys.source(own, Workspace.objects.get(workspace_id=WORKSPACE))
    change = changes.intend(Change.Action.REFRESH, source, by=actor)
    others = Account.objects.exclude(source__key=own).count()
    assert Account.objects.filter(source__key=own).exists()

    page = send(client, client.get("/me/remove/"), button="Remove my key")

    assert (page.status_code, page["Location"]) == (302, "/me/")
    assert not Key.objects.filter(owner=manager).exists()
    for rows in (Source, KeyUse, Quota):
        assert not rows.objects.filter(key=own.pk).exists()  # type: ignore[attr-defined]
    assert Account.objects.count() == others > 0
    assert Change.objects.get(pk=change.pk).key == own.pk
    told = read(client.get("/me/")).words
    assert "Your key is removed" in told
    assert "Add my key" in told
    assert client.get(f"/w/{WORKSPACE}/accounts/").status_code == 200


def test_it_waits_for_a_write_that_is_under_way(client: Client, own: Key, actor: Actor) -> None:
    source = keys.source(own, Workspace.objects.get(workspace_id=WORKSPACE))
    change = changes.intend(Change.Action.REFRESH, source, by=actor)
    Change.objects.filter(pk=change.pk).update(
        outcome=Change.Outcome.SENDING, lease_until=timezone.now() + timedelta(seconds=30)
    )

    send(client, client.get("/me/remove/"), button="Remove my key")

    assert Key.objects.filter(pk=own.pk).exists()
    assert "being written through your key at this moment" in read(client.get("/me/")).words


def test_without_a_key_there_is_nothing_to_remove(client: Client) -> None:
    assert client.get("/me/remove/")["Location"] == "/me/"
    assert client.post("/me/remove/")["Location"] == "/me/"


def test_it_removes_nobody_elses_key(client: Client) -> None:
    ed = User.objects.create_local(email="ed@example.com", name="Ed", password=None)
    theirs = Key.objects.create(owner=ed, fingerprint="f")

    client.post("/me/remove/", {"key": str(theirs.pk), "owner": ed.pk})

    assert Key.objects.filter(pk=theirs.pk).exists()
