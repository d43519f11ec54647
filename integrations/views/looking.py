"""How fresh a page's rows are, in words that every list and detail page uses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations import access, focus
from integrations.access import AdminRequest
from integrations.models import RuleBook, Seen, Source
from integrations.services import freshness, mirror, quotas, rule_books
from integrations.views import words
from integrations.views.failures import Failure, of_source

#: What prevents a look where too few requests are left.
_SPENT = (focus.QuotaError.code, freshness.ReserveError.code)


@dataclass(frozen=True)
class Look:
    """When the rows of one key were last good, and what prevented a newer look."""

    #: Which key it is.
    who: str
    checked_at: datetime | None
    failure: Failure | None
    trace_id: str
    resets_at: datetime | None
    unreadable: int
    #: Through how many keys a check asks.
    keys: int = field(default=1, kw_only=True)
    #: The code of the failure; empty where there is none.
    code: str = field(default="", kw_only=True)
    #: Few requests are left, so the rows may be older than usual until then.
    sparing_until: datetime | None = None

    @property
    def loaded(self) -> bool:
        """Tell *none* from *not loaded yet*."""
        return self.checked_at is not None


@dataclass(frozen=True)
class TeamLook(Look):
    """The same for all the keys of a list together."""

    #: The looks that failed, where there are others beside them.
    troubles: tuple[Look, ...] = ()
    #: The keys that are not for this workspace.
    outsiders: tuple[str, ...] = ()
    #: Everything that the keys see was listed, and could be read: only then is nothing missing.
    is_whole: bool = False


def look(request: AdminRequest) -> Look:
    """Refresh the page's source when it is old (at most one request) and say how it went."""
    source = request.source
    mirror.look(source, by=access.actor(request), frugal=_is_frugal(request))
    return _told(request, source, source)


def look_rules(request: AdminRequest, book: RuleBook) -> Look:
    """Do the same for the rules of the page's source."""
    rule_books.look(book, by=access.actor(request))
    return _told(request, book, book.source)


def look_all(request: AdminRequest) -> TeamLook:
    """Refresh every source of the page that is old, side by side, and say how it went."""
    request.looks_at_all = True
    mirror.look_all(request.sources, by=access.actor(request), frugal=_is_frugal(request))
    outside = [source for source in request.sources if freshness.is_outside(source)]
    looks = [_told(request, source, source) for source in request.sources if source not in outside]
    failed = tuple(look for look in looks if look.failure is not None)
    good = [look for look in looks if look.failure is None and look.loaded]
    first = (failed or looks)[0]
    return TeamLook(
        who=first.who,
        checked_at=min(
            (look.checked_at for look in good or looks if look.checked_at), default=None
        ),
        failure=first.failure if len(looks) == 1 else None,
        trace_id=first.trace_id,
        resets_at=first.resets_at,
        unreadable=sum(look.unreadable for look in looks),
        troubles=failed if len(looks) > 1 else (),
        keys=len(request.sources),
        sparing_until=max(filter(None, (look.sparing_until for look in looks)), default=None),
        outsiders=tuple(words.key_name(source.key, request.user) for source in outside),
        is_whole=len(good) == len(looks) and not any(look.unreadable for look in looks),
        code=first.code if len(looks) == 1 else "",
    )


def tell_resting(request: AdminRequest, seen: Sequence[Seen]) -> None:
    """Say that Focus is not asked again yet, because somebody pressed less than ten seconds ago.

    Where that failed, the page says so by itself.
    """
    pressed = [(row, row.pressed_at) for row in seen if row.pressed_at]
    unanswered = [row for row, at in pressed if row.last_good_at is None or row.last_good_at < at]
    if not unanswered:
        messages.info(request, _asked_within(timezone.now() - min(at for _row, at in pressed)))
    elif not any(row.last_error for row in unanswered):
        messages.info(request, _("Focus was asked a moment ago, and has not answered yet."))


def _asked_within(age: timedelta) -> str:
    told = ngettext(
        "Checked with Focus within the last %(seconds)s second. Each key is asked again when ten"
        " seconds have passed.",
        "Checked with Focus within the last %(seconds)s seconds. Each key is asked again when ten"
        " seconds have passed.",
        seconds := max(1, ceil(age.total_seconds())),
    )
    return told % {"seconds": seconds}


def _is_frugal(request: AdminRequest) -> bool:
    """Say whether somebody only looks; what is about to be written deserves a look that costs."""
    return request.method in access.LOOKS


def _told(request: AdminRequest, seen: Source | RuleBook, source: Source) -> Look:
    # The ledger is asked where the page says something of it, and nowhere else.
    is_spent, is_old = seen.last_error in _SPENT, not freshness.is_fresh(seen)
    row = quotas.of(source) if is_spent or is_old else None
    is_spared = is_old and not seen.last_error and freshness.patience(row) > freshness.usual()
    return Look(
        who=words.key_name(source.key, request.user),
        checked_at=seen.last_good_at,
        failure=of_source(seen, request.user),
        trace_id=seen.last_error_trace,
        code=seen.last_error,
        resets_at=quotas.ends_at(row) if row and is_spent else None,
        unreadable=seen.unreadable,
        sparing_until=quotas.ends_at(row) if row and is_spared else None,
    )
