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
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from integrations import focus
from integrations.models import BatchPart, Change, Key, Source, Workspace
from integrations.services import authority, batches, changes, keys, mirror, slices, writing
from integrations.services.slices import Slice

logger = logging.getLogger(__name__)

Outcome = Change.Outcome
#: Slices that may crash one after the other.
CRASHES = 5
#: How long a lost write is left alone that a read could not settle.
UNSETTLED = timedelta(seconds=5)


def work(part_pk: int, *, holder: str, stopping: Callable[[], bool]) -> datetime | None:
    """Do what can be done for a part now, and return when to go on; None: nothing more is to do.

    None also where it is finished, gone, not due yet, or held by another process. ``stopping``
    says that the process was asked to end: then what is under way is finished and nothing begun.
    """
    part = _claim(part_pk, holder)
    if part is None:
        return None
    whose = f"{part.batch.actor_issuer}:{part.batch.actor_subject}"
    try:
        # What Focus says of one batch's requests is nothing of the next one's.
        with bound_contextvars(request_id=part.batch.request_id, person=whose, trace_id=""):
            _work(part, holder, stopping)
    except Exception:
        if not _crashed(part, holder):
            raise
    finally:
        BatchPart.objects.filter(pk=part.pk, holder=holder).update(lease_until=None, holder="")
    part.refresh_from_db()
    if part.finished_at is not None:
        return None
    return part.resumes_at or timezone.now()


def _work(part: BatchPart, holder: str, stopping: Callable[[], bool]) -> None:
    """Work on a part that was claimed, and finish it where nothing is left to be done."""
    changes.release_lost()
    until = time.monotonic() + settings.BATCH_SLICE
    ending = _ending(part)
    if ending is None:
        slice_ = Slice(part, _source(part), holder, until, stopping)
        try:
            _run(slice_)
        finally:
            mirror.expire_others(slice_.source, slice_.written)
        slice_.keep(read_at=part.read_at, crashes=0)
        if slice_.halted and slice_.ends_with is None and not batches.is_stopped(part):
            return  # it waits
        ending = slice_.ends_with or _ending(part)
    if ending is not None:
        batches.end_rest(part, *ending)
    if not batches.close(part, given_up=ending is not None):
        _come_back(part, holder, given_up=ending is not None)


def _ending(part: BatchPart) -> tuple[Change.Outcome, str] | None:
    """Return how the rest of a part ends that may not go on, if it may not."""
    reason = batches.STOPPED if batches.is_stopped(part) else authority.refusal(part)
    return (Outcome.REFUSED, reason) if reason else None


def _source(part: BatchPart) -> Source:
    key = Key.objects.select_related("owner").get(pk=part.key)
    source = keys.source(key, Workspace.objects.get(workspace_id=part.batch.workspace_id))
    source.key = key
    return source


def _crashed(part: BatchPart, holder: str) -> bool:
    """Count an error of ours, to try again later; after several the rest is given up, and logged.

    Says whether it was given up.
    """
    crashes = part.crashes + 1
    pause = timedelta(seconds=slices.BACKOFF**crashes)
    BatchPart.objects.filter(pk=part.pk, holder=holder).update(
        crashes=crashes, waits_for=BatchPart.Wait.RETRY, resumes_at=timezone.now() + pause
    )
    if crashes < CRASHES:
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
    has_lost = _lost(slice_.part).exists()
    if has_lost:
        slice_.part.read_at = None
    slice_.queue = deque(_due(slice_))
    if not (slice_.queue or has_lost) or not _has_key(slice_):
        return
    with ThreadPoolExecutor(settings.BATCH_IN_FLIGHT) as pool:
        try:
            while slice_.has_time and _is_wanted(slice_) and _goes_on(slice_, pool):
                pass
        finally:
            writing.land_all(slice_)


def _goes_on(slice_: Slice, pool: ThreadPoolExecutor) -> bool:
    """Read if need be, send what may be sent, wait for an answer; say whether there is more.

    What comes of a write is kept after the next one was sent in its place, so that Focus need not
    wait for our database; but for what is left of the hour then, and for a failure, which may mean
    that nothing more is to be sent.
    """
    if slice_.is_old and not slice_.flying and not _read(slice_):
        return False
    ended = writing.ended(slice_)
    most = settings.BATCH_IN_FLIGHT
    if ended is not None:
        writing.count(slice_, ended)
        most += 1
    if ended is None or ended.exception() is None:
        while len(slice_.flying) < most and slice_.may_send:
            if not writing.launch_next(slice_, pool):
                break
    if ended is not None:
        writing.land(slice_, ended)
    elif slice_.flying:
        writing.wait_for_one(slice_)
    else:
        return slice_.is_old and bool(slice_.queue)
    return True


def _lost(part: BatchPart) -> QuerySet[Change]:
    """Return what a read would settle for good: nothing of it can arrive any more."""
    over = Q(lease_until=None) | Q(lease_until__lte=timezone.now())
    return batches.open_changes(part).filter(over, outcome=Outcome.UNKNOWN)


def _has_key(slice_: Slice) -> bool:
    """Say whether the key can be sent at all; otherwise the rest ends."""
    try:
        keys.client(slice_.source.key, slice_.source.workspace)
    except focus.QuotaError as error:
        slices.wait_for_quota(slice_, error.resets_at)
    except focus.FocusError as error:
        slice_.end(Outcome.REFUSED, error.code)
    return slice_.ends_with is None


def _is_wanted(slice_: Slice) -> bool:
    """Say whether it is still ours, after making the lease longer, and the key is still there."""
    key = Key.objects.filter(pk=OuterRef("key"), generation=OuterRef("key_generation"))
    mine = BatchPart.objects.filter(
        Exists(key),
        pk=slice_.part.pk,
        holder=slice_.holder,
        finished_at=None,
        batch__stopped_at=None,
    )
    return bool(mine.update(lease_until=changes.lease(), worked_at=timezone.now()))


def _read(slice_: Slice) -> bool:
    """Read everything that the key sees, and settle what became of lost writes with it.

    Whoever replaces the key meanwhile: this slice goes on with the one that it was allowed.
    """
    key = slice_.source.key
    if not slices.spend(slice_):
        return False
    changes.release_lost()
    try:
        mirror.read(slice_.source, paid=1)
    except focus.FocusError as error:
        slices.note_spent(slice_, int(error.sent))
        _read_failed(slice_, error)
        return False
    finally:
        slice_.source.key = key
    slices.note_spent(slice_, 1)
    seen_at = slice_.source.last_good_at or timezone.now()  # another's read may be younger
    slice_.keep(read_at=min(seen_at, timezone.now()))
    slice_.queue = deque(_due(slice_))
    return True


def _read_failed(slice_: Slice, error: focus.FocusError) -> None:
    if isinstance(error, focus.QuotaError):
        slices.wait_for_quota(slice_, error.resets_at)
    elif isinstance(error, focus.RejectedError):
        slice_.end(Outcome.REFUSED, error.code)
    else:
        slices.wait_after_failure(slice_, error)


def _due(slice_: Slice) -> list[Change]:
    part = slice_.part
    intended = Change.objects.filter(batch=part.batch_id, key=part.key, outcome=Outcome.INTENDED)
    due = intended.filter(Q(retry_at=None) | Q(retry_at__lte=timezone.now()))
    return list(due.order_by("position"))


def _come_back(part: BatchPart, holder: str, *, given_up: bool) -> None:
    """Rest until something can be done: a change is due again, or a lost one's lease is over."""
    now = timezone.now()
    moments = []
    for outcome, retry_at, lease_until in batches.open_changes(part, given_up=given_up).values_list(
        "outcome", "retry_at", "lease_until"
    ):
        if outcome == Outcome.INTENDED:
            moments.append(retry_at or now)
        else:  # what no read could settle, by whatever clock, is not read again at once
            moments.append(lease_until or now + UNSETTLED)
    if moments and min(moments) > now:
        BatchPart.objects.filter(pk=part.pk, holder=holder).update(resumes_at=min(moments))
