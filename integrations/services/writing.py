"""The writes of a batch: the next one is sent when it may be, and what came of it is kept.

Every change is taken out of *intended* by one conditional update, so that two processes never send
the same one, and it is compared with a read that is younger than every other change of our own to
that calendar. Threads speak HTTP; whatever touches the database is done by the thread that calls.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from integrations import focus
from integrations.models import Calendar, Change, Source
from integrations.services import calendars, changes, keys, quotas, record, rows, slices
from integrations.services.changes import NotTakenError
from integrations.services.settling import ATTEMPTS
from integrations.services.slices import Answer, Flight, Slice

Outcome = Change.Outcome

#: How long a calendar that somebody else is writing is left alone.
BUSY_PAUSE = timedelta(seconds=1)
#: What is recorded where there was nothing left to do.
ALREADY_SO = "already-so"


def launch_next(slice_: Slice, pool: ThreadPoolExecutor) -> bool:
    """Send the next change, or end it where there is nothing to send.

    False: nothing more can be sent before something else is done, which is reading or waiting.
    """
    change = slice_.queue.popleft()
    if not _take_place(change):
        return True
    obstacle = _obstacle(change, slice_.part.read_at)
    if obstacle is not None:
        return _put_off(slice_, change, obstacle)
    calendar = _row(slice_.source, change)
    if calendar is None and not Source.objects.filter(pk=slice_.source.pk).exists():
        changes.reopen(change)  # the key was removed, and the calendar may well be there
        return False
    wire = _wire(change, calendar)
    if calendar is None or wire is None:
        return True
    if not slices.spend(slice_):
        changes.reopen(change)
        return False
    try:
        client = keys.client(slice_.source.key, slice_.source.workspace)
    except focus.QuotaError as error:  # another process was refused at this moment
        quotas.give_back(slice_.source)
        changes.reopen(change)
        slices.wait_for_quota(slice_, error.resets_at)
        return False
    except focus.FocusError as error:  # the key expired, or was replaced, at this moment
        quotas.give_back(slice_.source)
        changes.reopen(change)
        slice_.end(Outcome.REFUSED, error.code)
        return False
    future = pool.submit(copy_context().run, _send, client, wire, change)
    slice_.flying[future] = Flight(change, calendar, client)
    return True


def _send(client: focus.FocusClient, wire: focus.Calendar, change: Change) -> Answer:
    """Write, in a thread; but not after a sleep, when the lease ends before the answer would come.

    Raises FocusError.
    """
    over_at = timezone.now() + timedelta(seconds=settings.FOCUS_WRITE_DEADLINE)
    if change.lease_until is None or over_at > change.lease_until:
        detail = "this process was not awake in time"
        raise focus.UnavailableError("PUT", detail=detail, sent=False)
    return client.update_calendar(wire, change.after)


def _put_off(slice_: Slice, change: Change, until: datetime) -> bool:
    """Send a change later, and others before it; or say that it is read again first.

    That is done once in a slice: no clock may have us read for ever.
    """
    now = timezone.now()
    if until > now or change.pk in slice_.read_for:
        changes.reopen(change, retry_at=max(until, now + BUSY_PAUSE))
        return True
    changes.reopen(change)
    slice_.read_for.add(change.pk)
    slice_.queue.appendleft(change)
    slice_.part.read_at = None
    return False


def _take_place(change: Change) -> bool:
    """Take the one place for a write to this calendar, if the change is still to be sent."""
    intended = Change.objects.filter(pk=change.pk, outcome=Outcome.INTENDED)
    try:
        with transaction.atomic():
            taken = intended.update(
                outcome=Outcome.SENDING, lease_until=changes.lease(), retry_at=None
            )
    except IntegrityError:  # somebody else is writing it
        intended.update(retry_at=timezone.now() + BUSY_PAUSE)
        return False
    if taken:
        change.refresh_from_db()
        record.tell(change)
    return bool(taken)


def _obstacle(change: Change, read_at: datetime | None) -> datetime | None:
    """Return when a change may be sent, if not now: what is past means after another read.

    Another write to the calendar may still arrive; or our own record shows one that has ended, was
    settled, or may have arrived since the read, which may not have seen it.
    """
    ended = Q(finished_at__gte=read_at) | Q(settled_at__gt=read_at)
    others = Change.objects.exclude(pk=change.pk).filter(
        ended | Q(outcome=Outcome.UNKNOWN, lease_until__gte=read_at),
        integration_id=change.integration_id,
        calendar_id__in=(0, change.calendar_id),
        outcome__in=(Outcome.DONE, Outcome.FAILED, Outcome.UNKNOWN),
    )
    moments = others.values_list("finished_at", "settled_at", "lease_until")
    return max((moment for row in moments for moment in row if moment), default=None)


def _row(source: Source, change: Change) -> Calendar | None:
    found = Calendar.objects.filter(
        account__source=source,
        account__integration_id=change.integration_id,
        account__gone_at=None,
        calendar_id=change.calendar_id,
        gone_at=None,
    )
    row = found.select_related("account").defer("account__raw").first()
    if row is not None:
        row.account.source = source
    return row


def _wire(change: Change, calendar: Calendar | None) -> focus.Calendar | None:
    """Return what the change is made to; where nothing is to be sent it comes to its end."""
    if calendar is None:
        changes.finish(change, Outcome.FAILED, error="gone")
        return None
    if rows.holds(calendar, change.after):
        changes.finish(change, Outcome.DONE, error=ALREADY_SO)
        return None
    now = {name: getattr(calendar, name) for name in change.before}
    change.found = {
        name: value for name, value in now.items() if not rows.alike(value, change.before[name])
    }
    if change.found:
        changes.finish(change, Outcome.CONFLICT)
        return None
    wire = focus.decode_calendar(calendar.raw.encode(), change.integration_id)
    if isinstance(wire, focus.Unreadable):
        changes.finish(change, Outcome.FAILED, error=focus.BadResponseError.code)
        return None
    return wire


def ended(slice_: Slice) -> Future[Answer] | None:
    """Return a write that has ended and is to be kept, if there is one, before others a failure."""
    done = [future for future in slice_.flying if future.done()]
    return next((future for future in done if future.exception()), next(iter(done), None))


def wait_for_one(slice_: Slice) -> None:
    """Wait until one of the writes under way has ended."""
    wait(slice_.flying, return_when=FIRST_COMPLETED)


def land_all(slice_: Slice) -> None:
    """Wait for the writes under way, and keep what came of them."""
    while slice_.flying:
        wait_for_one(slice_)
        while (future := ended(slice_)) is not None:
            count(slice_, future)
            land(slice_, future)


def count(slice_: Slice, future: Future[Answer]) -> None:
    """Keep what an ended write cost, and what Focus said of the hour."""
    client = slice_.flying[future].client
    quotas.note(slice_.source, client, paid=1)
    slices.note_spent(slice_, client.calls)


def land(slice_: Slice, future: Future[Answer]) -> None:
    """Keep what came of a write that was counted, all of it or nothing."""
    flight = slice_.flying.pop(future)
    slice_.written.add(flight.change.integration_id)
    with transaction.atomic():
        # Whoever reads takes the source before the changes that it settles, and so do we.
        Source.objects.select_for_update().filter(pk=slice_.source.pk).exists()
        change = Change.objects.select_for_update().get(pk=flight.change.pk)
        if (change.outcome, change.lease_until) == (Outcome.SENDING, flight.change.lease_until):
            change = flight.change
            _land(slice_, flight, future)
        elif future.exception() is None:
            changes.doubt(change)  # this process slept, and another has taken care of it
    changes.look_again(change)


def _land(slice_: Slice, flight: Flight, future: Future[Answer]) -> None:
    try:
        answer = future.result()
    except focus.FocusError as error:
        _land_failed(slice_, flight.change, error)
    else:
        _land_well(slice_, flight, answer)


def _land_well(slice_: Slice, flight: Flight, answer: Answer) -> None:
    change, trace_id = flight.change, flight.client.trace_id or ""
    calendars.keep(flight.calendar, change.after, answer, at=timezone.now())
    try:
        calendars.believe(flight.calendar, change.after)
    except NotTakenError as error:
        change.found = dict(error.kept)
        changes.finish(change, Outcome.FAILED, error="not-taken", trace_id=trace_id)
    else:
        changes.finish(change, Outcome.DONE, trace_id=trace_id)
    if slice_.part.failures:
        slice_.keep(failures=0)


def _land_failed(slice_: Slice, change: Change, error: focus.FocusError) -> None:
    if isinstance(error, focus.QuotaError):
        changes.reopen(change)
        slices.wait_for_quota(slice_, error.resets_at)
    elif error.may_have_happened:
        changes.finish_failed(change, error)
        slices.wait_after_failure(slice_, error)
    elif error.retryable and change.attempts + 1 < ATTEMPTS:
        change.attempts += 1
        changes.reopen(change)
        slices.wait_after_failure(slice_, error)
    else:
        changes.finish_failed(change, error)
        if isinstance(error, focus.CredentialsError | focus.ForbiddenError):
            slice_.end(Outcome.REFUSED, error.code)
