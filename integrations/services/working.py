"""Carrying a batch out: slices of at most BATCH_SLICE seconds of what it does through one key.

What is promised: whoever works on a part holds its lease, and repeating any step is harmless. A
process that dies leaves *sending* rows, which the next read settles (``settling``); how single
writes keep from each other is in ``writing``.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from integrations import focus
from integrations.models import Batch, BatchPart, Change, Key, Source, Workspace
from integrations.services import authority, batches, changes, keys, mirror, slices, writing
from integrations.services.slices import Slice

logger = logging.getLogger(__name__)

Outcome = Change.Outcome
#: Slices that may crash one after the other.
CRASHES = 5


def work(part_pk: int, *, holder: str, stopping: Callable[[], bool]) -> datetime | None:
    """Do what can be done for a part now, and return when to go on; None: nothing more is to do.

    None also where it is finished, gone, not due yet, or held by another process. ``stopping``
    says that the process was asked to end: then what is under way is finished and nothing begun.
    """
    part = _claim(part_pk, holder)
    if part is None:
        return None
    try:
        given_up = _work(part, holder, stopping)
    except Exception:
        if _crashed(part):
            return None
        raise
    finally:
        BatchPart.objects.filter(pk=part.pk, holder=holder).update(lease_until=None, holder="")
    part.refresh_from_db()
    if part.finished_at is not None or batches.close(part, given_up=given_up):
        return None
    return part.resumes_at or timezone.now()


def _work(part: BatchPart, holder: str, stopping: Callable[[], bool]) -> bool:
    """Work on a part that was claimed; say whether nothing more will be done for it."""
    changes.release_lost()
    refusal = authority.refusal(part)
    if refusal:
        batches.end_rest(part, Outcome.REFUSED, refusal)
        return True
    until = time.monotonic() + settings.BATCH_SLICE
    slice_ = Slice(part, _source(part), holder, until, stopping)
    try:
        _run(slice_)
    finally:
        mirror.expire_others(slice_.source)
    if slice_.ends_with:
        batches.end_rest(part, *slice_.ends_with)
    elif not slice_.halted:
        _come_back(slice_)
    slice_.keep(read_at=part.read_at, crashes=0)
    return (
        slice_.ends_with is not None or Batch.objects.get(pk=part.batch_id).stopped_at is not None
    )


def _source(part: BatchPart) -> Source:
    key = Key.objects.select_related("owner").get(pk=part.key)
    source = keys.source(key, Workspace.objects.get(workspace_id=part.batch.workspace_id))
    source.key = key
    return source


def _crashed(part: BatchPart) -> bool:
    """Count an error of ours; after several the rest is given up, and then it is only logged."""
    part.crashes += 1
    BatchPart.objects.filter(pk=part.pk).update(crashes=part.crashes)
    if part.crashes < CRASHES:
        return False
    logger.exception("part %s of batch %s: given up", part.pk, part.batch_id)
    batches.end_rest(part, Outcome.FAILED, "internal")
    batches.close(part, given_up=True)
    return True


def _claim(part_pk: int, holder: str) -> BatchPart | None:
    now = timezone.now()
    due = BatchPart.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        Q(resumes_at=None) | Q(resumes_at__lte=now),
        pk=part_pk,
        finished_at=None,
    )
    claimed = due.update(
        lease_until=changes.lease(), holder=holder, worked_at=now, waits_for="", resumes_at=None
    )
    return BatchPart.objects.select_related("batch").get(pk=part_pk) if claimed else None


def _run(slice_: Slice) -> None:
    part = slice_.part
    if batches.open_changes(part).filter(outcome=Outcome.UNKNOWN).exists():
        part.read_at = None
    waiting = batches.open_changes(part).exclude(outcome=Outcome.SENDING)
    if not waiting.exists() or not slices.has_quota(slice_) or not _has_key(slice_):
        return
    slice_.queue = deque(_due(slice_))
    with ThreadPoolExecutor(settings.BATCH_IN_FLIGHT) as pool:
        while slice_.has_time and _is_wanted(slice_):
            if slice_.is_old and not slice_.flying and not _read(slice_):
                break
            while slice_.may_send and writing.launch_next(slice_, pool):
                pass
            if slice_.flying:
                writing.land_some(slice_)
            elif not (slice_.is_old and slice_.queue):
                break
        while slice_.flying:
            writing.land_some(slice_)


def _has_key(slice_: Slice) -> bool:
    """Say whether the key can be sent at all; otherwise the rest ends."""
    try:
        keys.client(slice_.source.key, slice_.source.workspace)
    except focus.FocusError as error:
        slice_.end(Outcome.REFUSED, error.code)
    return slice_.ends_with is None


def _is_wanted(slice_: Slice) -> bool:
    """Say whether the lease is still ours, after making it longer, and nobody has stopped it."""
    mine = BatchPart.objects.filter(
        pk=slice_.part.pk, holder=slice_.holder, finished_at=None, batch__stopped_at=None
    )
    return bool(mine.update(lease_until=changes.lease(), worked_at=timezone.now()))


def _read(slice_: Slice) -> bool:
    """Read everything that the key sees, and settle what became of lost writes with it."""
    changes.release_lost()
    asked_at = timezone.now()
    try:
        mirror.read(slice_.source)
    except focus.FocusError as error:
        slices.note_spent(slice_, int(error.sent))
        _read_failed(slice_, error)
        return False
    slices.note_spent(slice_, 1)
    slice_.keep(read_at=asked_at)
    slice_.queue = deque(_due(slice_))
    return slices.has_quota(slice_)


def _read_failed(slice_: Slice, error: focus.FocusError) -> None:
    if isinstance(error, focus.QuotaError):
        slices.wait_for_quota(slice_, error)
    elif isinstance(error, focus.RejectedError):
        slice_.end(Outcome.REFUSED, error.code)
    else:
        slices.wait_after_failure(slice_, error)


def _due(slice_: Slice) -> list[Change]:
    part = slice_.part
    intended = Change.objects.filter(batch=part.batch_id, key=part.key, outcome=Outcome.INTENDED)
    due = intended.filter(Q(retry_at=None) | Q(retry_at__lte=timezone.now()))
    return list(due.order_by("position"))


def _come_back(slice_: Slice) -> None:
    """Rest until something can be done: a change is due again, or a lost one's lease is over."""
    moments = [
        change.retry_at if change.outcome == Outcome.INTENDED else change.lease_until
        for change in batches.open_changes(slice_.part)
    ]
    if moments and None not in moments:
        slice_.keep(resumes_at=min(filter(None, moments)))
