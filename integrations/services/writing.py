"""The writes of a batch: the next one is sent when it may be, and what came of it is kept.

Every change is taken out of *intended* by one conditional update, so that two processes never send
the same one, and it is compared with a read that is younger than every other change of our own to
that calendar. Threads speak HTTP; whatever touches the database is done by the thread that calls.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations import focus
from integrations.models import Calendar, Change, Source
from integrations.services import calendars, changes, keys, record, rows, slices
from integrations.services.changes import NotTakenError
from integrations.services.settling import ATTEMPTS
from integrations.services.slices import Answer, Flight, Slice

Outcome = Change.Outcome

#: How long a calendar that somebody else is writing is left alone.
BUSY_PAUSE = timedelta(seconds=1)
#: What is recorded where there was nothing left to do.
ALREADY_SO = "already-so"


def launch_next(slice_: Slice, pool: ThreadPoolExecutor) -> bool:
    """Send the next change, or end it where there is nothing to send; False: read again first."""
    change = slice_.queue.popleft()
    if not _take_place(change):
        return True
    if _was_changed_since(change, slice_.part.read_at):
        return _put_off(slice_, change)
    calendar = _row(slice_.source, change)
    wire = _wire(change, calendar)
    if calendar is None or wire is None:
        return True
    client = keys.client(slice_.source.key, slice_.source.workspace)
    if slice_.left is not None:
        slice_.left -= 1
    future = pool.submit(client.update_calendar, wire, change.after)
    slice_.flying[future] = Flight(change, calendar, client)
    return True


def _put_off(slice_: Slice, change: Change) -> bool:
    """Read again before a change is sent; say whether others may go first.

    Once in a slice: a clock that is ahead of ours must not have us read for ever.
    """
    again = change.pk in slice_.read_for
    slice_.read_for.add(change.pk)
    changes.reopen(change, retry_at=timezone.now() + BUSY_PAUSE if again else None)
    if not again:
        slice_.queue.appendleft(change)
        slice_.part.read_at = None
    return again


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


def _was_changed_since(change: Change, read_at: datetime | None) -> bool:
    """Say whether our own record shows another write to the calendar that the read may not."""
    others = Change.objects.exclude(pk=change.pk).filter(
        integration_id=change.integration_id,
        calendar_id__in=(0, change.calendar_id),
        finished_at__gte=read_at,
        outcome__in=(Outcome.DONE, Outcome.FAILED, Outcome.UNKNOWN),
    )
    return others.exists()


def _row(source: Source, change: Change) -> Calendar | None:
    found = Calendar.objects.filter(
        account__source=source,
        account__integration_id=change.integration_id,
        account__gone_at=None,
        calendar_id=change.calendar_id,
        gone_at=None,
    )
    row = found.select_related("account").first()
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


def land_some(slice_: Slice) -> None:
    """Wait for the next answers and keep what came of them."""
    done, _others = wait(slice_.flying, return_when=FIRST_COMPLETED)
    for future in done:
        land(slice_, future)
    if not slice_.flying and not slice_.halted:
        slices.has_quota(slice_)


def land(slice_: Slice, future: Future[Answer]) -> None:
    """Keep what came of a write, all of it or nothing."""
    flight = slice_.flying.pop(future)
    with transaction.atomic():
        keys.note_quota(slice_.source, flight.client)
        slices.note_spent(slice_, flight.client.calls)
        current = Change.objects.select_for_update().get(pk=flight.change.pk)
        if current.lease_until != flight.change.lease_until:
            return  # this process slept, and another has taken care of the change
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
        slices.wait_for_quota(slice_, error)
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
