"""Looking through the record: what is found, and whose calendars are found by their names."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Calendar, Change, Source
from integrations.services import activity, changes, keys, mirror, record, team
from integrations.services.actors import Actor
from tests.teamwork import give_key, person

ALL = Change.objects.all()


@pytest.fixture
def bos(source: Source) -> Source:
    """What Bo's key sees, just read."""
    found = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(found)
    return found


def edit(source: Source, name: str, by: Actor) -> Change:
    """Record that somebody means to edit a calendar of that name."""
    calendar = Calendar.objects.get(account__source=source, name=name)
    return changes.intend(
        Change.Action.EDIT, source, by=by, account=calendar.account, calendar=calendar
    )


def at(moment: str, source: Source, actor: Actor, **fields: Any) -> Change:
    """Record a refresh at a moment of UTC."""
    made = changes.intend(Change.Action.REFRESH, source, by=actor)
    began = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    ALL.filter(pk=made.pk).update(created_at=began, **fields)
    return made


def test_words_are_found_in_all_that_the_record_tells(
    source: Source, manager: User, actor: Actor
) -> None:
    mirror.read(source)
    made = edit(source, "Board", actor)
    made.trace_id, made.note = "Trace-7", "for the Audit"
    record.index(made)
    made.save(update_fields=["search", "calendar_search"])

    for words in ("MIA", "mia@example.com", "board", "BOARD", "trace-7", "the audit", "0" * 32):
        assert list(activity.matching(ALL, manager, words)) == [made], words
    assert not activity.matching(ALL, manager, "mia%").exists()
    assert not activity.matching(ALL, manager, "nowhere").exists()


def test_a_calendar_that_somebody_else_has_switched_off_is_not_found_by_its_name(
    bos: Source, manager: User, actor: Actor
) -> None:
    off, on = edit(bos, "School runs", actor), edit(bos, "On call", actor)
    owner = bos.key.owner
    assert owner is not None

    def found(who: User, words: str) -> tuple[set[Change], set[Change]]:
        by_words = activity.matching(ALL, who, words)
        return set(by_words), set(activity.about_calendar(ALL, who, words))

    for words in ("school runs", "School", off.external_id, off.external_id[:6]):
        assert found(manager, words)[0] - {on} == set(), words
        assert found(manager, words)[1] - {on} == set(), words
        assert off in found(owner, words)[0] & found(owner, words)[1], words
    assert found(manager, "on call") == ({on}, {on})
    assert set(activity.matching(ALL, manager, "mia")) == {off, on}, "what else it says is"


def test_under_new_ids_a_calendar_is_known_by_the_providers(
    bos: Source, manager: User, actor: Actor
) -> None:
    off, on = edit(bos, "School runs", actor), edit(bos, "On call", actor)
    nameless = edit(bos, "On call", actor)
    ALL.filter(pk=nameless.pk).update(external_id="", calendar_id=1)
    Calendar.objects.update(calendar_id=F("calendar_id") + 1_000_000)
    Calendar.objects.filter(name="School runs").update(external_id="")

    found = list(ALL.all())

    assert team.nameless(found, manager) == {off.pk, nameless.pk}
    assert team.closed_calendars(found, manager) == {off.calendar_id, 1}
    assert set(activity.about_calendar(ALL, manager, "on call")) == {on}


def test_an_id_that_two_keys_use_is_named_through_neither(
    source: Source, bos: Source, manager: User, actor: Actor
) -> None:
    """Ids are no more than one key's: what is on through one may be off through another."""
    chidis = keys.source(give_key(person("chidi"), "chidi"), source.workspace)
    mirror.read(chidis)
    off, on = edit(bos, "School runs", actor), edit(bos, "On call", actor)
    ALL.filter(pk=on.pk).update(key=chidis.key_id, external_id="")
    Calendar.objects.filter(account__source=chidis).update(selected=True)
    row = Calendar.objects.filter(account__source=chidis)[0]
    ALL.filter(pk=on.pk).update(calendar_id=off.calendar_id)
    Calendar.objects.filter(pk=row.pk).update(calendar_id=off.calendar_id)

    found = list(ALL.all())

    assert team.nameless(found, manager) == {off.pk}
    assert team.closed_calendars(found, manager) == {off.calendar_id}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole")
def test_a_page_and_its_people_are_found_by_indexes(source: Source) -> None:
    seen = ALL.filter(Q(key__in=[source.key_id]) | record.by_removed_key(), workspace_id=1)
    page = seen.order_by(*activity.NEWEST).only("pk")[:100].explain()
    made = seen.order_by().values("actor_issuer", "actor_subject", "actor_name").distinct()

    assert "USING COVERING INDEX change_recent (workspace_id=?)" in page
    assert "TEMP B-TREE FOR ORDER BY" not in page
    assert "USING COVERING INDEX change_people (workspace_id=?)" in made.explain()
    assert "USING COVERING INDEX change_recent (workspace_id=?)" in seen.values("key").explain()


def test_what_was_done_to_accounts_is_about_no_calendar(
    source: Source, manager: User, actor: Actor
) -> None:
    changes.intend(Change.Action.CONNECT, source, by=actor, provider="google")

    assert not activity.about_calendar(ALL, manager, "google").exists()


def test_days_are_those_of_the_time_zone_and_both_ends_count(source: Source, actor: Actor) -> None:
    early = at("2026-11-02T22:59:59.999999", source, actor)
    first = at("2026-11-02T23:00", source, actor)
    last = at("2026-11-03T22:59:59.999999", source, actor)
    late = at("2026-11-03T23:00", source, actor)
    day = date(2026, 11, 3)

    with timezone.override("Europe/Berlin"):
        assert set(activity.since(ALL, day)) == {first, last, late}
        assert set(activity.until(ALL, day)) == {early, first, last}
        assert set(activity.until(activity.since(ALL, day), day)) == {first, last}


def test_people_are_told_apart_by_who_vouches_for_them(source: Source, actor: Actor) -> None:
    for _ in range(2):
        at("2026-11-01T08:00", source, actor)
    at("2026-11-01T10:00", source, actor, actor_issuer="https://sso.example.com")
    at(
        "2026-11-01T10:00",
        source,
        actor,
        actor_issuer="cli",
        actor_subject="root",
        actor_name="ann",
    )

    assert activity.people(ALL.order_by("-created_at")) == [
        ("cli", "root", "ann"),
        ("https://sso.example.com", "mia@example.com", "Mia Manager"),
        ("local", "mia@example.com", "Mia Manager"),
    ]


def test_people_are_called_as_they_are_now(
    source: Source, actor: Actor, manager: User, editor: User
) -> None:
    at("2026-11-01T08:00", source, actor, actor_name="Mia Before")
    at("2026-11-01T09:00", source, actor, actor_issuer="cli", actor_subject="root", actor_name="")

    assert activity.people(ALL) == [
        ("local", "mia@example.com", "Mia Manager"),
        ("cli", "root", "root"),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pieces_are_all_the_newest_first(source: Source, actor: Actor, size: int) -> None:
    moments = ["2026-11-01T08:00", *["2026-11-01T09:00"] * 4, "2026-11-01T10:00"]
    for moment in moments:
        at(moment, source, actor)

    found = list(activity.pieces(ALL, size))

    assert [change for piece in found for change in piece] == list(ALL.order_by(*activity.NEWEST))
    assert max(map(len, found)) <= size


def test_a_piece_is_read_when_it_is_wanted(source: Source, actor: Actor) -> None:
    for _ in range(5):
        at("2026-11-01T08:00", source, actor)

    with CaptureQueriesContext(connection) as queries:
        pieces = activity.pieces(ALL, 2)
        next(pieces)
        asked = len(queries)
        at("2026-11-02T08:00", source, actor)
        rest = [change for piece in pieces for change in piece]

    assert asked == 1
    assert len(rest) == 3, "what begins meanwhile is not among them"


def test_nothing_is_in_no_piece() -> None:
    assert list(activity.pieces(Change.objects.none())) == []
