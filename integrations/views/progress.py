"""How far a batch has come, in one sentence, and why it does not go on where it does not."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.models import Batch, BatchPart, Change
from integrations.services import batches, workers

Wait = BatchPart.Wait
Outcome = Change.Outcome


@dataclass(frozen=True)
class Progress:
    """How many changes have come to their end, of how many, and what is said of it."""

    ended: int
    total: int
    sentence: str
    #: Why nobody works on it, where somebody should.
    silence: str = ""

    @property
    def rest(self) -> int:
        """How many have not come to their end."""
        return self.total - self.ended

    @property
    def quarter(self) -> int:
        """The percents in steps of 25: what is read out should not be read out every second."""
        return 4 * self.ended // max(1, self.total) * 25


def of(batch: Batch) -> Progress:
    """Return how far a batch has come."""
    changes = Change.objects.filter(batch=batch)
    total, is_open = changes.count(), Q(outcome__in=batches.OPEN)
    if batch.finished_at is None:
        is_open |= Q(outcome=Outcome.UNKNOWN, settled_at=None)
    ended = total - changes.filter(is_open).count()
    parts = list(batch.parts.filter(finished_at=None))
    told = ngettext("%(ended)s of %(total)s done", "%(ended)s of %(total)s done", total)
    told %= {"ended": ended, "total": total}
    return Progress(ended, total, told + _rest(batch, parts), _silence(parts))


def _rest(batch: Batch, parts: list[BatchPart]) -> str:
    """Return the end of the sentence: until when it waits, or who stopped it."""
    now = timezone.now()
    if batch.stopped_at is not None:
        if batch.finished_at is not None:
            return _(", then stopped by %(who)s.") % {"who": batch.stopped_by}
        return _("; being stopped by %(who)s.") % {"who": batch.stopped_by}
    waits = [part for part in parts if part.resumes_at and part.resumes_at > now]
    if not parts or len(waits) < len(parts):
        return "."
    first = min(waits, key=lambda part: part.resumes_at or now)
    if first.waits_for == Wait.QUOTA:
        return _("; continues at %(time)s.") % {"time": _time(first.resumes_at or now)}
    if first.waits_for == Wait.RETRY:
        return _("; Focus failed, and is asked again in a moment.")
    return "."


def waiting(batch: Batch) -> list[BatchPart]:
    """Return the parts that wait for their key's next hour."""
    return list(
        batch.parts.filter(
            finished_at=None, waits_for=Wait.QUOTA, resumes_at__gt=timezone.now()
        ).order_by("resumes_at")
    )


def _silence(parts: list[BatchPart]) -> str:
    """Return why nobody works on something that is due."""
    before = timezone.now() - workers.SILENCE
    if not any(max(part.worked_at, part.resumes_at or part.worked_at) < before for part in parts):
        return ""
    if workers.any_alive():
        return _("The worker is busy with other work. This goes on by itself after that.")
    return _(
        "No worker is running, so nothing happens. Ask whoever runs Focusadmin to start"
        " “manage.py worker”. Nothing is lost until then."
    )


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")
