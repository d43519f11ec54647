"""Undoing an edit: what stands against it, what it writes, and which calendar it is about."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Draft, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import calendars, drafts, keys, mirror, succession, undoing
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from integrations.services.changes import ConflictError
from integrations.services.drafts import Looker
from integrations.services.plans import Reason
from integrations.services.undoing import Obstacle
from tests import bulk
from tests.teamwork import give_key, person

Asked = Callable[[], list[str]]
Accounts = dict[str, Account]
Outcome = Change.Outcome


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """The studio's first calendar, without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


@pytest.fixture
def edited(calendar: Calendar, actor: Actor) -> Change:
    """An edit that was done."""
    return edit(calendar, actor, background_color="#123456", selected=False)


def edit(calendar: Calendar, actor: Actor, /, **changed: Any) -> Change:
    """Save these fields, as a form does that showed the row as it is."""
    shown = {name: getattr(calendar, name) for name in changed}
    with keys.opened(calendar.account.source) as client:
        return calendars.update(client, calendar, CalendarEdits(shown, changed), by=actor)


def undo(change: Change, calendar: Calendar, actor: Actor) -> Change:
    """Undo an edit as a page does that showed what was written."""
    with keys.opened(calendar.account.source) as client:
        return undoing.undo(client, change, calendar, change.after, by=actor)


def theirs(sandbox: Sandbox, calendar: Calendar) -> dict[str, Any]:
    """Return what Focus has."""
    return sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)


def test_it_writes_the_earlier_values_back_and_nothing_else(
    sandbox: Sandbox, calendar: Calendar, edited: Change, actor: Actor, asked: Asked
) -> None:
    theirs(sandbox, calendar)["default_project_id"] = 330002
    asked()

    done = undo(edited, calendar, actor)

    assert asked() == ["list_calendars", "update_calendar"]
    now = theirs(sandbox, calendar)
    assert (now["background_color"], now["selected"]) == ("#616161", True)
    assert now["default_project_id"] == 330002
    assert (done.outcome, done.undoes) == (Outcome.DONE, edited.pk)
    assert (done.before, done.after) == (edited.after, edited.before)


def test_it_tramples_on_nothing(
    sandbox: Sandbox, calendar: Calendar, edited: Change, actor: Actor, asked: Asked
) -> None:
    theirs(sandbox, calendar)["background_color"] = "#abcdef"
    asked()

    with pytest.raises(ConflictError) as caught:
        undo(edited, calendar, actor)

    assert asked() == ["list_calendars"]
    assert caught.value.moved == {"background_color": ("#123456", "#abcdef")}
    assert theirs(sandbox, calendar)["selected"] is False
    tried = Change.objects.get(undoes=edited.pk)
    assert (tried.outcome, tried.found) == (Outcome.CONFLICT, {"background_color": "#abcdef"})


def test_an_undo_can_be_undone(calendar: Calendar, edited: Change, actor: Actor) -> None:
    first = undo(edited, calendar, actor)

    assert undoing.obstacle(first) is None

    second = undo(first, calendar, actor)

    calendar.refresh_from_db()
    assert (calendar.background_color, calendar.selected) == ("#123456", False)
    assert undoing.obstacle(first) == Obstacle.UNDONE
    assert undoing.undo_of(first) == second


def test_a_done_edit_is_undone_once(calendar: Calendar, edited: Change, actor: Actor) -> None:
    assert undoing.obstacle(edited) is None

    done = undo(edited, calendar, actor)

    assert undoing.obstacle(edited) == Obstacle.UNDONE
    assert undoing.undo_of(edited) == done


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("sending", Obstacle.RUNNING),
        ("intended", Obstacle.RUNNING),
        ("failed", None),
        ("refused", None),
        ("conflict", None),
        ("unknown", None),
    ],
)
def test_an_undo_that_failed_may_be_tried_again(
    calendar: Calendar,
    edited: Change,
    actor: Actor,
    outcome: str,
    expected: Obstacle | None,
) -> None:
    tried = undo(edited, calendar, actor)
    tried.outcome = outcome
    tried.save(update_fields=["outcome"])

    assert undoing.obstacle(edited) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": "refresh"}, Obstacle.KIND),
        ({"outcome": "failed"}, Obstacle.NOT_DONE),
        ({"outcome": "unknown"}, Obstacle.NOT_DONE),
        ({"error": "already-so"}, Obstacle.ALREADY_SO),
    ],
)
def test_what_wrote_nothing_is_not_undone(
    edited: Change, fields: dict[str, str], expected: Obstacle
) -> None:
    for name, value in fields.items():
        setattr(edited, name, value)

    assert undoing.obstacle(edited) == expected


def test_it_is_about_the_fields_that_were_touched(edited: Change, calendar: Calendar) -> None:
    edited.after |= {"focus_auto_track": True, "of_a_later_version": 1}
    calendar.raw = "{}"

    assert undoing.fields(edited) == ["background_color", "selected", "focus_auto_track"]
    assert undoing.absent(calendar, edited) == {"focus_auto_track"}


class TestAll:
    """Everything that a batch has done, at once."""

    @pytest.fixture
    def batch(self, accounts: Accounts, source: Source, actor: Actor, manager: User) -> Batch:
        """Three calendars of the studio, given a colour and switched off, done."""
        found = accounts["studio@example.com"].calendars.order_by("pk")[:3]
        wish = {"background_color": "#123456", "selected": False}
        batch = bulk.begin(dict.fromkeys(found, wish), by=actor, sources=[source])
        bulk.work(batch)
        assert bulk.outcomes(batch) == [("done", "")] * 3
        return batch

    @staticmethod
    def drafted(batch: Batch, looker: Looker) -> Draft:
        """Draft the undo of all that can be undone."""
        due = undoing.undoable(Change.objects.filter(batch=batch))
        return undoing.undo_all(
            batch,
            due,
            person=looker.person,
            workspace=looker.sources[0].workspace,
            sources=looker.sources,
        )

    @pytest.fixture
    def looker(self, manager: User, source: Source) -> Looker:
        """Mia, who sees through the shared key."""
        return Looker(manager, Role.MANAGER, [source])

    def test_it_brings_every_setting_back(
        self, sandbox: Sandbox, batch: Batch, looker: Looker, actor: Actor
    ) -> None:
        before = {change.calendar_id: change.before for change in batch.change_set.all()}
        draft = self.drafted(batch, looker)

        plan = drafts.preview(draft, looker)
        undo = drafts.confirm(draft, looker, by=actor)
        bulk.work(undo)

        assert (len(plan.steps), plan.blocked) == (3, [])
        assert bulk.outcomes(undo) == [("done", "")] * 3
        assert (undo.kind, undo.about) == (Batch.Kind.UNDO, batch.pk)
        for change in undo.change_set.all():
            assert change.undoes in batch.change_set.values_list("pk", flat=True)
            now = sandbox.world.calendar(change.integration_id, change.calendar_id)
            assert {name: now[name] for name in change.after} == before[change.calendar_id]

    def test_what_was_undone_is_not_drafted_again(
        self, batch: Batch, looker: Looker, actor: Actor
    ) -> None:
        change = batch.change_set.order_by("position")[0]
        row = succession.calendar_of(change, looker.sources)
        assert row is not None
        undo(change, row, actor)
        already = batch.change_set.order_by("position")[1]
        Change.objects.filter(pk=already.pk).update(error="already-so")

        draft = self.drafted(batch, looker)

        assert len(draft.wishes) == 1
        assert str(row.pk) not in draft.wishes

    def test_what_somebody_has_changed_since_is_left_out(
        self, sandbox: Sandbox, source: Source, batch: Batch, looker: Looker
    ) -> None:
        change = batch.change_set.order_by("position")[0]
        theirs = sandbox.world.calendar(change.integration_id, change.calendar_id)
        theirs["background_color"] = "#abcdef"
        mirror.read(source)

        plan = drafts.preview(self.drafted(batch, looker), looker)

        assert len(plan.steps) == 2
        [blocked] = plan.blocked
        assert (blocked.reason, blocked.found) == (Reason.CHANGED, {"background_color": "#abcdef"})

    def test_what_is_gone_is_named_and_no_more(self, batch: Batch, looker: Looker) -> None:
        change = batch.change_set.order_by("position")[0]
        Calendar.objects.filter(calendar_id=change.calendar_id).update(gone_at=timezone.now())

        draft = self.drafted(batch, looker)

        assert len(draft.wishes) == 2
        assert draft.missing == [{"name": change.calendar_name, "email": change.email}]

    def test_a_calendar_that_was_switched_off_is_switched_on_unseen(
        self, source: Source, manager: User, actor: Actor
    ) -> None:
        key = give_key(person("bo"), "bo", Key.Visibility.ACT)
        bos = keys.source(key, source.workspace)
        mirror.read(bos)
        found = Calendar.objects.filter(account__source=bos, selected=True)[:2]
        batch = bulk.begin(dict.fromkeys(found, {"selected": False}), by=actor, sources=[bos])
        bulk.work(batch)
        looker = Looker(manager, Role.MANAGER, [bos])

        draft = self.drafted(batch, looker)

        assert len(drafts.preview(draft, looker).steps) == 2

        Calendar.objects.filter(account__source=bos).update(gone_at=timezone.now())

        assert {entry["name"] for entry in self.drafted(batch, looker).missing} == {""}

    def test_what_was_done_through_a_key_that_one_does_not_see_is_not_named(
        self, batch: Batch, looker: Looker, source: Source
    ) -> None:
        other = keys.source(give_key(person("bo"), "bo"), source.workspace)

        draft = self.drafted(batch, Looker(looker.person, Role.MANAGER, [other]))

        assert [entry["name"] for entry in draft.missing] == [""] * 3
