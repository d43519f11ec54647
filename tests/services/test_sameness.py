"""An answer that is the last one again: not decoded, unless a row or a question is open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Account, Calendar, Change, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import changes, mirror, sameness, workspaces
from integrations.services.actors import Actor

pytestmark = pytest.mark.few(20)


@pytest.fixture
def known(source: Source, sandbox: Sandbox) -> Source:
    """What the shared key sees, just read."""
    mirror.read(source)
    return source


def misremember(**values: object) -> None:
    """Let the rows hold what no answer said: whoever compares them notices."""
    Calendar.objects.update(**values)


def test_the_same_answer_again_is_taken_as_it_is(known: Source) -> None:
    before = known.last_good_at
    misremember(name="never compared")

    found = mirror.read(known)

    assert not found.as_json()
    assert set(Calendar.objects.values_list("name", flat=True)) == {"never compared"}
    assert known.last_good_at > before
    assert known.last_error == ""


def test_another_answer_is_compared(known: Source, sandbox: Sandbox) -> None:
    with sandbox.world.lock:
        sandbox.world.accounts(sandbox.shared_key)[0]["calendars"][0]["name"] = "Renamed"

    found = mirror.read(known)

    assert [entry["after"] for entry in found.renamed] == ["Renamed"]
    assert mirror.read(known).as_json() == {}


@pytest.mark.parametrize(
    "happen",
    [
        lambda at: Calendar.objects.update(written_at=at),
        lambda _at: Calendar.objects.update(provisional=True),
        lambda at: Account.objects.update(seen_at=at),
        lambda at: Account.objects.filter(email="alex@example.com").update(gone_at=at),
        lambda _at: Key.objects.update(generation=7),
        lambda _at: Key.objects.update(proven_generation=9),
        lambda _at: workspaces.sync(),
    ],
    ids=["written", "provisional", "seen", "gone", "replaced", "unproven", "restarted"],
)
def test_it_is_compared_when_something_happened_since(known: Source, happen: object) -> None:
    assert sameness.known(known) != ""

    happen(timezone.now() + timedelta(milliseconds=1))  # type: ignore[operator]

    known = Source.objects.select_related("key", "workspace").get(pk=known.pk)
    assert sameness.known(known) == ""


def test_it_is_compared_while_a_write_is_lost(known: Source, actor: Actor) -> None:
    account = known.accounts.get(email="alex@example.com")
    change = changes.intend(
        Change.Action.EDIT, known, by=actor, account=account, calendar=account.calendars.first()
    )
    changes.finish(change, Change.Outcome.UNKNOWN, error="lost")
    misremember(name="compared")

    mirror.read(known)

    assert not Calendar.objects.filter(name="compared").exists()
    assert Change.objects.get().settled_at is not None


def test_an_answer_that_was_overtaken_by_another_is_not_taken(
    known: Source, sandbox: Sandbox
) -> None:
    theirs = sandbox.world.accounts(sandbox.shared_key)[0]["calendars"][0]
    other = Source.objects.select_related("key", "workspace").get(pk=known.pk)
    before, theirs["name"] = theirs["name"], "Renamed"
    mirror.read(other)
    theirs["name"] = before
    Account.objects.update(seen_at=known.last_good_at)  # as if it came while this one was asking

    mirror.read(known)

    assert Calendar.objects.filter(name="Renamed").exists(), "the rows are as the other found them"
    assert known.last_good_at == other.last_good_at
    mirror.read(known)
    assert not Calendar.objects.filter(name="Renamed").exists()


def test_a_source_that_was_never_read_knows_nothing(source: Source) -> None:
    assert sameness.known(source) == ""
