"""Trying again what failed in a batch."""

import pytest
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Draft, Source
from integrations.sandbox import Sandbox
from integrations.services import drafts, mirror, retrying, undoing
from integrations.services.actors import Actor
from integrations.services.drafts import Looker
from integrations.services.plans import Reason
from tests import bulk

Accounts = dict[str, Account]
Outcome = Change.Outcome
WISH = {"background_color": "#123456", "selected": False}


@pytest.fixture
def looker(manager: User, source: Source) -> Looker:
    """Mia, who sees through the shared key."""
    return Looker(manager, Role.MANAGER, [source])


@pytest.fixture
def batch(accounts: Accounts, source: Source, actor: Actor) -> Batch:
    """One change of each outcome; the first two were done."""
    found = Calendar.objects.filter(account__source=source, gone_at=None).order_by("pk")[:7]
    batch = bulk.begin(dict.fromkeys(found, WISH), by=actor, sources=[source])
    for position, (outcome, settled) in enumerate(
        [
            ("done", None),
            ("done", None),
            ("failed", None),
            ("refused", None),
            ("conflict", None),
            ("unknown", None),
            ("unknown", timezone.now()),
        ]
    ):
        Change.objects.filter(batch=batch, position=position).update(
            outcome=outcome, settled_at=settled
        )
    return batch


def due(batch: Batch) -> list[Change]:
    """Return what can be tried again, in order."""
    found = retrying.retryable(batch, Change.objects.filter(batch=batch))
    return list(found.order_by("position"))


def drafted(batch: Batch, looker: Looker) -> Draft:
    """Draft trying again all that can be."""
    return retrying.retry(
        batch,
        due(batch),
        person=looker.person,
        workspace=looker.sources[0].workspace,
        sources=looker.sources,
    )


def test_what_did_not_come_to_be_is_tried_again(
    sandbox: Sandbox, batch: Batch, looker: Looker, actor: Actor
) -> None:
    failed = due(batch)

    draft = drafted(batch, looker)
    drafts.preview(draft, looker)
    again = drafts.confirm(draft, looker, by=actor)
    bulk.work(again)

    assert [change.position for change in failed] == [2, 3, 4, 6]
    assert (again.kind, again.about) == (Batch.Kind.RETRY, batch.pk)
    assert bulk.outcomes(again) == [("done", "")] * 4
    for change in failed:
        now = sandbox.world.calendar(change.integration_id, change.calendar_id)
        assert {name: now[name] for name in WISH} == WISH
    assert due(batch) == []
    assert not Change.objects.filter(batch=again, undoes__isnull=False).exists()


def test_it_starts_from_the_values_of_today(
    sandbox: Sandbox, source: Source, batch: Batch, looker: Looker
) -> None:
    change = due(batch)[0]
    theirs = sandbox.world.calendar(change.integration_id, change.calendar_id)
    theirs["background_color"] = "#abcdef"
    mirror.read(source)

    plan = drafts.preview(drafted(batch, looker), looker)

    step = next(s for s in plan.steps if s.calendar.calendar_id == change.calendar_id)
    assert step.before["background_color"] == "#abcdef"


def test_what_is_gone_is_named(batch: Batch, looker: Looker) -> None:
    change = due(batch)[0]
    Calendar.objects.filter(calendar_id=change.calendar_id).update(gone_at=timezone.now())

    draft = drafted(batch, looker)

    assert len(draft.wishes) == 3
    assert draft.missing == [{"name": change.calendar_name, "email": change.email}]


def test_an_undo_that_failed_stays_one(
    sandbox: Sandbox, source: Source, batch: Batch, looker: Looker, actor: Actor
) -> None:
    done = Change.objects.filter(batch=batch, outcome="done").order_by("position")
    for change in done:  # as if it had been sent
        theirs = sandbox.world.calendar(change.integration_id, change.calendar_id)
        theirs.update(WISH)
    mirror.read(source)
    draft = undoing.undo_all(
        batch,
        undoing.undoable(Change.objects.filter(batch=batch)),
        person=looker.person,
        workspace=source.workspace,
        sources=[source],
    )
    drafts.preview(draft, looker)
    undo = drafts.confirm(draft, looker, by=actor)
    Change.objects.filter(batch=undo).update(outcome="failed")
    first = done[0]
    theirs = sandbox.world.calendar(first.integration_id, first.calendar_id)
    theirs["background_color"] = "#abcdef"
    mirror.read(source)

    again = drafted(undo, looker)
    plan = drafts.preview(again, looker)

    assert (again.kind, again.about) == (Batch.Kind.UNDO, undo.pk)
    assert [blocked.reason for blocked in plan.blocked] == [Reason.CHANGED]
    assert len(due(undo)) == 2

    second = drafts.confirm(again, looker, by=actor)
    bulk.work(second)

    assert Change.objects.get(batch=second).undoes == done[1].pk
    assert [change.undoes for change in due(undo)] == [first.pk]
