"""A batch at work, and what came of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, BatchPart, Calendar, Change, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror, workers
from integrations.services.actors import Actor
from tests import bulk, teamwork
from tests.browsing import read
from tests.conftest import signed_in
from tests.views.addresses import at

Accounts = dict[str, Account]
Outcome = Change.Outcome


@pytest.fixture
def batch(accounts: Accounts, source: Source, actor: Actor, client: Client) -> Batch:
    """A batch of Mia's that changes four calendars."""
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")
    return bulk.begin(
        dict.fromkeys(rooms, {"background_color": "#0b8043"}), by=actor, sources=[source]
    )


def words(client: Client, batch: Batch, query: str = "") -> str:
    """Return the words of a batch's page."""
    return read(client.get(at("batch", batch.pk) + query)).words


def now(batch: Batch, **values: Any) -> None:
    """Let the batch's part be like this."""
    BatchPart.objects.filter(batch=batch).update(**values)


def test_it_begins_with_everything_waiting(client: Client, batch: Batch) -> None:
    page = client.get(at("batch", batch.pk))

    told = read(page).words
    assert "Bulk edit of 4 calendars" in told
    assert "0 of 4 done." in told
    assert "Background colour #0b8043 Waiting" in told
    html = page.content.decode()
    assert 'hx-trigger="every 2s"' in html
    assert re.search('<noscript>\\s*<meta http-equiv="refresh" content="5">\\s*</noscript>', html)
    assert '<progress class="progress"' in html


def test_it_ends_with_the_result_of_each(client: Client, batch: Batch, sandbox: Sandbox) -> None:
    first, second, third, fourth = Change.objects.order_by("position")
    there = sandbox.world.calendar(first.integration_id, first.calendar_id)
    there["background_color"] = "#123456"
    there = sandbox.world.calendar(second.integration_id, second.calendar_id)
    there["background_color"] = "#0B8043"
    sandbox.fault("update_calendar", "status", status=400, times=1)
    bulk.work(batch)

    page = client.get(at("batch", batch.pk))

    told = read(page).words
    assert "4 of 4 done." in told
    for phrase in ("1 Saved", "1 Already so", "1 Refused", "1 Changed elsewhere"):
        assert phrase in told
    assert "There now: Background colour: #123456" in told
    assert "Refused Focus did not accept this. Nothing was changed." in told
    assert "hx-trigger" not in page.content.decode().partition('id="batch"')[2][:200]
    assert "http-equiv" not in page.content.decode()
    assert {third.calendar_name, fourth.calendar_name} <= read(page).links.keys()
    assert "Changed elsewhere" in words(client, batch, "?show=conflict")
    assert "1 Refused" in words(client, batch, "?show=conflict")
    rows = client.get(at("batch", batch.pk) + "?show=refused").context["rows"]
    assert [row["title"] for row in rows] == ["Focus did not accept this"]


def test_it_leads_back_to_the_same_list(client: Client, batch: Batch) -> None:
    Batch.objects.update(back="q=rooms&sort=-name")

    links = read(client.get(at("batch", batch.pk))).links

    assert links["Back to the list"] == at("calendars") + "?q=rooms&sort=-name"


def test_it_is_paged(client: Client, batch: Batch, settings: LazySettings) -> None:
    settings.PAGE_SIZE = 3

    assert "1–3 of 4, page 1 of 2" in words(client, batch)
    assert "4–4 of 4, page 2 of 2" in words(client, batch, "?page=2")


class TestWaiting:
    """Nothing is sent for a while."""

    def test_for_the_next_hour(self, client: Client, batch: Batch) -> None:
        until = timezone.now() + timedelta(minutes=20)
        now(batch, waits_for="quota", resumes_at=until)

        told = words(client, batch)

        assert f"0 of 4 done; continues at {timezone.localtime(until):%H:%M}." in told
        assert "Stop: leave the other 4 as they are" in told
        assert "No worker" not in told

    def test_for_focus_to_come_to_itself(self, client: Client, batch: Batch) -> None:
        now(batch, waits_for="retry", resumes_at=timezone.now() + timedelta(seconds=8))

        assert "0 of 4 done; Focus failed, and is asked again in a moment." in words(client, batch)

    def test_for_a_calendar_that_is_busy(self, client: Client, batch: Batch) -> None:
        now(batch, resumes_at=timezone.now() + timedelta(seconds=8))

        assert "0 of 4 done." in words(client, batch)

    def test_of_several_keys_each_says_until_when(
        self, client: Client, batch: Batch, source: Source
    ) -> None:
        now(batch, waits_for="quota", resumes_at=timezone.now() + timedelta(minutes=20))
        BatchPart.objects.create(
            batch=batch, key=Key(fingerprint="x").pk, key_label="Bo", key_generation=1
        )

        told = words(client, batch)

        assert "0 of 4 done." in told
        assert "the shared key The hour’s requests are used up; continues at" in told


class TestSilence:
    """Nobody works on it."""

    def test_without_a_worker_it_says_whom_to_ask(self, client: Client, batch: Batch) -> None:
        assert "worker" not in words(client, batch)

        now(batch, worked_at=timezone.now() - timedelta(seconds=16))

        assert "No worker is running, so nothing happens." in words(client, batch)
        assert "start “manage.py worker”" in words(client, batch)

    def test_beside_a_busy_worker_it_says_so(self, client: Client, batch: Batch) -> None:
        now(batch, worked_at=timezone.now() - timedelta(seconds=16))
        workers.beat("another")

        assert "The worker is busy with other work." in words(client, batch)

    @pytest.mark.parametrize(("seconds", "silent"), [(60, False), (-3, False), (-20, True)])
    def test_while_it_waits_on_purpose_nobody_has_to(
        self, client: Client, batch: Batch, seconds: int, silent: bool
    ) -> None:
        now(
            batch,
            worked_at=timezone.now() - timedelta(hours=1),
            resumes_at=timezone.now() + timedelta(seconds=seconds),
        )

        assert ("No worker is running" in words(client, batch)) == silent

    def test_when_it_is_finished_nobody_has_to(self, client: Client, batch: Batch) -> None:
        bulk.work(batch)
        now(batch, worked_at=timezone.now() - timedelta(hours=1))

        assert "worker" not in words(client, batch)


def test_an_unknown_one_is_not_done_until_it_is_settled(client: Client, batch: Batch) -> None:
    Change.objects.filter(position=0).update(outcome=Outcome.UNKNOWN, finished_at=timezone.now())

    assert "0 of 4 done." in words(client, batch)
    assert "Outcome unknown We do not know whether this was saved." in words(client, batch)

    Change.objects.filter(position=0).update(settled_at=timezone.now())
    assert "1 of 4 done." in words(client, batch)


def test_one_being_stopped_says_by_whom(client: Client, batch: Batch) -> None:
    Batch.objects.update(stopped_at=timezone.now(), stopped_by="Max")

    told = words(client, batch)

    assert "0 of 4 done; being stopped by Max." in told
    assert "Stop:" not in told


class TestWhoMaySee:
    """Whoever made it, and who sees its changes; a calendar that is hidden has no name."""

    @pytest.fixture
    def bos(self, sandbox: Sandbox, source: Source) -> Batch:
        """A batch of Bo's, through Bo's key, that shows its health to managers."""
        bo = teamwork.person("bo", Role.EDITOR)
        key = teamwork.give_key(bo, "bo")
        theirs = keys.source(key, source.workspace)
        mirror.read(theirs)
        by = Actor(bo.issuer, bo.subject, "Bo", "editor", "0" * 32)
        return bulk.begin_all(theirs, by=by, default_project_id=77)

    def test_its_maker(self, bos: Batch) -> None:
        bo = User.objects.get(email="bo@example.com")

        page = signed_in(bo).get(at("batch", bos.pk))

        assert page.status_code == 200
        assert "A calendar that you may not see" not in read(page).words

    def test_a_manager_without_the_names_of_what_is_off(self, client: Client, bos: Batch) -> None:
        off = Calendar.objects.filter(account__source__key__owner__email="bo@example.com")[0]
        Calendar.objects.filter(pk=off.pk).update(selected=False, name="Therapy")
        Change.objects.filter(calendar_id=off.calendar_id).update(calendar_name="Therapy")

        told = words(client, bos)

        assert "A calendar that you may not see" in told
        assert "Therapy" not in told

    def test_nobody_who_does_not_see_through_the_key(
        self, editor_client: Client, viewer_client: Client, bos: Batch
    ) -> None:
        assert editor_client.get(at("batch", bos.pk)).status_code == 404
        assert viewer_client.get(at("batch", bos.pk)).status_code == 404

    def test_a_manager_after_the_key_was_removed(self, client: Client, bos: Batch) -> None:
        Key.objects.filter(owner__email="bo@example.com").delete()

        page = client.get(at("batch", bos.pk))

        assert page.status_code == 200

    def test_only_what_one_may_see_of_it(
        self, editor_client: Client, batch: Batch, source: Source
    ) -> None:
        Change.objects.filter(batch=batch, position=0).update(key=Key(fingerprint="x").pk)

        told = words(editor_client, batch)

        assert "1 more change was made through a key that you do not see through." in told


def test_its_own_page_tells_that_it_is_finished(
    client: Client, editor_client: Client, batch: Batch
) -> None:
    words(client, batch)
    batch.refresh_from_db()
    assert batch.told_at is None
    bulk.work(batch)

    words(editor_client, batch)
    batch.refresh_from_db()
    assert batch.told_at is None

    words(client, batch)
    batch.refresh_from_db()
    assert batch.told_at is not None
