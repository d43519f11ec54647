"""The page that gives a calendar the hidden events back that it had before, as far as known."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import TextChoices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Calendar, Change
from integrations.services import changes, hiding, keys, succession, undoing
from integrations.services.changes import BusyError, ConflictError, GoneError
from integrations.services.hiding import FIELD, Known
from integrations.views.calendar_rows import label
from integrations.views.hidden import refusal, seen_through
from integrations.views.undoing import Offer

Outcome = Change.Outcome


class Obstacle(TextChoices):
    """Why hidden events are not put back."""

    KIND = "kind", _lazy("This is undone on its own page.")
    NOT_DONE = "not-done", _lazy("It did not come to be, so there is nothing to undo.")
    UNDONE = "undone", _lazy("It was undone.")
    RUNNING = "running", _lazy("It is being undone at this moment.")
    GONE = "gone", _lazy("The calendar is no longer there, so nothing can be written back.")
    UNTOLD = "untold", _lazy("Nobody knows what was hidden before, so it cannot be put back.")
    MOVED = "moved", _lazy("The hidden events were set again since.")


@dataclass(frozen=True)
class _Undo:
    calendar: Calendar
    known: Known


def offer(request: AdminRequest, change: Change) -> Offer:
    """Return what to say of undoing; Focus is asked nothing."""
    due = _due(request, change)
    found = due if isinstance(due, Obstacle) else None
    tried = Change.objects.filter(undoes=change.pk).order_by("-created_at").first()
    return Offer(
        is_due=found not in (Obstacle.KIND, Obstacle.NOT_DONE),
        obstacle=str(found.label) if found else "",
        calendar=None,
        undone_by=tried if found == Obstacle.UNDONE else None,
        failed=tried if found is None else None,
        moved=[],
        route="hidden-undo",
        key=due.calendar.account.source.key if isinstance(due, _Undo) else None,
    )


@access.requires(Role.EDITOR)
def undo(request: AdminRequest, workspace_id: int, pk: str) -> HttpResponse:
    """GET: what is put back; POST: do it. GET asks Focus nothing."""
    changes.release_lost()
    change = access.change(request, workspace_id, pk)
    due = _due(request, change)
    if isinstance(due, Obstacle):
        messages.info(request, due.label)
        return redirect("change", workspace_id, pk)
    request.source = due.calendar.account.source
    if not access.may_act(request, request.source.key):
        raise access.NotTheirsError(request.source.key)
    if request.method == "POST":
        return _write(request, change, due)
    now, then = change.after[FIELD], change.before[FIELD]
    context = {
        "nav": "calendars",
        "change": change,
        "calendar": due.calendar,
        "label": label(due.calendar, request.user),
        "shown_again": [uid for uid in now if uid not in then],
        "hidden_again": [uid for uid in then if uid not in now],
        "cost": 2 if due.known.is_told else 1,
    }
    return render(request, "calendars/hidden_undo.html", context)


def _due(request: AdminRequest, change: Change) -> "_Undo | Obstacle":
    if change.action != Change.Action.HIDE:
        return Obstacle.KIND
    if change.outcome != Outcome.DONE:
        return Obstacle.NOT_DONE
    done = undoing.undo_of(change)
    if done is not None:
        return Obstacle.UNDONE if done.outcome == Outcome.DONE else Obstacle.RUNNING
    if FIELD not in change.before:
        return Obstacle.UNTOLD
    calendar = succession.calendar_of(change, request.sources)
    if calendar is None:
        return Obstacle.GONE
    known = hiding.known(calendar, seen_through(request))
    if known.uids is None or list(known.uids) != change.after[FIELD]:
        return Obstacle.MOVED
    return _Undo(calendar, known)


def _write(request: AdminRequest, change: Change, due: _Undo) -> HttpResponse:
    here = [request.workspace.workspace_id, change.pk]
    try:
        with keys.opened(request.source) as client:
            done = hiding.hide(
                client,
                due.calendar,
                change.before[FIELD],
                due.known,
                by=access.actor(request),
                keys=seen_through(request),
                undoes=change.pk,
            )
    except ConflictError:
        messages.warning(request, Obstacle.MOVED.label)
        return redirect("change", *here)
    except (BusyError, GoneError) as error:
        messages.warning(request, refusal(error)[0])
        return redirect("change", *here)
    messages.success(request, _("The hidden events of before are back."))
    return redirect("change", here[0], done.pk)
