"""While Focus is down pages do not wait for it, but for one in ten seconds; its return is seen."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Key, Quota, Source
from integrations.sandbox import Sandbox
from integrations.services import freshness, keys, mirror, outage
from integrations.services.actors import Actor
from integrations.services.credentials import DoubtedKeyError
from tests.clocks import Clock
from tests.teamwork import give_key

Asked = Callable[[], list[str]]
READ = ["list_accounts"]
DAY = timedelta(days=1)


@pytest.fixture
def other(source: Source, editor: User) -> Source:
    """What another key sees in the same workspace."""
    return keys.source(give_key(editor, "bo"), source.workspace)


def fail(source: Source, actor: Actor, times: int = outage.FAILURES) -> None:
    """Look so often while nobody answers."""
    for _time in range(times):
        error = mirror.look(source, by=actor, force=True)
        assert isinstance(error, focus.UnavailableError)


def go_away(sandbox: Sandbox) -> None:
    """Have Focus answer nothing good any more."""
    sandbox.fault("list_accounts", "status", status=503, times=None)


def test_after_several_failures_no_page_asks(
    source: Source, other: Source, sandbox: Sandbox, asked: Asked, actor: Actor
) -> None:
    mirror.read(other)
    seen, other.last_good_at = other.last_good_at, None
    go_away(sandbox)
    fail(source, actor)
    asked()

    error = mirror.look(other, by=actor)

    assert asked() == []
    assert isinstance(error, focus.UnavailableError)
    assert not error.sent
    assert other.last_error == "unavailable"  # the page says why its rows are old …
    other.refresh_from_db()
    assert (other.last_error, other.last_good_at) == ("", seen)  # … and nobody remembers it


def test_one_less_asks(
    source: Source, other: Source, sandbox: Sandbox, asked: Asked, actor: Actor
) -> None:
    go_away(sandbox)
    fail(source, actor, outage.FAILURES - 1)
    asked()

    mirror.look(other, by=actor)

    assert asked() == READ


def test_one_page_in_ten_seconds_asks(
    source: Source,
    other: Source,
    sandbox: Sandbox,
    asked: Asked,
    actor: Actor,
    clock: Clock,
) -> None:
    go_away(sandbox)
    fail(source, actor)
    clock.leap(outage.PROBE + timedelta(seconds=1))
    asked()

    errors = mirror.look_all([source, other], by=actor)

    assert asked() == READ
    assert set(errors) == {source.pk, other.pk}


@pytest.mark.parametrize("obstacle", ["reserve", "expired", "lease"])
def test_who_cannot_ask_leaves_the_question_to_another_key(
    source: Source,
    other: Source,
    sandbox: Sandbox,
    asked: Asked,
    actor: Actor,
    clock: Clock,
    obstacle: str,
) -> None:
    mirror.read(other)
    mirror.read(source)
    go_away(sandbox)
    fail(source, actor)
    sandbox.clear_faults()
    clock.leap(timedelta(minutes=90))
    match obstacle:
        case "reserve":
            ends_at = clock.now() + timedelta(minutes=59)
            Quota.objects.filter(key=other.key).update(remaining=1, most=600, resets_at=ends_at)
        case "expired":
            Key.objects.filter(pk=other.key.pk).update(expires_on=clock.now().date() - DAY)
            other.key.refresh_from_db()
        case _:
            assert freshness.lease(other)
    asked()

    errors = mirror.look_all([other, source], by=actor, frugal=True)
    clock.leap(timedelta(seconds=1))
    source.refresh_from_db()
    other.refresh_from_db()
    again = mirror.look_all([other, source], by=actor, frugal=True)

    assert asked() == READ
    assert source.pk not in again
    assert freshness.is_fresh(source)
    assert (other.pk in errors) == (obstacle != "lease")


def test_its_return_is_seen_by_everybody(
    source: Source,
    other: Source,
    sandbox: Sandbox,
    asked: Asked,
    actor: Actor,
    clock: Clock,
) -> None:
    go_away(sandbox)
    fail(source, actor)
    sandbox.clear_faults()
    clock.leap(timedelta(seconds=11))
    asked()

    assert mirror.look(source, by=actor) is None
    assert mirror.look(other, by=actor) is None
    assert asked() == READ * 2


def test_a_button_asks_all_the_same(
    source: Source, other: Source, sandbox: Sandbox, asked: Asked, actor: Actor
) -> None:
    go_away(sandbox)
    fail(source, actor)
    asked()

    mirror.look(other, by=actor, force=True)

    assert asked() == READ


def test_a_refusal_is_an_answer(
    source: Source, other: Source, sandbox: Sandbox, asked: Asked, actor: Actor
) -> None:
    go_away(sandbox)
    fail(source, actor)
    sandbox.clear_faults()
    sandbox.fault("list_accounts", "status", status=401)
    mirror.look(source, by=actor, force=True)
    asked()

    assert mirror.look(other, by=actor) is None
    assert asked() == READ


def test_what_was_not_sent_is_none() -> None:
    found = outage.Outage()
    for _time in range(outage.FAILURES):
        found.note(focus.UnavailableError("GET"))

    found.note(DoubtedKeyError("GET"))

    assert not found.may_ask()
