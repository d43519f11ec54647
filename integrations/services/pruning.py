"""The only code that deletes of the record: what ended longer ago than anybody answers for.

What is open stays however old it is. Deleted in small steps, so that nobody else waits for long and
it may be killed and begun again at any time.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.models import (
    Account,
    Batch,
    Change,
    ConnectAttempt,
    Draft,
    KeyUse,
    Recolouring,
    Snapshot,
    Source,
    ToldAccount,
    WorkerBeat,
)
from integrations.services import audit, dismissals, gone, workers
from integrations.services.actors import Actor

#: How long a selection is kept that nobody has confirmed, or whose batch is long on its way.
DRAFTS = timedelta(days=30)
#: How long a trip to a calendar provider that has ended shows at its address what came of it.
TRIPS = timedelta(days=30)
#: Rows that are deleted in one transaction.
CHUNK = 500


@dataclass(frozen=True)
class Pruned:
    """How many rows of each kind were deleted, or would be."""

    changes: int
    attempts: int
    batches: int
    drafts: int
    snapshots: int
    recolourings: int
    uses: int
    beats: int
    sessions: int
    accounts: int
    calendars: int
    told: int
    dismissals: int


def ended_before() -> datetime:
    """Return the moment before which a change has to have ended to be deleted."""
    return timezone.now() - timedelta(days=settings.RECORD_DAYS)


def count() -> Pruned:
    """Return what ``prune`` would delete now."""
    changes = _changes()
    left = Change.objects.exclude(pk__in=changes.values("pk"))
    return Pruned(
        changes=changes.count(),
        attempts=_attempts(changes).count(),
        batches=_batches(left).count(),
        drafts=_drafts().count(),
        snapshots=_snapshots().count(),
        recolourings=_recolourings().count(),
        uses=_uses().count(),
        beats=_beats().count(),
        sessions=_sessions().count(),
        accounts=sum(gone.accounts(source, left).count() for source in gone.sources()),
        calendars=sum(gone.calendars(source, left).count() for source in gone.sources()),
        told=_told().count(),
        dismissals=dismissals.over().count(),
    )


def prune(*, by: Actor) -> Pruned:
    """Delete what is too old to be kept, and tell the log how much that was."""
    attempts = changes = 0
    before = ended_before()
    while some := list(_changes().order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            attempts += ConnectAttempt.objects.filter(change__in=some).delete()[0]
            changes += Change.objects.filter(pk__in=some).prune()
    # Drafts go before the batches that they became, which would take them along uncounted.
    drafts = in_pieces(_drafts)
    # An account would take its calendars along, thousands at once.
    calendars = _mirrored(gone.calendars)
    pruned = Pruned(
        changes=changes,
        attempts=attempts + in_pieces(lambda: _attempts(_changes())),
        batches=in_pieces(lambda: _batches(Change.objects.all())),
        drafts=drafts,
        snapshots=in_pieces(_snapshots),
        recolourings=in_pieces(_recolourings),
        uses=in_pieces(_uses),
        beats=in_pieces(_beats),
        sessions=in_pieces(_sessions),
        accounts=_mirrored(gone.accounts),
        calendars=calendars,
        told=in_pieces(_told),
        dismissals=in_pieces(dismissals.over),
    )
    audit.note("record-pruned", by=by, before=before.isoformat(), **asdict(pruned))
    return pruned


def in_pieces(
    too_old: Callable[[], QuerySet[Model]], *, lock: QuerySet[Model] | None = None
) -> int:
    """Delete some after the other, and return how many; what hangs on them is not counted.

    What is no longer too old when its turn comes stays. ``lock``: whoever brings some back to life
    holds these rows.
    """
    deleted = 0
    while some := list(too_old().order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            if lock is not None:
                list(lock.select_for_update())
            found = too_old().filter(pk__in=some).select_for_update(of=("self",)).only("pk")
            still = [row.pk for row in found]
            found.model._default_manager.filter(pk__in=still).delete()
        deleted += len(still)
    return deleted


def _mirrored(too_old: Callable[[Source, QuerySet[Change]], QuerySet[Model]]) -> int:
    """Delete rows of the mirror, those of each source while nobody brings it in line."""
    left = Change.objects.all()
    return sum(
        in_pieces(partial(too_old, source, left), lock=Source.objects.filter(pk=source.pk))
        for source in gone.sources()
    )


def _changes() -> QuerySet[Change]:
    """Return what has ended, and is of no batch that goes on."""
    over = Q(batch=None) | Q(batch__finished_at__isnull=False)
    return Change.objects.filter(over, finished_at__lt=ended_before()).exclude(
        outcome__in=(Change.Outcome.INTENDED, Change.Outcome.SENDING)
    )


def _batches(left: QuerySet[Change]) -> QuerySet[Batch]:
    """Return old batches of which no change is left."""
    old = Batch.objects.filter(finished_at__lt=ended_before())
    return old.exclude(Exists(left.filter(batch=OuterRef("pk"))))


def _attempts(changes: QuerySet[Change]) -> QuerySet[ConnectAttempt]:
    """Return trips that ended, and those of the changes that go.

    While a read may still settle what became of one, it is compared with what was there before.
    """
    long_ago = timezone.now() - TRIPS
    ended = Q(completed_at__lt=long_ago) | Q(completed_at=None, expires_at__lt=long_ago)
    is_open = Q(change__outcome__in=(Change.Outcome.INTENDED, Change.Outcome.SENDING))
    is_open |= Q(change__outcome=Change.Outcome.UNKNOWN, change__settled_at=None)
    return ConnectAttempt.objects.filter(ended & ~is_open | Q(change__in=changes))


def _drafts() -> QuerySet[Draft]:
    return Draft.objects.filter(created_at__lt=timezone.now() - DRAFTS)


def _snapshots() -> QuerySet[Snapshot]:
    """Return old settings, without those that somebody is about to bring back."""
    wished = Draft.objects.filter(kind=Batch.Kind.RESTORE, about=OuterRef("pk"), batch=None)
    return Snapshot.objects.filter(~Exists(wished), taken_at__lt=ended_before())


def _recolourings() -> QuerySet[Recolouring]:
    """Return what refreshes brought, as old as the record of them, answered or not."""
    return Recolouring.objects.filter(found_at__lt=ended_before())


def _uses() -> QuerySet[KeyUse]:
    """Return counts of reads through people's keys, as old as the record of the writes."""
    return KeyUse.objects.filter(day__lt=timezone.localdate(ended_before()))


def _beats() -> QuerySet[WorkerBeat]:
    return WorkerBeat.objects.filter(beat_at__lt=timezone.now() - workers.FORGOTTEN)


def _sessions() -> QuerySet[Session]:
    """Return sessions that are over, as Django's ``clearsessions`` does, but for its one step."""
    return Session.objects.filter(expire_date__lt=timezone.now())


def _told() -> QuerySet[ToldAccount]:
    """Return what mail has said of accounts that nobody sees or could see come back."""
    return ToldAccount.objects.filter(
        ~Exists(Account.objects.filter(integration_id=OuterRef("integration_id")))
    )
