"""Whether the rows of a source can be shown as they are, and if not, whether Focus may be asked."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from integrations import focus
from integrations.models import Quota, RuleBook, Seen, Source
from integrations.services import ages, outage, quotas

#: Longer than the longest read, so that a process that died holds nobody up for long.
LEASE = timedelta(seconds=10)
#: How long a failure stands: the page after it would cost and wait as much for the same.
PAUSE = timedelta(seconds=10)
#: What Focus says no with: the next page would hear the same.
REFUSALS = frozenset(
    error.code
    for error in (
        focus.RejectedError,
        focus.CredentialsError,
        focus.ForbiddenError,
        focus.NotFoundError,
    )
)
#: The same where a person's key is not for this workspace: that they joined it is rare news.
OUTSIDER_PAUSE = timedelta(hours=1)
#: How long nobody may have Focus asked at once again: it costs a request, whatever comes of it.
PRESSED_PAUSE = timedelta(seconds=10)


class ReserveError(focus.QuotaError):
    """The hour's last requests are left to the key's owner, so a page did not ask."""

    code = "reserve"


@dataclass
class Due:
    """What is to be done for several sources; for the others there is nothing to do."""

    ask: list[Source] = field(default_factory=list)
    #: Those of them whose request was taken off the ledger already.
    paid: set[Source] = field(default_factory=set)
    #: Another process is reading them.
    held: list[Source] = field(default_factory=list)
    #: {source's primary key: why it is not asked}.
    errors: dict[int, focus.FocusError] = field(default_factory=dict)


def sort(sources: Iterable[Source], *, force: bool, frugal: bool) -> Due:
    """Return what is to be done so that rows are fresh; see ``mirror.look_all``."""
    due = Due()
    old = [source for source in sources if force or not is_fresh(source)]
    ledger = quotas.of_all(old)
    for source in old:
        row = ledger.get(source.pk)
        if row is not None and quotas.is_closed(row):
            due.errors[source.pk] = not_asked(source, quotas.refusal(row))
        elif force:
            due.ask.append(source)
        elif _rests(source, row, frugal) or (frugal and is_fresh(source, patience(row))):
            continue
        elif not outage.here.may_ask():
            due.errors[source.pk] = not_asked(source, outage.down())
        elif not lease(source):
            outage.here.pass_on()
            due.held.append(source)
        elif frugal and not is_first(source):
            _pay(source, row, due)
        else:
            due.ask.append(source)
    return due


def _pay(source: Source, row: Quota | None, due: Due) -> None:
    """Take the request of a page off the ledger, or leave the last ones to the key's owner."""
    if quotas.spend(source, reserve=page_reserve, row=row):
        due.ask.append(source)
        due.paid.add(source)
    else:
        outage.here.pass_on()
        Source.objects.filter(pk=source.pk).update(lease_until=None)
        due.errors[source.pk] = not_asked(source, ReserveError("GET", sent=False))


def usual() -> timedelta:
    """Return how old rows may be while nothing speaks against asking."""
    return timedelta(seconds=settings.MIRROR_MAX_AGE)


def is_fresh(source: Source | RuleBook, most: timedelta | None = None) -> bool:
    """Say whether the rows can be shown without asking Focus: not older than ``most``."""
    if source.last_good_at is None:
        return False
    if source.expired_at is not None and source.expired_at >= source.last_good_at:
        return False
    if source.key_generation != source.key.generation:
        return False
    age = timezone.now() - source.last_good_at
    return timedelta() <= age < (most or usual())


def is_first(row: Seen) -> bool:
    """Say whether Focus was never asked for it: without that there is nothing to show."""
    return row.last_good_at is None and not row.last_error


def is_outside(source: Source) -> bool:
    """Say whether a person's key is simply not for the workspace: they do not belong to it."""
    own = source.key.owner_id is not None and source.last_good_at is None
    return own and source.last_error == focus.ForbiddenError.code


def page_reserve(row: Quota) -> int:
    """Return how many of the hour's requests pages leave to the owner of the key."""
    return quotas.reserve(row, settings.PAGE_RESERVE)


def patience(row: Quota | None) -> timedelta:
    """Return how old the rows of a page may be, by what is left of the key's requests."""
    if row is None or row.remaining is None or quotas.is_over(row):
        return usual()
    return ages.allowed(
        usual(),
        left=row.remaining,
        hourly=row.most or 0,
        reserve=page_reserve(row),
        until_reset=quotas.ends_at(row) - timezone.now(),
    )


def not_asked(row: Seen, error: focus.FocusError) -> focus.FocusError:
    """Say on this page why Focus was not asked; the row is told nothing that was not seen."""
    row.last_error, row.last_error_at, row.last_error_trace = error.code, timezone.now(), ""
    return error


def note_failure(row: Seen, error: focus.FocusError) -> None:
    """Keep what prevented a read, for pages that are drawn before the next one."""
    noted = {
        "last_error": error.code,
        "last_error_at": timezone.now(),
        "last_error_trace": (error.trace_id or "")[:200],
        "lease_until": None,
    }
    _all(row).filter(pk=row.pk).update(**noted)
    for name, value in noted.items():
        setattr(row, name, value)


def stands(row: Seen, pause: timedelta) -> bool:
    """Say whether a failure is younger than ``pause``, so that asking would only cost."""
    if not row.last_error or row.last_error_at is None:
        return False
    if row.last_error == focus.QuotaError.code:
        return False  # the ledger knows when the hour is over
    return timedelta() <= timezone.now() - row.last_error_at < pause


def pause(seen: Seen, row: Quota | None) -> timedelta:
    """Return how long a failure stands: a refusal as long as rows, for its answer costs as much."""
    return patience(row) if seen.last_error in REFUSALS else PAUSE


def lease(row: Seen) -> bool:
    """Take the right to read; nobody gets it who does not know of the last good answer."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    known = _all(row).filter(free, pk=row.pk, last_good_at=row.last_good_at)
    return bool(known.update(lease_until=now + LEASE))


def wait(row: Seen, deadline: float) -> None:
    """Take over what another process read; a first answer is waited for as long as Focus is.

    ``deadline``: until when, in seconds of ``time.monotonic``.
    """
    row.refresh_from_db()
    while row.last_good_at is None and row.lease_until and time.monotonic() < deadline:
        time.sleep(0.05)
        row.refresh_from_db()


def press(row: Seen) -> bool:
    """Take the right to have Focus asked at once; False: somebody has it for a few seconds yet."""
    now = timezone.now()
    taken = Q(pressed_at__gt=now - PRESSED_PAUSE, pressed_at__lte=now)
    free = _all(row).filter(~taken | Q(pressed_at=None), pk=row.pk)
    return bool(free.update(pressed_at=now))


def _rests(source: Source, row: Quota | None, frugal: bool) -> bool:
    if is_outside(source):
        return stands(source, OUTSIDER_PAUSE)
    return stands(source, pause(source, row) if frugal else PAUSE)


def _all(row: Seen) -> QuerySet[Seen]:
    found: QuerySet[Seen] = type(row)._default_manager.all()
    return found
