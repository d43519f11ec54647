"""Undoing edits: what stands against it, and what writes the earlier values back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Batch, Calendar, Change, Draft, Source, Workspace
from integrations.services import calendars, drafts, plans, rows, succession, team
from integrations.services.actors import Actor
from integrations.services.calendars import CalendarEdits
from integrations.services.writing import ALREADY_SO

Outcome = Change.Outcome
#: An undo that was done, or is on its way.
HOLDING = (Outcome.DONE, Outcome.INTENDED, Outcome.SENDING)


class Obstacle(TextChoices):
    """Why an edit is not undone, whoever asks."""

    KIND = "kind", _("Only edits of calendars can be undone.")
    NOT_DONE = "not-done", _("It did not come to be, so there is nothing to undo.")
    ALREADY_SO = "already-so", _("Nothing was written, so there is nothing to undo.")
    UNDONE = "undone", _("It was undone.")
    RUNNING = "running", _("It is being undone at this moment.")
    KEY = "key", _("The key that it was made through is no longer there.")
    GONE = "gone", _("The calendar is no longer there, so nothing can be written back.")


def obstacle(change: Change) -> Obstacle | None:
    """Return what the record says against undoing a change; whether its calendar is there is
    for ``succession`` to say."""
    if change.action != Change.Action.EDIT:
        return Obstacle.KIND
    if change.outcome != Outcome.DONE:
        return Obstacle.NOT_DONE
    if change.error == ALREADY_SO:
        return Obstacle.ALREADY_SO
    undo = undo_of(change)
    if undo is None:
        return None
    return Obstacle.UNDONE if undo.outcome == Outcome.DONE else Obstacle.RUNNING


def undo_of(change: Change) -> Change | None:
    """Return the undo of a change that was done or is under way; one that failed is none."""
    return (
        Change.objects.filter(undoes=change.pk, outcome__in=HOLDING).order_by("created_at").first()
    )


def written(found: QuerySet[Change]) -> QuerySet[Change]:
    """Return those of the changes that have changed a calendar."""
    done = found.filter(action=Change.Action.EDIT, outcome=Outcome.DONE)
    return done.exclude(error=ALREADY_SO)


def undoable(found: QuerySet[Change]) -> QuerySet[Change]:
    """Return those of the changes that the record says can be undone."""
    undos = Change.objects.filter(undoes=OuterRef("pk"), outcome__in=HOLDING)
    return written(found).filter(~Exists(undos))


def fields(change: Change) -> list[str]:
    """Return the fields that undoing a change is about, in the order of the form."""
    return [name for name in rows.EDITABLE if name in change.after]


def undo(
    client: focus.FocusClient,
    change: Change,
    calendar: Calendar,
    shown: Mapping[str, Any],
    *,
    by: Actor,
) -> Change:
    """Write the earlier values of the fields in ``shown``, which maps them to what was shown.

    Raises what ``calendars.update`` does: ConflictError where one of them has moved.
    """
    earlier = {name: change.before.get(name) for name in shown}
    edits = CalendarEdits(shown=shown, changed=earlier)
    return calendars.update(client, calendar, edits, by=by, undoes=change.pk)


def undo_all(
    batch: Batch,
    due: Iterable[Change],
    *,
    person: User,
    workspace: Workspace,
    sources: list[Source],
) -> Draft:
    """Draft the undo of changes of a batch; what somebody has changed since is for the plan to
    leave out."""
    due = list(due)
    found = succession.calendars_of(due, sources)
    here = [(found[change.pk].pk, change) for change in due if change.pk in found]
    return drafts.wish(
        person,
        workspace,
        Batch.Kind.UNDO,
        {pk: {name: change.before.get(name) for name in fields(change)} for pk, change in here},
        expects={pk: {name: change.after[name] for name in fields(change)} for pk, change in here},
        origins={pk: change.pk for pk, change in here},
        missing=named([change for change in due if change.pk not in found], person, sources),
        about=batch.pk,
        back=batch.back,
    )


def named(lost: Iterable[Change], person: User, sources: Iterable[Source]) -> list[dict[str, str]]:
    """Return what to call calendars that are no longer there, as far as the person may know it."""
    lost, visible = list(lost), {source.key_id for source in sources}
    closed = team.closed_calendars(lost, person)
    return [
        {
            "name": change.calendar_name
            if change.key in visible and change.calendar_id not in closed
            else "",
            "email": change.email,
        }
        for change in lost
    ]


def absent(calendar: Calendar, change: Change) -> frozenset[str]:
    """Return the fields of a change that Focus no longer offers for the calendar."""
    return plans.lacks(calendar, change.after)
