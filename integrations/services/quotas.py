"""The ledger of requests: what each key has left of its hour, as Focus says and as we count.

There is a row for each key and organization, or workspace where the organization is not known.
What the last answer said counts; where an answer says nothing, what it cost is taken off.

* An hour ends when Focus says. An end that is further away than an hour is not believed. Where
  none was told, it is an hour after our first request in it.
* After a 402 (or 429) nothing is asked before ``closed_until``: the end of the hour or, where none
  was told, UNTOLD later.
* A row whose end is over, or further away than an hour because the clock was set back, says
  nothing any more.
* How many requests an hour has nobody says. ``most`` is the most that were seen to be left.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from structlog.contextvars import bind_contextvars

from integrations import focus
from integrations.models import Key, Quota, Source, Workspace

HOUR = timedelta(hours=1)
#: The end of the hour is told in whole seconds from when the answer was written.
SAME_HOUR = timedelta(seconds=5)
#: Where Focus refuses and does not say when the hour is over.
UNTOLD = timedelta(minutes=15)
#: Where it says that the hour is over now, and refuses all the same.
LEAST_PAUSE = timedelta(seconds=5)


def of(source: Source) -> Quota | None:
    """Return the row of the source's key, if anything is known of it."""
    return _row(source.key, source.workspace)


def of_all(sources: Iterable[Source]) -> dict[int, Quota]:
    """Return {source's primary key: row} of those of which anything is known, with one query."""
    sources = list(sources)
    if not sources:
        return {}
    rows = Quota.objects.filter(key__in={source.key_id for source in sources})
    found = {(row.key_id, row.organization_id, row.workspace_id): row for row in rows}
    return {source.pk: found[place] for source in sources if (place := _place(source)) in found}


def in_workspace(found: QuerySet[Key], workspace: Workspace | None) -> list[Quota]:
    """Return the rows of several keys for one workspace, or for all of them, with one query."""
    window = _window(workspace) if workspace else {}
    return list(Quota.objects.filter(key__in=found, **window))


def is_over(row: Quota) -> bool:
    """Say whether a row speaks of an hour that has passed, or of one that cannot be."""
    now, end = timezone.now(), row.resets_at or row.window_started_at + HOUR
    return not now < end <= now + HOUR + SAME_HOUR


def ends_at(row: Quota) -> datetime:
    """Return when there are requests again."""
    return max(filter(None, (row.closed_until, row.resets_at or row.window_started_at + HOUR)))


def is_closed(row: Quota | None) -> bool:
    """Say whether Focus has refused for want of requests, so that nothing is asked for now."""
    if row is None or row.closed_until is None:
        return False
    now = timezone.now()
    return now < row.closed_until <= now + HOUR + SAME_HOUR


def refusal(row: Quota) -> focus.QuotaError:
    """Return the error that stands for what is not sent because a row is closed."""
    told = focus.Quota(0, row.closed_until)
    return focus.QuotaError("GET", detail="no requests are left this hour", quota=told, sent=False)


def check(key: Key, workspace: Workspace) -> None:
    """Raise QuotaError where nothing may be asked through a key before its next hour."""
    row = _row(key, workspace)
    if row is not None and is_closed(row):
        raise refusal(row)


def reserve(row: Quota, percent: int) -> int:
    """Return how many requests are so many percent of an hour's, rounded up."""
    return ceil((row.most or 0) * percent / 100)


def spend(source: Source, *, reserve: Callable[[Quota], int], row: Quota | None = None) -> bool:
    """Take one request off what is left of the hour, before it is sent; False: ``reserve`` is met.

    Exact however many processes do it, for it is one conditional update. The answer's own count
    replaces it where that is lower (``note``). Where nobody knows what is left, it is sent.
    ``row``: the source's, where it has just been looked up.
    """
    row = row or of(source)
    if row is None or row.remaining is None or is_over(row):
        return True
    known = Quota.objects.filter(pk=row.pk)
    if known.filter(remaining__gt=reserve(row)).update(remaining=F("remaining") - 1):
        return True
    return not known.exists()  # the key was removed: whoever asks finds that out


def give_back(source: Source) -> None:
    """Take back a ``spend`` whose request was certainly not sent."""
    known = Quota.objects.filter(key=source.key, **_window(source.workspace))
    known.filter(remaining__isnull=False).update(remaining=F("remaining") + 1)


def note(source: Source, client: focus.FocusClient, *, paid: int = 0, under_way: int = 0) -> None:
    """Keep what a client that made requests has learned.

    ``paid`` were taken off before (spend). ``under_way``: what a client without an answer yet asks.
    """
    if client.trace_id:
        bind_contextvars(trace_id=client.trace_id)
    calls, untold = (client.calls, client.untold) if client.calls else (under_way, under_way)
    if not calls:
        return
    window, now = _window(source.workspace), timezone.now()
    with transaction.atomic():
        if not Key.objects.select_for_update().filter(pk=source.key.pk).exists():
            return  # it was removed meanwhile
        # The key's row is held, so that nobody else makes one.
        known = Quota.objects.select_for_update().filter(key=source.key, **window)
        row = known.first() or Quota.objects.create(key=source.key, **window)
        told = _believed(client.quota, now)
        if is_over(row) or _is_later(told.resets_at, row):
            row.spent, row.window_started_at, row.remaining, row.resets_at = 0, now, None, None
            # The hour of a smaller plan may be less than the reserve of the one before.
            row.most = (row.most or 0) // 2
        row.spent += calls
        _take_over(row, told, untold - (paid if told.remaining is None else 0))
        if client.is_refused:
            _close(row, client.quota, now)
        if row.remaining is not None:
            row.most = max(row.most or 0, row.remaining + row.spent)
        row.save()


def forget(key: Key) -> None:
    """Know nothing of a key any more: it was replaced, perhaps by another person's."""
    Quota.objects.filter(key=key).delete()


def _row(key: Key, workspace: Workspace) -> Quota | None:
    return Quota.objects.filter(key=key, **_window(workspace)).first()


def _window(workspace: Workspace) -> dict[str, Any]:
    known = workspace.organization_id
    return {
        "organization_id": known,
        "workspace_id": None if known else workspace.workspace_id,
    }


def _place(source: Source) -> tuple[Any, ...]:
    return (source.key_id, *_window(source.workspace).values())


def _believed(told: focus.Quota | None, now: datetime) -> focus.Quota:
    """Return what was told, without an end that is further away than an hour."""
    if told is None:
        return focus.Quota()
    if told.resets_at is not None and told.resets_at > now + HOUR + SAME_HOUR:
        return focus.Quota(told.remaining)
    return told


def _is_later(resets_at: datetime | None, row: Quota) -> bool:
    """Say whether an answer speaks of another hour than the row, whose end is known to a second."""
    if resets_at is None or row.resets_at is None:
        return False
    return resets_at - row.resets_at >= SAME_HOUR


def _take_over(row: Quota, told: focus.Quota, uncounted: int) -> None:
    """Believe what was told; answers overtake each other, and within one hour less is newer.

    Its end is told in whole seconds, rounded up: the earliest is the nearest. Where no end was
    ever told, the last answer counts. ``uncounted``: requests whose answers said nothing.
    """
    ends = [moment for moment in (told.resets_at, row.resets_at) if moment is not None]
    is_same = bool(ends) and max(ends) - min(ends) < SAME_HOUR
    if told.remaining is None or (is_same and row.remaining is not None):
        known = [number for number in (told.remaining, row.remaining) if number is not None]
        row.remaining = min(known, default=None)
    else:
        row.remaining = told.remaining
    if row.remaining is not None:
        row.remaining = max(0, row.remaining - max(0, uncounted))
    row.resets_at = min(ends, default=None) if is_same else told.resets_at or row.resets_at


def _close(row: Quota, told: focus.Quota | None, now: datetime) -> None:
    """Ask nothing any more before the hour is over, for Focus has refused."""
    ends_at = told.resets_at if told is not None else None
    until = ends_at or row.resets_at or now + UNTOLD
    row.closed_until = min(max(until, now + LEAST_PAUSE), now + HOUR)
    row.remaining, row.resets_at = 0, row.closed_until
