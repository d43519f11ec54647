"""The rules that a source sees, kept as rows and looked at again when they are old.

It goes by the same promises as the lists of accounts do (``mirror.look_all``): at most one request,
nothing while Focus is down or the hour is over, and the hour's last requests are left to the owner
of the key. Focus knows rules under an organization alone, so where its number is not known nothing
is asked.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations import focus
from integrations.models import Quota, Rule, RuleBook, Source, Workspace
from integrations.services import (
    changes,
    freshness,
    key_uses,
    keys,
    mirror,
    outage,
    proving,
    quotas,
    rule_settling,
)
from integrations.services.actors import Actor
from integrations.services.rule_titles import folded

#: How long it stands that Focus does not offer rules: that it begins to is rare news.
ABSENCE = timedelta(hours=1)


def is_possible(workspace: Workspace) -> bool:
    """Say whether Focus can be asked for the rules of a workspace."""
    return workspace.organization_id is not None


def is_offered(book: RuleBook) -> bool:
    """Say whether Focus offers rules, as far as its last answer says."""
    return book.last_error != focus.NotFoundError.code


def of(source: Source) -> RuleBook:
    """Return the book of a source, made where there is none yet."""
    book, _created = RuleBook.objects.get_or_create(source=source)
    book.source = source
    return book


def titled(book: RuleBook, title: str, *, but: int = 0) -> Rule | None:
    """Return the rule that has a title, but for one rule id."""
    found = Rule.objects.filter(book=book, folded=folded(title))
    return found.exclude(rule_id=but).order_by("pk").first()


def near(book: RuleBook, title: str, *, most: int = 5) -> list[Rule]:
    """Return rules whose titles are a part of a title: whether Focus goes by that, nobody knows."""
    wanted = folded(title)
    rules = Rule.objects.filter(book=book).exclude(folded__in=("", wanted)).order_by("folded", "pk")
    return [rule for rule in rules if rule.folded in wanted][:most]


def look(book: RuleBook, *, by: Actor, force: bool = False) -> RuleBook:
    """Make the rows younger than MIRROR_MAX_AGE with at most one request, and return the book.

    What prevented it is told there. The first look after a key was replaced proves it by its
    accounts before, which costs one more.
    """
    source = book.source
    if not is_possible(source.workspace):
        return book
    if changes.release_lost():
        book.refresh_from_db(fields=["expired_at"])
    if not force and freshness.is_fresh(book):
        return book
    if not proving.is_ready(source.key) and not _is_proven(source, by):
        book.last_error, book.last_error_trace = source.last_error, source.last_error_trace
        return book
    row = quotas.of(source)
    if row is not None and quotas.is_closed(row):
        return _not_asked(book, quotas.refusal(row))
    return _ask(book, by) if force else _ask_sparingly(book, row, by)


def _ask_sparingly(book: RuleBook, row: Quota | None, by: Actor) -> RuleBook:
    """Ask for a page, unless something speaks against it; ``row`` is the ledger's."""
    if _rests(book, row) or freshness.is_fresh(book, freshness.patience(row)):
        return book
    if not outage.here.may_ask():
        return _not_asked(book, outage.down())
    if not freshness.lease(book):
        outage.here.pass_on()
        freshness.wait(book, time.monotonic() + settings.FOCUS_PAGE_DEADLINE)
        return book
    if freshness.is_first(book):
        return _ask(book, by)
    if not quotas.spend(book.source, reserve=freshness.page_reserve):
        outage.here.pass_on()
        RuleBook.objects.filter(pk=book.pk).update(lease_until=None)
        return _not_asked(book, freshness.ReserveError("GET", sent=False))
    return _ask(book, by, paid=1)


def press(book: RuleBook) -> bool:
    """Take the right to ask at once; False: somebody did less than ten seconds ago."""
    if freshness.press(book):
        return True
    book.refresh_from_db(fields=["pressed_at", "last_good_at", "last_error"])
    return False


def read(client: focus.FocusClient, book: RuleBook) -> None:
    """Ask Focus for all rules and bring the rows in line; raises FocusError."""
    asked_at = timezone.now()
    _take(book, client.list_mappings(), asked_at)


def keep(book: RuleBook, rule_id: int, answer: focus.Rule | None) -> None:
    """Show what Focus answered to a write; where it says nothing the next page asks."""
    now = timezone.now()
    if answer is None:
        told = {"written_at": now, "expired_at": now}
    else:
        told = {"written_at": now}
        values = _values(answer)
        Rule.objects.update_or_create(book=book, rule_id=rule_id, defaults=values)
    RuleBook.objects.filter(pk=book.pk).update(**told)
    _expire_others(book)


def drop(book: RuleBook, rule_id: int) -> None:
    """Show that a rule is no longer there."""
    Rule.objects.filter(book=book, rule_id=rule_id).delete()
    RuleBook.objects.filter(pk=book.pk).update(written_at=timezone.now())
    _expire_others(book)


def _expire_others(book: RuleBook) -> None:
    others = RuleBook.objects.filter(source__workspace=book.source.workspace).exclude(pk=book.pk)
    others.update(expired_at=timezone.now())


def _is_proven(source: Source, by: Actor) -> bool:
    """Look at the accounts of a replaced key, which say whether it is the same person's."""
    mirror.look(source, by=by, frugal=True)
    return proving.is_ready(source.key)


def _ask(book: RuleBook, by: Actor, *, paid: int = 0) -> RuleBook:
    source = book.source
    key_uses.note_read(source.key, by)
    try:
        with keys.opened(source, paid=paid) as client:
            read(client, book)
            is_sent = client.calls > 0
    except focus.FocusError as error:
        outage.here.note(error)
        is_sent = error.sent
        freshness.note_failure(book, error)
    else:
        outage.here.note(None)
    if paid and not is_sent:
        quotas.give_back(source)
    return book


def _take(book: RuleBook, listing: "focus.Listing[focus.Rule]", asked_at: datetime) -> None:
    """Bring the rows in line with a listing, unless they are newer than its question."""
    with transaction.atomic():
        row = RuleBook.objects.select_for_update().get(pk=book.pk)
        newest = max(filter(None, (row.last_good_at, row.written_at)), default=asked_at)
        if newest <= asked_at:
            _apply(row, listing.items)
            rule_settling.settle(book.source, listing, asked_at)
            row.last_good_at = asked_at
            row.unreadable, row.beyond = len(listing.unreadable), listing.beyond
        row.last_error = row.last_error_trace = ""
        row.lease_until, row.key_generation = None, book.source.key.generation
        row.save()
    book.refresh_from_db()


def _apply(book: RuleBook, found: Iterable[focus.Rule]) -> None:
    known = {row.rule_id: row for row in book.rules.all()}
    for rule in found:
        row = known.pop(rule.rule_id, None) or Rule(book=book, rule_id=rule.rule_id)
        values = _values(rule)
        if row.pk and all(getattr(row, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    Rule.objects.filter(pk__in=[row.pk for row in known.values()]).delete()


def _values(rule: focus.Rule) -> dict[str, Any]:
    return {
        "title": rule.title,
        "project_id": rule.project_id,
        "task_id": rule.task_id,
        "updated_at": rule.updated_at,
        "raw": rule.raw.decode(),
        "folded": folded(rule.title),
    }


def _rests(book: RuleBook, row: Quota | None) -> bool:
    """Say whether a failure still stands, and was not another key's."""
    if book.key_generation not in (0, book.key.generation) and is_offered(book):
        return False
    return freshness.stands(book, freshness.pause(book, row) if is_offered(book) else ABSENCE)


def _not_asked(book: RuleBook, error: focus.FocusError) -> RuleBook:
    freshness.not_asked(book, error)
    return book
