"""What wishes come to, calendar by calendar: steps, what is so already, what is left out."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Calendar, Key, Quota, Source
from integrations.services import keys, mirror, plans, team
from integrations.services.plans import Blocked, Plan, Reason
from tests.teamwork import give_key, person

Accounts = dict[str, Account]
BLUE = {"background_color": "#0000ff"}


def sources(person_: User, role: Role, source: Source) -> list[Source]:
    """Return what somebody may see in the workspace, each key read once."""
    found = team.sources(keys.visible_to(person_, role), person_, source.workspace)
    for row in found:
        mirror.read(row)
    return found


def made(source: Source, person_: User, wishes: dict[int, Any], **more: Any) -> Plan:
    """Make a plan for a manager who sees the shared key alone."""
    return plans.make(wishes, sources=[source], person=person_, role=Role.MANAGER, **more)


@pytest.fixture
def rows(accounts: Accounts) -> list[Calendar]:
    """The studio's calendars."""
    return list(accounts["studio@example.com"].calendars.order_by("pk"))


def test_a_step_holds_exactly_what_differs(
    rows: list[Calendar], source: Source, manager: User
) -> None:
    row = rows[0]
    wish = {"background_color": "#0000ff", "selected": row.selected, "default_project_id": 7}

    plan = made(source, manager, {row.pk: wish})

    [step] = plan.steps
    assert step.calendar == row
    assert step.before == {
        "background_color": row.background_color,
        "default_project_id": row.default_project_id,
    }
    assert step.after == {"background_color": "#0000ff", "default_project_id": 7}
    assert plan.shown == {str(row.pk): [step.before, step.after]}
    assert not plan.unchanged
    assert not plan.blocked


def test_what_is_so_already_is_no_step(rows: list[Calendar], source: Source, manager: User) -> None:
    row = rows[0]
    same = {"background_color": (row.background_color or "").upper(), "auto_track": None}

    plan = made(source, manager, {row.pk: same})

    assert plan.unchanged == [row]
    assert plan.shown == {}
    assert plan.costs() == []


def test_every_wish_is_a_step_or_unchanged_or_left_out(
    rows: list[Calendar], source: Source, manager: User
) -> None:
    gone, same, *others = rows
    Calendar.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    wishes = {row.pk: BLUE for row in rows} | {4711: BLUE}
    wishes[same.pk] = {"background_color": same.background_color}

    plan = made(source, manager, wishes)

    assert [step.calendar for step in plan.steps] == others
    assert plan.unchanged == [same]
    assert plan.blocked == [Blocked(None, Reason.GONE), Blocked(None, Reason.GONE)]


def test_many_are_found_in_several_questions(
    rows: list[Calendar], source: Source, manager: User
) -> None:
    wishes: dict[int, Any] = dict.fromkeys(range(500000, 500600), BLUE)
    wishes[rows[0].pk] = BLUE

    plan = made(source, manager, wishes)

    assert [step.calendar for step in plan.steps] == rows[:1]
    assert len(plan.blocked) == 600


def test_a_field_that_focus_does_not_keep_is_left_out(
    rows: list[Calendar], source: Source, manager: User
) -> None:
    row = rows[0]
    raw = '{"calendar_id": 1, "background_color": "#ffffff", "selected": true}'
    Calendar.objects.filter(pk=row.pk).update(raw=raw, auto_track=None, remind_tracking=None)

    both = made(source, manager, {row.pk: {"auto_track": True, **BLUE}})
    none = made(source, manager, {row.pk: {"auto_track": True, "remind_tracking": True}})

    assert both.steps[0].after == BLUE
    [blocked] = none.blocked
    assert (blocked.reason, blocked.absent) == (Reason.ABSENT, ("auto_track", "remind_tracking"))
    assert blocked.calendar == row


def test_what_somebody_changed_since_is_left_out_and_shown(
    rows: list[Calendar], source: Source, manager: User
) -> None:
    moved, still, elsewhere = rows[:3]
    expects = {
        moved.pk: {"background_color": "#abcdef"},
        still.pk: {"background_color": still.background_color},
        elsewhere.pk: {"selected": not elsewhere.selected},  # is not what is wished for
    }

    plan = made(source, manager, dict.fromkeys(expects, BLUE), expects=expects)

    assert [step.calendar for step in plan.steps] == [still, elsewhere]
    [blocked] = plan.blocked
    assert (blocked.calendar, blocked.reason) == (moved, Reason.CHANGED)
    assert blocked.found == {"background_color": moved.background_color}


@pytest.mark.parametrize(
    ("visibility", "role", "reason"),
    [
        (Key.Visibility.ACT, Role.MANAGER, None),
        (Key.Visibility.HEALTH, Role.MANAGER, Reason.NOT_YOURS),
        (Key.Visibility.PRIVATE, Role.MANAGER, Reason.GONE),
        (Key.Visibility.ACT, Role.EDITOR, Reason.GONE),
    ],
)
def test_through_somebody_elses_key_the_owner_decides(
    accounts: Accounts,
    source: Source,
    visibility: Key.Visibility,
    role: Role,
    reason: Reason | None,
) -> None:
    bos = keys.source(give_key(person("bo"), "bo", visibility), source.workspace)
    mirror.read(bos)
    row = Calendar.objects.filter(account__source=bos, selected=True)[0]
    olga = person("olga", role)

    plan = plans.make({row.pk: BLUE}, sources=sources(olga, role, source), person=olga, role=role)

    if reason is None:
        assert [step.calendar for step in plan.steps] == [row]
    else:
        [blocked] = plan.blocked
        assert blocked.reason == reason
        assert (blocked.calendar is None) == (reason == Reason.GONE)


def test_a_calendar_that_its_owner_switched_off_is_not_there_for_others(
    accounts: Accounts, source: Source
) -> None:
    bos = keys.source(give_key(person("bo"), "bo", Key.Visibility.ACT), source.workspace)
    mirror.read(bos)
    row = Calendar.objects.filter(account__source=bos)[0]
    Calendar.objects.filter(pk=row.pk).update(selected=False)
    olga = person("olga", Role.MANAGER)

    plan = plans.make({row.pk: BLUE}, sources=[source, bos], person=olga, role=Role.MANAGER)

    assert plan.blocked == [Blocked(None, Reason.GONE)]


def test_a_key_that_may_be_another_persons_changes_nothing(
    rows: list[Calendar], source: Source, manager: User
) -> None:
    Key.objects.update(doubted_at=timezone.now())
    source.refresh_from_db()

    plan = made(source, manager, {rows[0].pk: BLUE})

    assert plan.blocked == [Blocked(rows[0], Reason.KEY)]


def test_an_operator_may_use_every_key(accounts: Accounts, source: Source) -> None:
    bos = keys.source(give_key(person("bo"), "bo", Key.Visibility.PRIVATE), source.workspace)
    mirror.read(bos)
    row = Calendar.objects.filter(account__source=bos)[0]
    Calendar.objects.filter(pk=row.pk).update(selected=False)

    plan = plans.make({row.pk: BLUE}, sources=[bos], person=None, role=None)

    assert [step.calendar for step in plan.steps] == [row]


def test_it_costs_a_read_for_each_key_and_a_write_for_each_step(
    rows: list[Calendar], source: Source, manager: User, settings: LazySettings
) -> None:
    settings.BATCH_RESERVE = 10
    resets_at = timezone.now() + timedelta(minutes=10)
    Quota.objects.update(remaining=188, most=600, resets_at=resets_at)
    bos = keys.source(give_key(manager, "bo"), source.workspace)
    mirror.read(bos)
    Quota.objects.filter(key=bos.key).delete()
    bo_row = Calendar.objects.filter(account__source=bos)[0]

    plan = plans.make(
        {row.pk: BLUE for row in [*rows[:3], bo_row]},
        sources=[source, bos],
        person=manager,
        role=Role.MANAGER,
    )

    shared, bo = plan.costs()
    assert (shared.source, shared.requests, shared.left) == (source, 4, 188)
    assert (shared.reserve, shared.resets_at, shared.is_enough) == (60, resets_at, True)
    assert (bo.source, bo.requests, bo.left, bo.is_enough) == (bos, 2, None, True)


@pytest.mark.parametrize(("left", "enough"), [(14, True), (13, False)])
def test_it_is_enough_when_the_reserve_stays(
    rows: list[Calendar], source: Source, manager: User, left: int, enough: bool
) -> None:
    Quota.objects.update(remaining=left, most=100)

    [cost] = made(source, manager, {row.pk: BLUE for row in rows[:3]}).costs()

    assert (cost.requests, cost.reserve, cost.is_enough) == (4, 10, enough)


def test_nothing_is_kept_back_of_what_nobody_counts(source: Source, accounts: Accounts) -> None:
    assert plans.reserve(Quota(key=source.key)) == 0


class TestReadableText:
    """Black or white for many calendars, by the background of each."""

    WISH = {"foreground_color": plans.READABLE}

    def test_each_gets_what_reads_better_on_its_own_background(
        self, rows: list[Calendar], source: Source, manager: User
    ) -> None:
        dark, light = rows[:2]
        colours = {dark.pk: "#102030", light.pk: "#FE9"}
        for pk, colour in colours.items():
            Calendar.objects.filter(pk=pk).update(background_color=colour, foreground_color="#888")

        plan = made(source, manager, dict.fromkeys(colours, self.WISH))

        assert [step.after for step in plan.steps] == [
            {"foreground_color": "#ffffff"},
            {"foreground_color": "#000000"},
        ]

    def test_the_background_that_it_gets_counts(
        self, rows: list[Calendar], source: Source, manager: User
    ) -> None:
        Calendar.objects.update(background_color="#000000", foreground_color="#888888")
        wish = self.WISH | {"background_color": "#ffff00"}

        [step] = made(source, manager, {rows[0].pk: wish}).steps

        assert step.after == {"background_color": "#ffff00", "foreground_color": "#000000"}

    def test_what_has_it_already_is_no_step(
        self, rows: list[Calendar], source: Source, manager: User
    ) -> None:
        Calendar.objects.update(background_color="#ffff00", foreground_color="#000")

        plan = made(source, manager, {rows[0].pk: self.WISH})

        assert plan.unchanged == [rows[0]]

    @pytest.mark.parametrize("background", [None, "", "lightyellow"])
    def test_without_a_background_it_is_left_out(
        self, rows: list[Calendar], source: Source, manager: User, background: str | None
    ) -> None:
        Calendar.objects.update(background_color=background, selected=True)
        wishes = {rows[0].pk: self.WISH, rows[1].pk: self.WISH | {"selected": False}}

        plan = made(source, manager, wishes)

        assert plan.blocked == [Blocked(rows[0], Reason.NO_BACKGROUND)]
        assert [step.after for step in plan.steps] == [{"selected": False}]
