"""The last good answer of each source, kept as rows and read again when they are old."""

import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations import focus
from integrations.models import Account, Source
from integrations.services import (
    asking,
    changes,
    comparison,
    freshness,
    health,
    key_uses,
    keys,
    outage,
    proving,
    quotas,
    sameness,
    settling,
)
from integrations.services.actors import Actor
from integrations.services.comparison import Difference


def look(
    source: Source, *, by: Actor, force: bool = False, frugal: bool = False
) -> focus.FocusError | None:
    """Do what ``look_all`` does for one source; returns the error that prevented it."""
    return look_all([source], by=by, force=force, frugal=frugal).get(source.pk)


def look_all(
    sources: Iterable[Source], *, by: Actor, force: bool = False, frugal: bool = False
) -> dict[int, focus.FocusError]:
    """Make the rows younger than MIRROR_MAX_AGE with at most one request for each source.

    The keys are asked side by side, and a slow or a failing one holds nobody else up. Returns
    {source's primary key: error} of those that failed, after noting it there; their rows stay as
    they were. While another process reads a source its answer is waited for instead, and a moment
    after a failure nothing is asked; nor while Focus is down for this process, but for one probe in
    ten seconds (``outage``). A forced look always asks: the other's question may be older than what
    is being looked for. Nothing asks after a 402 before the hour is over.

    A ``frugal`` look, as of whoever only opens a page, lets rows grow older while few requests are
    left (``ages``), and never spends the last PAGE_RESERVE percent of an hour; but for the first
    look through a key in a workspace, without which there is nothing to show.
    """
    sources = list(sources)
    if changes.release_lost():
        for source in sources:
            source.refresh_from_db(fields=["expired_at"])
    deadline = time.monotonic() + settings.FOCUS_PAGE_DEADLINE
    due = freshness.sort(sources, force=force, frugal=frugal)
    errors = due.errors
    for question in asking.ask_all(due.ask, paid=due.paid):
        with suppress(Source.DoesNotExist):  # its key was removed meanwhile
            error = _answered(question, by)
            if error is not None:
                errors[question.source.pk] = error
    for source in due.held:
        with suppress(Source.DoesNotExist):
            freshness.wait(source, deadline)
    return errors


def press(sources: Iterable[Source]) -> tuple[list[Source], list[Source]]:
    """Return those of which somebody may have Focus asked at once, and the others as they are now:
    somebody did less than ten seconds ago."""
    sources = list(sources)
    ledger = quotas.of_all(sources)
    # Those of which nothing is asked before the next hour are not said to have been checked.
    free = [source for source in sources if quotas.is_closed(ledger.get(source.pk))]
    resting: list[Source] = []
    for source in sources:
        if source in free:
            continue
        (free if freshness.press(source) else resting).append(source)
    for source in resting:
        source.refresh_from_db(fields=["pressed_at", "last_good_at", "last_error"])
    return free, resting


def _answered(question: asking.Question, by: Actor) -> focus.FocusError | None:
    """Bring the rows in line with an answer, or note why there is none."""
    source, answer = question.source, question.answer
    key_uses.note_read(source.key, by)
    if answer is None:  # there was no time left to ask, so somebody else may
        Source.objects.filter(pk=source.pk).update(lease_until=None)
    elif isinstance(answer, focus.FocusError):
        outage.here.note(answer)
        freshness.note_failure(source, answer)
        return answer
    else:
        outage.here.note(None)
        try:
            found = None if isinstance(answer, asking.Unchanged) else answer
            _take(source, found, question.asked_at)
        except focus.FocusError as error:  # the key is in doubt
            freshness.note_failure(source, error)
            return error
    return None


def read(source: Source, *, paid: int = 0) -> Difference:
    """Ask Focus for all that the source sees and bring the rows in line; raises FocusError.

    ``paid``: as for ``keys.opened``.
    """
    asked_at, known = timezone.now(), sameness.known(source)
    with keys.opened(source, paid=paid) as client:
        listing = client.list_accounts_unless(known)
    return _take(source, listing, asked_at)


def _take(
    source: Source, listing: "focus.Listing[focus.Account] | None", asked_at: datetime
) -> Difference:
    """Bring the rows in line with an answer; None: it is the one that they are in line with."""
    if listing is not None:
        proving.on_listing(source, [entry.integration_id for entry in listing.items])
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        is_late = row.last_good_at is not None and row.last_good_at > asked_at
        if is_late or (listing is None and row.digest != source.digest):  # another's rows by now
            _copy(row, source)
            return Difference()
        found = Difference() if listing is None else _apply(row, listing, asked_at)
        row.last_good_at = asked_at
        row.last_error = row.last_error_trace = ""
        row.lease_until = None
        row.key_generation = source.key.generation
        row.save()
        if listing is not None:
            row.refresh_from_db(fields=["version"])  # its rows may have given it another
    _copy(row, source)
    return found


def _copy(row: Source, source: Source) -> None:
    """Take over what a row holds; the key is read again: its owner may think otherwise by now."""
    for field in Source._meta.concrete_fields:
        setattr(source, field.attname, getattr(row, field.attname))
    Source.key.field.delete_cached_value(source)


def _apply(row: Source, listing: "focus.Listing[focus.Account]", asked_at: datetime) -> Difference:
    found = comparison.apply_accounts(row, listing, asked_at)
    settling.settle(row, settling.Sight.of_all(listing, asked_at))
    row.digest = listing.digest
    row.unreadable = len(listing.unreadable) + sum(
        len(account.calendars.unreadable) for account in listing.items
    )
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
        state = health.state(account.error_status, account.scopes, present)
        if state != account.state:
            account.state_since = asked_at
        account.state, account.urgency = state, health.urgency(state)
        account.seen_at = asked_at
        account.save(update_fields=["seen_at", "state", "urgency", "state_since"])
        settling.settle(source, settling.Sight.of_account(account, listing, asked_at))
    return found


def expire_others(source: Source, written: Collection[int]) -> None:
    """Make the other sources read again that show an account which was written to through this one.

    ``written``: the accounts' ids as Focus has them.
    """
    others = Source.objects.filter(accounts__integration_id__in=written, accounts__gone_at=None)
    others.exclude(pk=source.pk).update(expired_at=timezone.now())
