"""What is about to be changed together: frozen, shown, and begun only as it was shown."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Draft, Key, Source
from integrations.services import drafts, keys, mirror, plans, team
from integrations.services.actors import Actor
from integrations.services.drafts import Looker, MovedError, NothingToDoError
from tests.bulk import changes, outcomes
from tests.teamwork import give_key

Accounts = dict[str, Account]
Kind = Batch.Kind
BLUE = {"background_color": "#0000ff"}


@pytest.fixture
def rows(accounts: Accounts) -> list[Calendar]:
    """The studio's calendars."""
    return list(accounts["studio@example.com"].calendars.order_by("pk"))


@pytest.fixture
def looker(manager: User, source: Source) -> Looker:
    """Mia, who sees the shared key."""
    found = team.sources(keys.visible_to(manager, Role.MANAGER), manager, source.workspace)
    return Looker(manager, Role.MANAGER, found)


@pytest.fixture
def draft(rows: list[Calendar], looker: Looker, source: Source) -> Draft:
    """All of the studio's calendars, to be blue."""
    made = drafts.select(
        looker.person,
        source.workspace,
        [row.pk for row in rows],
        back="q=studio",
        whole_filter=True,
    )
    drafts.choose(made, BLUE, "the new look")
    return made


def test_what_was_selected_is_frozen(draft: Draft, rows: list[Calendar]) -> None:
    draft.refresh_from_db()

    assert (draft.kind, draft.back, draft.is_whole_filter) == (Kind.EDIT, "q=studio", True)
    assert draft.wishes == {str(row.pk): BLUE for row in rows}
    assert str(draft) == f"Bulk edit {draft.pk}"


def test_it_says_how_many_match_now_that_were_not_selected_and_the_reverse(
    draft: Draft, rows: list[Calendar]
) -> None:
    pks = [row.pk for row in rows]

    assert drafts.moved(draft, pks) == (0, 0)
    assert drafts.moved(draft, [*pks[2:], 4711]) == (1, 2)


def test_another_selection_keeps_what_was_chosen_and_has_to_be_shown(
    draft: Draft, rows: list[Calendar], looker: Looker, actor: Actor
) -> None:
    drafts.preview(draft, looker)

    drafts.reselect(draft, [rows[0].pk], whole_filter=False)

    draft.refresh_from_db()
    assert (draft.wishes, draft.is_whole_filter) == ({str(rows[0].pk): BLUE}, False)
    with pytest.raises(MovedError):
        drafts.confirm(draft, looker, by=actor)


def test_another_choice_has_to_be_shown(draft: Draft, looker: Looker, actor: Actor) -> None:
    drafts.preview(draft, looker)

    drafts.choose(draft, {"background_color": "#00ff00"}, "")

    with pytest.raises(MovedError):
        drafts.confirm(draft, looker, by=actor)
    assert not Batch.objects.exists()


def test_what_was_shown_is_what_is_begun(
    draft: Draft, rows: list[Calendar], looker: Looker, actor: Actor
) -> None:
    plan = drafts.preview(draft, looker)

    batch = drafts.confirm(draft, looker, by=actor)

    assert [step.calendar for step in plan.steps] == rows
    assert outcomes(batch) == [("intended", "")] * len(rows)
    assert (batch.kind, batch.back, batch.about) == (Kind.EDIT, "q=studio", None)
    assert {change.note for change in changes(batch)} == {"the new look"}
    assert batch.note == "the new look"


def test_what_is_said_at_the_confirmation_is_the_reason(
    draft: Draft, looker: Looker, actor: Actor
) -> None:
    drafts.preview(draft, looker)

    batch = drafts.confirm(draft, looker, by=replace(actor, note="asked for by the studio"))

    assert batch.note == "asked for by the studio"


def test_a_draft_that_is_confirmed_twice_is_one_batch(
    draft: Draft, looker: Looker, actor: Actor
) -> None:
    drafts.preview(draft, looker)

    first = drafts.confirm(draft, looker, by=actor)
    second = drafts.confirm(Draft.objects.get(pk=draft.pk), looker, by=actor)

    assert first == second
    assert Batch.objects.count() == 1


def test_what_was_never_shown_is_not_begun(draft: Draft, looker: Looker, actor: Actor) -> None:
    with pytest.raises(MovedError):
        drafts.confirm(draft, looker, by=actor)


@pytest.mark.parametrize("happens", ["recoloured", "gone"])
def test_what_comes_to_something_else_by_now_is_shown_again(
    draft: Draft, rows: list[Calendar], looker: Looker, actor: Actor, happens: str, source: Source
) -> None:
    drafts.preview(draft, looker)
    if happens == "gone":
        Calendar.objects.filter(pk=rows[0].pk).update(gone_at=source.last_good_at)
    else:
        Calendar.objects.filter(pk=rows[0].pk).update(background_color="#777777")

    with pytest.raises(MovedError):
        drafts.confirm(draft, looker, by=actor)
    assert not Change.objects.exists()

    drafts.preview(draft, looker)
    batch = drafts.confirm(draft, looker, by=actor)
    assert len(changes(batch)) == len(rows) - (happens == "gone")


def test_where_all_is_so_already_there_is_nothing_to_begin(
    draft: Draft, looker: Looker, actor: Actor
) -> None:
    Calendar.objects.update(background_color="#0000ff")
    drafts.preview(draft, looker)

    with pytest.raises(NothingToDoError):
        drafts.confirm(draft, looker, by=actor)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_removed_meanwhile_is_found_missing(
    accounts: Accounts,
    source: Source,
    manager: User,
    actor: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = give_key(manager, "bo", Key.Visibility.PRIVATE)
    mias = keys.source(key, source.workspace)
    mirror.read(mias)
    looker = Looker(manager, Role.MANAGER, [mias])
    pks = Calendar.objects.filter(account__source=mias).values_list("pk", flat=True)
    draft = drafts.select(manager, source.workspace, pks, back="", whole_filter=False)
    drafts.choose(draft, BLUE, "")
    drafts.preview(draft, looker)
    real = plans.make

    def make_late(*given: Any, **more: Any) -> plans.Plan:
        made = real(*given, **more)
        Key.objects.filter(pk=key.pk).delete()
        return made

    monkeypatch.setattr(plans, "make", make_late)
    with pytest.raises(MovedError):
        drafts.confirm(draft, looker, by=actor)

    assert not Change.objects.exists()
    connection.close()


def test_wishes_of_their_own_keep_where_they_come_from(
    rows: list[Calendar], looker: Looker, source: Source, actor: Actor
) -> None:
    first, second, third = rows[:3]
    origin, about = uuid4(), uuid4()
    draft = drafts.wish(
        looker.person,
        source.workspace,
        Kind.UNDO,
        {first.pk: BLUE, second.pk: {"selected": False}, third.pk: BLUE},
        about=about,
        expects={third.pk: {"background_color": "#abcdef"}},
        origins={first.pk: origin},
        missing=[{"name": "Old", "email": "old@example.com"}],
    )

    plan = drafts.preview(draft, looker)
    batch = drafts.confirm(draft, looker, by=actor)

    assert [step.calendar for step in plan.steps] == [first, second]
    assert [blocked.calendar for blocked in plan.blocked] == [third]
    assert [change.undoes for change in changes(batch)] == [origin, None]
    assert (batch.kind, batch.about) == (Kind.UNDO, about)
    assert draft.missing == [{"name": "Old", "email": "old@example.com"}]


def test_what_is_tried_again_undoes_nothing(
    rows: list[Calendar], looker: Looker, source: Source, actor: Actor
) -> None:
    draft = drafts.wish(
        looker.person,
        source.workspace,
        Kind.RETRY,
        {rows[0].pk: BLUE},
        origins={rows[0].pk: uuid4()},
    )
    drafts.preview(draft, looker)

    batch = drafts.confirm(draft, looker, by=actor)

    assert [change.undoes for change in changes(batch)] == [None]
