"""Trying again what failed in a batch, from the values that are there today."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from focusadmin.identity.models import User
from integrations.models import Batch, Change, Draft, Source, Workspace
from integrations.services import drafts, succession, undoing
from integrations.services.batches import FAILED

Kind = Batch.Kind
Outcome = Change.Outcome


def retryable(batch: Batch, found: QuerySet[Change]) -> QuerySet[Change]:
    """Return those of a batch's changes that did not come to be, and were not tried again since.

    What is *unknown* is among them once nobody will be able to tell any more what became of it.
    """
    lost = Q(outcome=Outcome.UNKNOWN, settled_at__isnull=False)
    failed = found.filter(lost | Q(outcome__in=FAILED))
    if batch.kind == Kind.UNDO:
        undos = Change.objects.filter(undoes=OuterRef("undoes"), outcome__in=undoing.HOLDING)
        return failed.filter(~Exists(undos))
    again = Change.objects.filter(
        batch__about=batch.pk,
        batch__kind=Kind.RETRY,
        key=OuterRef("key"),
        integration_id=OuterRef("integration_id"),
        calendar_id=OuterRef("calendar_id"),
    )
    return failed.filter(~Exists(again))


def retry(
    batch: Batch,
    failed: Iterable[Change],
    *,
    person: User,
    workspace: Workspace,
    sources: list[Source],
) -> Draft:
    """Draft what failed once more; an undo that failed stays one, which tramples on nothing."""
    failed = list(failed)
    if batch.kind == Kind.UNDO:
        origins = Change.objects.filter(pk__in=[change.undoes for change in failed])
        return undoing.undo_all(batch, origins, person=person, workspace=workspace, sources=sources)
    found = succession.calendars_of(failed, sources)
    here = [(found[change.pk].pk, change) for change in failed if change.pk in found]
    missing = [change for change in failed if change.pk not in found]
    return drafts.wish(
        person,
        workspace,
        Kind.RETRY,
        {pk: change.after for pk, change in here},
        origins={pk: change.pk for pk, change in here},
        missing=undoing.named(missing, person, sources),
        about=batch.pk,
        back=batch.back,
    )
