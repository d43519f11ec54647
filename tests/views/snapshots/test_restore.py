"""Previewing and re-applying kept settings, and finding them in the first place."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Calendar, Change, Draft, Key, Snapshot, Source
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from integrations.services.actors import Actor
from tests import bulk
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.moving import moved_to
from tests.services.test_snapshots import keep
from tests.teamwork import give_key, person
from tests.views import walking
from tests.views.addresses import at, of
from tests.views.snapshots.again import EMAIL, connect_again, theirs

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


@pytest.fixture
def studio(accounts: Accounts, sandbox: Sandbox, source: Source) -> Account:
    """An account of seven calendars; one of them was switched off, and has a project."""
    account = accounts[EMAIL]
    row = account.calendars.get(name="Equipment")
    theirs = sandbox.world.calendar(account.integration_id, row.calendar_id)
    theirs.update(selected=False, default_project_id=330001, background_color="#123456")
    mirror.read(source)
    return account


def press(client: Client, page: Any, button: str) -> Any:
    """Press a button and return the page that it leads to."""
    return walking.follow(client, send(client, page, button=button))


class TestAfterConnectingAgain:
    """The whole way: settings, disconnecting, connecting, re-applying."""

    def test_every_setting_comes_back(
        self, client: Client, studio: Account, sandbox: Sandbox
    ) -> None:
        before = theirs(sandbox)

        landed, again = connect_again(client, studio)

        assert again.integration_id != studio.integration_id
        assert "are kept: 7 calendars" in landed.words
        assert theirs(sandbox) != before

        page = client.get(of("account", again))
        preview = press(client, page, "Preview re-applying")

        assert "Preview of the settings that were kept" in read(preview).words
        assert theirs(sandbox) != before

        walking.run(client, preview)
        batch = Batch.objects.get()
        walking.work(batch)

        assert theirs(sandbox) == before
        assert batch.kind == Batch.Kind.RESTORE
        assert set(batch.change_set.values_list("outcome", flat=True)) == {"done"}
        told = read(client.get(of("account", again))).words
        assert "Preview re-applying" not in told
        assert "Kept settings" in told

    def test_the_page_after_connecting_leads_there_too(
        self, client: Client, studio: Account
    ) -> None:
        landed, again = connect_again(client, studio)

        form = landed.form(button="Preview re-applying")

        assert form.action.startswith(of("account", again) + "kept/")

    def test_it_is_not_offered_where_nothing_would_change(
        self, client: Client, accounts: Accounts
    ) -> None:
        landed, again = connect_again(client, accounts["rooms@example.net"])
        kept = {e["external_id"]: e["settings"] for e in Snapshot.objects.get().calendars}
        for row in again.calendars.all():
            Calendar.objects.filter(pk=row.pk).update(**kept[row.external_id])

        page = client.get(of("account", again))

        assert "Preview re-applying" not in read(page).words
        assert "Preview restoring" in read(page).words

    def test_calendars_that_are_not_found_are_named(
        self, client: Client, studio: Account, sandbox: Sandbox
    ) -> None:
        _landed, again = connect_again(client, studio)
        again.calendars.filter(name="Equipment").update(external_id="other")

        preview = press(client, client.get(of("account", again)), "Preview re-applying")

        assert "These were not found: Equipment — studio@example.com" in read(preview).words

    def test_an_undo_finds_the_calendar_under_its_new_id(
        self, client: Client, studio: Account, sandbox: Sandbox, asked: Asked
    ) -> None:
        row = studio.calendars.get(name="Old office")
        send(
            client,
            client.get(of("calendar-edit", row)),
            button="Save",
            background_color="#010203",
        )
        edit = Change.objects.get()
        _landed, again = connect_again(client, studio)
        new = again.calendars.get(name="Old office")
        theirs = sandbox.world.calendar(again.integration_id, new.calendar_id)
        theirs["background_color"] = "#010203"
        mirror.read(again.source)

        page = client.get(at("change-undo", edit.pk))
        send(client, page, button="Undo this edit")

        assert theirs["background_color"] == "#795548"


class TestList:
    """What an account's page lists."""

    def test_what_was_kept_before_a_refresh_is_within_reach(
        self, client: Client, studio: Account, sandbox: Sandbox
    ) -> None:
        client.post(of("account-refresh", studio))
        page = client.get(of("account", studio))

        assert "Before refreshing 7" in read(page).words

        preview = press(client, page, "Preview restoring")

        assert "Equipment — studio@example.com" not in read(preview).words
        assert "Old office — studio@example.com" in read(preview).words, "the provider dropped it"
        assert "#455a64" in read(preview).words

    def test_what_was_kept_before_a_bulk_edit_is_within_reach(
        self, client: Client, studio: Account, source: Source, actor: Actor, sandbox: Sandbox
    ) -> None:
        before = theirs(sandbox)
        two = studio.calendars.order_by("pk")[:2]
        batch = bulk.begin(
            dict.fromkeys(two, {"background_color": "#010203"}), by=actor, sources=[source]
        )
        walking.work(batch)
        assert theirs(sandbox) != before
        page = client.get(of("account", studio))

        assert "Before a bulk edit 2" in read(page).words

        walking.run(client, press(client, page, "Preview restoring"))
        walking.work(Batch.objects.get(kind="restore"))

        assert theirs(sandbox) == before

    def test_the_newest_five_are_listed(
        self, client: Client, studio: Account, actor: Actor
    ) -> None:
        for days in range(7):
            keep(studio, actor, days_ago=days, refresh=True)

        page = read(client.get(of("account", studio)))

        assert page.words.count("Before refreshing") == 5

    def test_an_account_that_is_gone_has_nothing_to_press(
        self, client: Client, studio: Account, actor: Actor
    ) -> None:
        kept = keep(studio, actor)
        Account.objects.filter(pk=studio.pk).update(gone_at=timezone.now())

        page = client.get(of("account", studio))

        assert "Before disconnecting" in read(page).words
        assert "The settings below are offered to it then." in read(page).words
        assert not [form for form in read(page).forms if "restor" in form.words]

        answer = client.post(at("snapshot-restore", studio.pk, kept.pk), follow=True)

        assert "is disconnected. Connect it again first." in read(answer).words
        assert not Draft.objects.exists()


class TestOthers:
    """People and their keys."""

    def test_a_viewer_is_told_what_it_needs(
        self, studio: Account, actor: Actor, viewer: User
    ) -> None:
        keep(studio, actor)

        page = read(signed_in(viewer).get(of("account", studio)))

        assert "Kept settings" in page.words
        assert "Needs the role Editor" in page.words

    def test_what_was_kept_of_another_account_is_not_found_here(
        self, client: Client, studio: Account, accounts: Accounts, actor: Actor
    ) -> None:
        kept = keep(accounts["rooms@example.net"], actor)

        for pk in (kept.pk, uuid4()):
            assert client.post(at("snapshot-restore", studio.pk, pk)).status_code == 404
            assert client.post(at("snapshot-decline", studio.pk, pk)).status_code == 404

    def test_what_only_its_owner_sees_by_name_stays_unnamed(
        self, client: Client, source: Source, actor: Actor
    ) -> None:
        found = keys.source(give_key(person("bo"), "bo", Key.Visibility.ACT), source.workspace)
        mirror.read(found)
        account = Account.objects.get(source=found, calendars__name="School runs")
        account.calendars.filter(name="Team holidays").update(background_color="#010203")
        keep(account, actor)
        again = moved_to(account, 77, "School runs", "Team holidays")
        again.calendars.update(selected=False, background_color="#000000")
        again.calendars.filter(name="School runs").update(external_id="other")
        page = client.get(of("account", again))

        preview = read(press(client, page, "Preview re-applying"))

        assert "School runs" not in preview.words
        assert "Team holidays" not in preview.words
        assert "a calendar that is switched off" in preview.words
        assert " – — bo@example.com " in preview.words
