"""What a refresh has recoloured, until somebody says which colours stay."""

from typing import Any

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Key, Recolouring, Source
from integrations.services import changes, drafts, recolouring, refusing
from integrations.services.actors import Actor
from integrations.services.drafts import Looker
from integrations.services.plans import Reason
from tests import bulk
from tests.moving import moved_to
from tests.services.test_first_colours import edited

Accounts = dict[str, Account]
OLD = {"background_color": "#0000ff", "foreground_color": "#ffffff"}
NEW = {"background_color": "#ffff00", "foreground_color": "#000000"}
NEWER = {"background_color": "#00ff00", "foreground_color": "#000000"}


@pytest.fixture
def refreshed(source: Source, actor: Actor) -> Change:
    """The record of a refresh."""
    return changes.intend(Change.Action.REFRESH, source, by=actor)


def recolour(
    refreshed: Change, room: Calendar, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Have a refresh bring a calendar other colours."""
    Calendar.objects.filter(pk=room.pk).update(**after)
    entry = {"calendar_id": room.calendar_id, "before": before, "after": after}
    recolouring.note(refreshed, room.account, [entry])


def waits(account: Account, person: User) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return what waits: the calendar's name, and the colours before and after."""
    found = recolouring.waiting(account, person)
    return [(w.calendar.name, w.recolouring.before, w.recolouring.after) for w in found]


def test_it_waits_with_what_was_there_before(
    studio: Account, room: Calendar, refreshed: Change, manager: User
) -> None:
    recolour(refreshed, room, OLD, NEW)

    assert waits(studio, manager) == [("Equipment", OLD, NEW)]


def test_a_second_refresh_goes_on_from_the_first(
    studio: Account, room: Calendar, refreshed: Change, manager: User
) -> None:
    recolour(refreshed, room, OLD, NEW)
    recolour(refreshed, room, NEW, NEWER)
    assert waits(studio, manager) == [("Equipment", OLD, NEWER)]

    recolour(refreshed, room, NEWER, OLD)
    assert waits(studio, manager) == []
    assert not Recolouring.objects.exists()


def test_a_calendar_that_is_gone_by_then_is_not_asked_about(
    room: Calendar, refreshed: Change
) -> None:
    Calendar.objects.filter(pk=room.pk).delete()

    recolour(refreshed, room, OLD, NEW)

    assert not Recolouring.objects.exists()


def test_whoever_gives_it_other_colours_has_answered(
    studio: Account, room: Calendar, refreshed: Change, manager: User
) -> None:
    recolour(refreshed, room, OLD, NEW)
    Calendar.objects.filter(pk=room.pk).update(background_color="#123456")
    assert waits(studio, manager) == []

    recolour(refreshed, room, {**NEW, "background_color": "#123456"}, NEWER)
    assert [before["background_color"] for _, before, _ in waits(studio, manager)] == ["#123456"]


def test_it_waits_for_the_same_address_connected_again(
    studio: Account, room: Calendar, refreshed: Change, manager: User
) -> None:
    recolour(refreshed, room, OLD, NEW)
    again = moved_to(studio, 77, "Equipment", "Deliveries")
    again.calendars.filter(name="Equipment").update(**NEW)
    studio.refresh_from_db()

    assert waits(studio, manager) == []
    assert waits(again, manager) == [("Equipment", OLD, NEW)]


def test_another_calendar_with_the_old_number_is_not_meant(
    studio: Account, room: Calendar, refreshed: Change, manager: User
) -> None:
    recolour(refreshed, room, OLD, NEW)
    again = moved_to(studio, 77, "Equipment", "Deliveries")
    again.calendars.update(**NEW)
    again.calendars.filter(name="Deliveries").update(calendar_id=room.calendar_id)

    assert waits(again, manager) == [("Equipment", OLD, NEW)]


def test_what_is_its_owners_alone_waits_for_nobody_else(
    studio: Account, room: Calendar, refreshed: Change, manager: User, editor: User
) -> None:
    recolour(refreshed, room, OLD, NEW)
    Calendar.objects.filter(pk=room.pk).update(selected=False)
    Key.objects.update(owner=editor)

    assert waits(studio, manager) == []
    assert len(waits(studio, editor)) == 1


def test_it_tells_what_the_refresh_has_only_reset(
    studio: Account, room: Calendar, refreshed: Change, manager: User, actor: Actor
) -> None:
    edited(room, NEW, OLD, by=actor)

    recolour(refreshed, room, OLD, NEW)
    assert [entry.is_reset for entry in recolouring.waiting(studio, manager)] == [True]

    recolour(refreshed, room, NEW, NEWER)
    [entry] = recolouring.waiting(studio, manager)
    assert (entry.is_reset, entry.first) == (False, NEW)


class TestTaking:
    """The new colours stay."""

    def test_it_is_answered_and_told_to_the_log(
        self,
        studio: Account,
        room: Calendar,
        refreshed: Change,
        manager: User,
        actor: Actor,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        recolour(refreshed, room, OLD, NEW)
        caplog.clear()

        assert recolouring.take(recolouring.waiting(studio, manager), by=actor) == 1

        assert waits(studio, manager) == []
        assert Recolouring.objects.get().decision == "taken"
        [line] = [record for record in caplog.records if record.name == "integrations.audit"]
        assert (line.event, line.facts["calendar"]) == ("recolouring-taken", room.calendar_id)

    def test_it_is_answered_once(
        self, studio: Account, room: Calendar, refreshed: Change, manager: User, actor: Actor
    ) -> None:
        recolour(refreshed, room, OLD, NEW)
        waiting = recolouring.waiting(studio, manager)
        recolouring.take(waiting, by=actor)

        assert recolouring.take(waiting, by=actor) == 0


class TestRefusing:
    """The earlier colours are written back."""

    @pytest.fixture
    def looker(self, manager: User, source: Source) -> Looker:
        """Mia, through the shared key."""
        return Looker(manager, Role.MANAGER, [source])

    def test_it_is_a_batch_and_answered_with_its_confirmation(
        self, room: Calendar, refreshed: Change, looker: Looker, actor: Actor, sandbox: Any
    ) -> None:
        theirs = sandbox.world.calendar(room.account.integration_id, room.calendar_id)
        seen = {name: theirs[name] for name in OLD}
        recolour(refreshed, room, OLD, seen)
        waiting = recolouring.waiting(room.account, looker.person)
        draft = refusing.draft(room.account, waiting, person=looker.person)
        drafts.preview(draft, looker)
        assert Recolouring.objects.get().decided_at is None

        batch = drafts.confirm(draft, looker, by=actor)

        assert batch.kind == Batch.Kind.KEEP
        assert Recolouring.objects.get().decision == "refused"
        bulk.work(batch)
        assert bulk.tally(batch) == {"done": 1}
        assert {name: theirs[name] for name in OLD} == OLD

    def test_what_got_other_colours_meanwhile_is_left_alone(
        self, room: Calendar, refreshed: Change, looker: Looker
    ) -> None:
        recolour(refreshed, room, OLD, NEW)
        waiting = recolouring.waiting(room.account, looker.person)
        draft = refusing.draft(room.account, waiting, person=looker.person)
        Calendar.objects.filter(pk=room.pk).update(background_color="#123456")

        plan = drafts.preview(draft, looker)

        assert not plan.steps
        assert [entry.reason for entry in plan.blocked] == [Reason.CHANGED]


def test_a_disconnected_account_asks_nothing(
    studio: Account, room: Calendar, refreshed: Change, manager: User
) -> None:
    recolour(refreshed, room, OLD, NEW)
    studio.gone_at = timezone.now()

    assert waits(studio, manager) == []


def test_a_key_that_goes_takes_it_along(room: Calendar, refreshed: Change, actor: Actor) -> None:
    edited(room, NEW, OLD, by=actor)
    recolour(refreshed, room, OLD, NEW)

    recolouring.forget(Key.objects.all())

    assert not Recolouring.objects.exists()
