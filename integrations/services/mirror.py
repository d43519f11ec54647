"""The last good answer of each source, kept as rows and read again when they are old."""

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from integrations import focus
from integrations.models import Account, Source
from integrations.services import (
    asking,
    changes,
    comparison,
    health,
    key_uses,
    keys,
    outage,
    proving,
    settling,
)
from integrations.services.actors import Actor
from integrations.services.comparison import Difference

#: Longer than the longest read, so that a process that died holds nobody up for long.
LEASE = timedelta(seconds=10)
#: How long a failure stands: the page after it would cost and wait as much for the same.
PAUSE = timedelta(seconds=10)
#: The same where a person's key is not for this workspace: that they joined it is rare news.
OUTSIDER_PAUSE = timedelta(hours=1)
#: How long nobody may have Focus asked at once again: it costs a request, whatever comes of it.
PRESSED_PAUSE = timedelta(seconds=10)


def look(source: Source, *, by: Actor, force: bool = False) -> focus.FocusError | None:
    """Do what ``look_all`` does for one source; returns the error that prevented it."""
    return look_all([source], by=by, force=force).get(source.pk)


def look_all(
    sources: Iterable[Source], *, by: Actor, force: bool = False
) -> dict[int, focus.FocusError]:
    """Make the rows younger than MIRROR_MAX_AGE with at most one request for each source.

    The keys are asked side by side, and a slow or a failing one holds nobody else up. Returns
    {source's primary key: error} of those that failed, after noting it there; their rows stay as
    they were. While another process reads a source its answer is waited for instead, and a moment
    after a failure nothing is asked. A forced look always asks: the other's question may be older
    than what is being looked for.
    """
    due: list[Source] = []
    held: list[Source] = []
    errors: dict[int, focus.FocusError] = {}
    sources = list(sources)
    if changes.release_lost():
        for source in sources:
            source.refresh_from_db(fields=["expired_at"])
    for source in sources:
        if force:
            due.append(source)
        elif is_fresh(source) or _rests(source):
            continue
        elif not outage.here.may_ask():
            errors[source.pk] = _not_asked(source)
        else:
            (due if _lease(source) else held).append(source)
    for question in asking.ask_all(due):
        with suppress(Source.DoesNotExist):  # its key was removed meanwhile
            error = _answered(question, by)
            if error is not None:
                errors[question.source.pk] = error
    deadline = time.monotonic() + settings.FOCUS_PAGE_DEADLINE
    for source in held:
        with suppress(Source.DoesNotExist):
            _wait(source, deadline)
    return errors


def press(sources: Iterable[Source]) -> tuple[list[Source], datetime | None]:
    """Return those of which somebody may have Focus asked at once, and when the others were last.

    The moment is the earliest of theirs, None where there are no others.
    """
    now = timezone.now()
    pressed = Q(pressed_at__gt=now - PRESSED_PAUSE, pressed_at__lte=now)
    free: list[Source] = []
    resting: list[Source] = []
    for source in sources:
        taken = Source.objects.filter(~pressed | Q(pressed_at=None), pk=source.pk)
        (free if taken.update(pressed_at=now) else resting).append(source)
    earliest = Source.objects.filter(pk__in=[row.pk for row in resting])
    return free, earliest.aggregate(at=Min("pressed_at"))["at"]


def _answered(question: asking.Question, by: Actor) -> focus.FocusError | None:
    """Bring the rows in line with an answer, or note why there is none."""
    source, answer = question.source, question.answer
    key_uses.note_read(source.key, by)
    if answer is None:  # there was no time left to ask, so somebody else may
        Source.objects.filter(pk=source.pk).update(lease_until=None)
    elif isinstance(answer, focus.FocusError):
        outage.here.note(answer)
        note_failure(source, answer)
        return answer
    else:
        outage.here.note(None)
        try:
            _take(source, answer, question.asked_at)
        except focus.FocusError as error:  # the key is in doubt
            note_failure(source, error)
            return error
    return None


def _not_asked(source: Source) -> focus.FocusError:
    """Say on this page that Focus is away; its row is told nothing that was not seen."""
    error = outage.down()
    source.last_error, source.last_error_at, source.last_error_trace = (
        error.code,
        timezone.now(),
        "",
    )
    return error


def is_fresh(source: Source) -> bool:
    """Say whether the rows can be shown without asking Focus."""
    if source.last_good_at is None:
        return False
    if source.expired_at is not None and source.expired_at >= source.last_good_at:
        return False
    if source.key_generation != source.key.generation:
        return False
    age = timezone.now() - source.last_good_at
    return timedelta() <= age < timedelta(seconds=settings.MIRROR_MAX_AGE)


def is_outside(source: Source) -> bool:
    """Say whether a person's key is simply not for the workspace: they do not belong to it."""
    own = source.key.owner_id is not None and source.last_good_at is None
    return own and source.last_error == focus.ForbiddenError.code


def read(source: Source) -> Difference:
    """Ask Focus for all that the source sees and bring the rows in line; raises FocusError."""
    asked_at = timezone.now()
    with keys.opened(source) as client:
        listing = client.list_accounts()
    return _take(source, listing, asked_at)


def _take(
    source: Source, listing: "focus.Listing[focus.Account]", asked_at: datetime
) -> Difference:
    proving.on_listing(source, [entry.integration_id for entry in listing.items])
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        if row.last_good_at is not None and row.last_good_at > asked_at:
            source.refresh_from_db()
            return Difference()
        found = comparison.apply_accounts(row, listing, asked_at)
        settling.settle(row, settling.Sight.of_all(listing, asked_at))
        row.last_good_at = asked_at
        row.last_error = row.last_error_trace = ""
        row.lease_until = None
        row.key_generation = source.key.generation
        row.unreadable = len(listing.unreadable) + sum(
            len(account.calendars.unreadable) for account in listing.items
        )
        row.save()
    source.refresh_from_db()
    return found


def read_account(client: focus.FocusClient, account: Account) -> "focus.Listing[focus.Calendar]":
    """Ask Focus for one account's calendars and bring their rows in line; raises FocusError.

    Rows that were read meanwhile, by a question that was asked later, are left alone.
    """
    asked_at = timezone.now()
    listing = client.list_calendars(account.integration_id)
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=account.source_id)
        account.refresh_from_db(fields=["seen_at"])
        if max(filter(None, (source.last_good_at, account.seen_at))) <= asked_at:
            apply_calendars(account, listing, asked_at=asked_at)
    return listing


def apply_calendars(
    account: Account, listing: "focus.Listing[focus.Calendar]", *, asked_at: datetime
) -> Difference:
    """Bring one account's rows in line with a listing of its calendars."""
    found = Difference()
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=account.source_id)
        known = comparison.calendar_rows(account)
        comparison.apply_calendars(account, listing, known, asked_at, found)
        present = sum(row.gone_at is None for row in comparison.calendar_rows(account).values())
        account.state = health.state(account.error_status, account.scopes, present)
        account.urgency = health.urgency(account.state)
        account.seen_at = asked_at
        account.save(update_fields=["seen_at", "state", "urgency"])
        settling.settle(source, settling.Sight.of_account(account, listing, asked_at))
    return found


def note_failure(source: Source, error: focus.FocusError) -> None:
    """Keep what prevented a read, for pages that are drawn before the next one."""
    noted = {
        "last_error": error.code,
        "last_error_at": timezone.now(),
        "last_error_trace": (error.trace_id or "")[:200],
        "lease_until": None,
    }
    Source.objects.filter(pk=source.pk).update(**noted)
    for name, value in noted.items():
        setattr(source, name, value)


def expire_others(source: Source) -> None:
    """Make the workspace's other sources read again: a write went through this one."""
    Source.objects.filter(workspace=source.workspace).exclude(pk=source.pk).update(
        expired_at=timezone.now()
    )


def _rests(source: Source) -> bool:
    """Say whether a failure still stands, so that asking would only cost."""
    if not source.last_error or source.last_error_at is None:
        return False
    quota = keys.quota(source) if source.last_error == focus.QuotaError.code else None
    if quota is not None and quota.resets_at is not None:
        return timezone.now() < quota.resets_at
    pause = OUTSIDER_PAUSE if is_outside(source) else PAUSE
    return timedelta() <= timezone.now() - source.last_error_at < pause


def _wait(source: Source, deadline: float) -> None:
    """Take over what another process read; a first answer is waited for as long as Focus is."""
    source.refresh_from_db()
    while source.last_good_at is None and source.lease_until and time.monotonic() < deadline:
        time.sleep(0.05)
        source.refresh_from_db()


def _lease(source: Source) -> bool:
    """Take the right to read; nobody gets it who does not know of the last good answer."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    known = Source.objects.filter(free, pk=source.pk, last_good_at=source.last_good_at)
    return bool(known.update(lease_until=now + LEASE))
