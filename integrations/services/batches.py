"""Sets of changes made together: confirmed, watched, stopped; ``working`` carries them out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Batch, BatchPart, Change, Source
from integrations.services import audit, names, record, snapshots
from integrations.services.actors import Actor
from integrations.services.plans import Plan

Outcome = Change.Outcome
#: What has not come to an end.
OPEN = (Outcome.INTENDED, Outcome.SENDING)
#: What may be tried once more.
FAILED = (Outcome.FAILED, Outcome.REFUSED, Outcome.CONFLICT)
#: The code of what somebody wanted no more of.
STOPPED = "stopped"
#: Changes that are ended in one transaction.
CHUNK = 200


def start(
    plan: Plan,
    *,
    kind: Batch.Kind,
    by: Actor,
    back: str = "",
    about: UUID | None = None,
    undoes: Mapping[int, str] | None = None,
) -> Batch:
    """Commit the intent of every step at once; nothing is sent yet.

    ``undoes`` maps a calendar's primary key to the change that is undone there. Raises ValueError
    where there is no step.
    """
    if not plan.steps:
        raise ValueError("a batch without changes")
    workspace = plan.steps[0].calendar.account.source.workspace
    with transaction.atomic():
        batch = Batch.objects.create(
            kind=kind,
            workspace_id=workspace.workspace_id,
            workspace_label=workspace.label,
            actor_issuer=by.issuer,
            actor_subject=by.subject,
            actor_name=by.name,
            role=by.role,
            note=by.note,
            request_id=by.request_id,
            about=about,
            back=back,
        )
        snapshots.before_batch(batch, plan)
        drawn_up = _draw_up(batch, plan, by, undoes or {})
        Change.objects.bulk_create(drawn_up, batch_size=500)
        keys = {step.calendar.account.source.key_id: step for step in plan.steps}
        for step in keys.values():
            key = step.calendar.account.source.key
            BatchPart.objects.create(
                batch=batch, key=key.pk, key_label=key.label, key_generation=key.generation
            )
    for change in drawn_up:
        record.tell(change)
    _tell(batch, "batch-confirmed", changes=len(drawn_up))
    return batch


def stop(batch: Batch, *, by: Actor) -> None:
    """Let nothing more of a batch be sent; what is under way comes to its end."""
    asked = Batch.objects.filter(pk=batch.pk, stopped_at=None, finished_at=None)
    if asked.update(stopped_at=timezone.now(), stopped_by=by.name):
        batch.refresh_from_db()
        _tell(batch, "batch-stopped", by=f"{by.issuer}:{by.subject}")
        for part in batch.parts.filter(finished_at=None):
            end_rest(part, Outcome.REFUSED, STOPPED)
            close(part, given_up=True)
    batch.refresh_from_db()


def is_stopped(part: BatchPart) -> bool:
    """Say whether somebody has stopped a part's batch, at this moment."""
    return Batch.objects.filter(pk=part.batch_id, stopped_at__isnull=False).exists()


def end_rest(part: BatchPart, outcome: Change.Outcome, error: str) -> None:
    """Give everything of a part that has not begun this outcome."""
    rest = Change.objects.filter(batch=part.batch_id, key=part.key, outcome=Outcome.INTENDED)
    ending = {
        "outcome": outcome,
        "error": error,
        "finished_at": timezone.now(),
        "lease_until": None,
        "retry_at": None,
    }
    while some := _end_some(rest, ending):
        for change in some:
            for name, value in ending.items():
                setattr(change, name, value)
            record.tell(change)


def _end_some(rest: QuerySet[Change], ending: dict[str, Any]) -> list[Change]:
    with transaction.atomic():
        some = list(rest.select_for_update().order_by("pk")[:CHUNK])
        Change.objects.filter(pk__in=[change.pk for change in some]).update(**ending)
    return some


def close(part: BatchPart, *, given_up: bool = False) -> bool:
    """Finish a part when nothing of it is open, and its batch with the last one; say whether.

    ``given_up``: nothing more will be read for it, so what is *unknown* holds it up no longer.
    Parts of one batch close one after the other, so that the last one knows that it is.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=part.batch_id)
        BatchPart.objects.select_for_update().get(pk=part.pk)
        if open_changes(part, given_up=given_up).exists():
            return False
        parts = BatchPart.objects.filter(batch=batch, finished_at=None)
        now = timezone.now()
        parts.filter(pk=part.pk).update(
            finished_at=now, lease_until=None, resumes_at=None, waits_for=""
        )
        is_last = batch.finished_at is None and not parts.exists()
        if is_last:
            Batch.objects.filter(pk=batch.pk).update(finished_at=now)
    if is_last:
        _tell(batch, "batch-finished", **outcomes(batch))
    return True


def open_changes(part: BatchPart, *, given_up: bool = False) -> QuerySet[Change]:
    """Return what of a part has not come to its end; *unknown* is one until it is settled."""
    mine = Change.objects.filter(batch=part.batch_id, key=part.key)
    if given_up:
        return mine.filter(outcome__in=OPEN)
    return mine.filter(Q(outcome__in=OPEN) | Q(outcome=Outcome.UNKNOWN, settled_at=None))


def outcomes(batch: Batch) -> dict[str, int]:
    """Return {outcome: how many of the batch's changes have it}."""
    counted = Change.objects.filter(batch=batch).order_by().values_list("outcome")
    return dict(counted.annotate(Count("pk")))


def made_by(person: User) -> QuerySet[Batch]:
    """Return a person's batches."""
    return Batch.objects.filter(actor_issuer=person.issuer, actor_subject=person.subject)


def tell(batch: Batch) -> bool:
    """Note that its owner is told now that it is finished; say whether they were not before."""
    untold = Batch.objects.filter(pk=batch.pk, told_at=None, finished_at__isnull=False)
    return bool(untold.update(told_at=timezone.now()))


def _draw_up(batch: Batch, plan: Plan, by: Actor, undoes: Mapping[int, str]) -> list[Change]:
    drawn_up = []
    known = _names(plan)
    for position, step in enumerate(plan.steps):
        account = step.calendar.account
        change = record.draw_up(
            Change.Action.EDIT,
            account.source,
            by=by,
            account=account,
            calendar=step.calendar,
            before=step.before,
            after=step.after,
            known=known[account.source_id],
        )
        change.batch, change.position = batch, position
        origin = undoes.get(step.calendar.pk)
        change.undoes = UUID(origin) if origin else None
        drawn_up.append(change)
    return drawn_up


def _names(plan: Plan) -> dict[int, names.Names]:
    """Return {source's primary key: what the numbers in its steps are called}."""
    found: dict[Source, list[Mapping[str, Any]]] = {}
    for step in plan.steps:
        found.setdefault(step.calendar.account.source, []).extend((step.before, step.after))
    return {source.pk: names.of_record(source, values) for source, values in found.items()}


def _tell(batch: Batch, event: str, **facts: Any) -> None:
    audit.line(
        event,
        id=str(batch.pk),
        kind=batch.kind,
        actor=f"{batch.actor_issuer}:{batch.actor_subject}",
        role=batch.role,
        workspace=batch.workspace_id,
        request=batch.request_id,
        **facts,
    )
