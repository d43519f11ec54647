"""Kept settings brought back to an account that was connected again."""

from typing import Any

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Key, Snapshot, Source
from integrations.services import changes, drafts, keys, mirror, restoring, snapshots
from integrations.services.actors import Actor
from integrations.services.drafts import Looker
from tests import bulk
from tests.moving import moved_to
from tests.services.test_snapshots import keep
from tests.teamwork import give_key, person

Accounts = dict[str, Account]
NAMES = ("Equipment", "Old office", "Deliveries")


@pytest.fixture
def studio(accounts: Accounts) -> Account:
    """An account with seven calendars."""
    return accounts["studio@example.com"]


def fresh(account: Account, number: int = 77, *names: str) -> Account:
    """Connect an address again; its calendars start with settings of their own."""
    again = moved_to(account, number, *(names or NAMES))
    again.calendars.update(background_color="#000000", default_project_id=None)
    return again


class TestOffer:
    """When kept settings are offered."""

    def test_an_address_that_was_connected_again_gets_the_offer(
        self, studio: Account, actor: Actor
    ) -> None:
        kept = keep(studio, actor)

        offered = restoring.offer(fresh(studio))

        assert offered is not None
        assert (offered.snapshot, offered.kept, offered.differing) == (kept, 7, 3)

    def test_settings_that_are_as_they_were_are_not_offered(
        self, studio: Account, actor: Actor
    ) -> None:
        keep(studio, actor)

        assert restoring.offer(moved_to(studio, 77, *NAMES)) is None

    def test_of_several_the_newest_that_makes_a_difference_is_offered(
        self, studio: Account, actor: Actor
    ) -> None:
        older = keep(studio, actor, days_ago=2)
        once = fresh(studio)
        keep(once, actor)
        twice = moved_to(once, 88)
        for row in once.calendars.all():
            row.pk, row.account = None, twice
            row.save(force_insert=True)

        offered = restoring.offer(twice)

        assert offered is not None
        assert offered.snapshot == older

    @pytest.mark.parametrize("why", ["answered", "refresh", "gone", "nameless", "provider"])
    def test_otherwise_there_is_no_offer(self, studio: Account, actor: Actor, why: str) -> None:
        kept = keep(studio, actor, refresh=why == "refresh")
        again = fresh(studio)
        if why == "answered":
            snapshots.answer(kept)
        elif why == "gone":
            again.gone_at = timezone.now()
        elif why == "nameless":
            Snapshot.objects.update(email="")
            again.email = ""
        elif why == "provider":
            again.provider = "outlook"

        assert restoring.offer(again) is None

    def test_another_key_has_no_part_in_it(
        self, studio: Account, actor: Actor, source: Source
    ) -> None:
        keep(studio, actor)
        again = fresh(studio)
        again.source = keys.source(give_key(person("bo"), "bo"), source.workspace)

        assert restoring.offer(again) is None

    @pytest.mark.parametrize("outcome", ["done", "failed"])
    def test_under_the_same_id_it_takes_a_disconnect_that_was_done(
        self, studio: Account, actor: Actor, outcome: Change.Outcome
    ) -> None:
        kept = keep(studio, actor)
        changes.finish(Change.objects.get(pk=kept.about), outcome)
        studio.calendars.update(background_color="#000000")

        offered = restoring.offer(studio)

        assert (offered is not None) == (outcome == "done")

    def test_fields_that_focus_does_not_offer_any_more_make_no_difference(
        self, studio: Account, actor: Actor
    ) -> None:
        studio.calendars.update(focus_auto_track=True)
        keep(studio, actor)
        again = moved_to(studio, 77, *NAMES)
        again.calendars.update(focus_auto_track=None, raw="{}")

        assert restoring.offer(again) is None


class TestDraft:
    """What re-applying comes to."""

    @pytest.fixture
    def looker(self, manager: User, source: Source) -> Looker:
        """Mia, who sees through the shared key."""
        return Looker(manager, Role.MANAGER, [source])

    def test_every_calendar_that_is_found_gets_what_was_kept(
        self, studio: Account, actor: Actor, looker: Looker
    ) -> None:
        kept = keep(studio, actor)
        again = fresh(studio)

        draft = restoring.draft(kept, again, person=looker.person)
        plan = drafts.preview(draft, looker)

        assert (draft.kind, draft.about) == (Batch.Kind.RESTORE, kept.pk)
        assert draft.back == f"account={again.pk}", "the list that its page leads back to"
        assert {step.calendar.name: step.after for step in plan.steps} == {
            "Equipment": {"background_color": "#616161"},
            "Old office": {"background_color": "#795548", "default_project_id": 330009},
            "Deliveries": {"background_color": "#fff"},
        }
        assert {entry["name"] for entry in draft.missing} == {
            entry["name"] for entry in kept.calendars
        } - set(NAMES)
        assert {entry["email"] for entry in draft.missing} == {"studio@example.com"}

    def test_confirming_it_answers_the_offer(
        self, studio: Account, actor: Actor, looker: Looker
    ) -> None:
        kept = keep(studio, actor)
        again = fresh(studio)
        draft = restoring.draft(kept, again, person=looker.person)
        drafts.preview(draft, looker)

        drafts.confirm(draft, looker, by=actor)

        kept.refresh_from_db()
        assert kept.answered_at is not None
        assert restoring.offer(again) is None

    def test_calendars_with_one_external_id_are_left_out_and_named(
        self, studio: Account, actor: Actor, looker: Looker
    ) -> None:
        studio.calendars.filter(name="Old office").update(external_id="twin")
        studio.calendars.filter(name="Deliveries").update(external_id="twin")
        kept = keep(studio, actor)
        again = fresh(studio)
        again.calendars.filter(name="Deliveries").update(external_id="other")

        draft = restoring.draft(kept, again, person=looker.person)

        assert list(draft.wishes) == [str(again.calendars.get(name="Equipment").pk)]
        assert {"Old office", "Deliveries"} <= {entry["name"] for entry in draft.missing}

    def test_in_the_same_account_a_calendar_is_known_by_its_id(
        self, studio: Account, actor: Actor, looker: Looker
    ) -> None:
        studio.calendars.update(external_id="twin")
        kept = keep(studio, actor, refresh=True)
        studio.calendars.update(background_color="#000000")

        draft = restoring.draft(kept, studio, person=looker.person)

        assert len(drafts.preview(draft, looker).steps) == 7
        assert draft.missing == []

    def test_a_manager_brings_back_what_only_its_owner_sees_now(
        self, source: Source, manager: User, actor: Actor
    ) -> None:
        found = keys.source(give_key(person("bo"), "bo", Key.Visibility.ACT), source.workspace)
        mirror.read(found)
        account = Account.objects.get(source=found, calendars__name="School runs")
        on, off = (account.calendars.get(name=name) for name in ("Team holidays", "School runs"))
        kept = keep(account, actor)
        again = moved_to(account, 77, "Team holidays")
        again.calendars.update(selected=False)
        looker = Looker(manager, Role.MANAGER, [found])

        draft = restoring.draft(kept, again, person=manager)
        [step] = drafts.preview(draft, looker).steps

        assert (on.selected, off.selected) == (True, False)
        assert step.after == {"selected": True}
        names = [entry["name"] for entry in draft.missing]
        assert "" in names
        assert "School runs" not in names

        assert found.key.owner is not None
        owners = restoring.draft(kept, again, person=found.key.owner)

        assert "School runs" in [entry["name"] for entry in owners.missing]


def test_it_ends_in_every_setting_as_it_was(
    accounts: Accounts, source: Source, actor: Actor, manager: User
) -> None:
    account = accounts["rooms@example.net"]
    kept = keep(account, actor, refresh=True)
    before: dict[int, Any] = {e["calendar_id"]: e["settings"] for e in kept.calendars}
    wish = {"background_color": "#000000", "selected": False, "default_project_id": 330001}
    every = account.calendars.order_by("pk")
    bulk.work(bulk.begin(dict.fromkeys(every, wish), by=actor, sources=[source]))
    looker = Looker(manager, Role.MANAGER, [source])
    draft = restoring.draft(kept, account, person=manager)
    drafts.preview(draft, looker)

    batch = drafts.confirm(draft, looker, by=actor)
    bulk.work(batch)

    mirror.read(source)
    for row in Calendar.objects.filter(account=account):
        assert {name: getattr(row, name) for name in before[row.calendar_id]} == before[
            row.calendar_id
        ]
    assert {change.outcome for change in batch.change_set.all()} == {"done"}
