"""The page that undoes an edit: then, now, what undo would write, and a choice where it moved."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from integrations import access
from integrations.access import AdminRequest
from integrations.forms.bulk import LABELS
from integrations.models import Calendar, Change, Key
from integrations.services import colours, keys, names, rows, succession, undoing
from integrations.services.changes import BusyError, ConflictError, GoneError, NotTakenError
from integrations.services.names import Named
from integrations.services.undoing import Obstacle
from integrations.views import calendar_rows, naming
from integrations.views.looking import Look

#: The choice to write the earlier value over what somebody else has written since.
BACK = "back"


@dataclass(frozen=True)
class Offer:
    """What a change's page says of undoing it."""

    #: It is an edit that was done, so there is something to say.
    is_due: bool
    #: Why it cannot be undone, in words; empty where it can.
    obstacle: str
    #: What it would be undone on, where it can.
    calendar: Calendar | None
    undone_by: Change | None
    #: The last try that failed.
    failed: Change | None
    #: The fields that hold something else by now than what was written, in words.
    moved: list[str]
    #: The name of the page that undoes it, and the key that it needs.
    route: str = "change-undo"
    key: Key | None = None


def offer(request: AdminRequest, change: Change) -> Offer:
    """Return what to say of undoing a change; Focus is asked nothing."""
    found, calendar = undoing.obstacle(change), None
    if found is None:
        calendar = succession.calendar_of(change, request.sources)
        visible = {source.key_id for source in request.sources}
        if calendar is None:
            found = Obstacle.GONE if change.key in visible else Obstacle.KEY
    done = undoing.undo_of(change)
    tried = Change.objects.filter(undoes=change.pk).order_by("-created_at").first()
    return Offer(
        is_due=found not in (Obstacle.KIND, Obstacle.NOT_DONE),
        obstacle=str(found.label) if found else "",
        calendar=calendar,
        undone_by=done,
        failed=tried if done is None else None,
        moved=_moved_since(change, calendar) if calendar else [],
        key=calendar.account.source.key if calendar else None,
    )


def _moved_since(change: Change, calendar: Calendar) -> list[str]:
    """Return the labels of fields whose value, as last seen, is no longer what was written."""
    return [
        str(LABELS[name])
        for name, value in change.after.items()
        if not rows.alike(getattr(calendar, name), value)
    ]


@dataclass
class Undo:
    """An undo on its way through the page."""

    request: AdminRequest
    change: Change
    calendar: Calendar
    #: {field: value} as the page shows it, of the fields that Focus offers.
    shown: dict[str, Any]
    #: The fields where the person wants the earlier value in spite of what somebody wrote since.
    insisted: frozenset[str] = frozenset()

    @property
    def moved(self) -> list[str]:
        """The fields that somebody has changed since, to something else than they were before."""
        after, before = self.change.after, self.change.before
        return [
            name
            for name, now in self.shown.items()
            if not rows.alike(now, after[name]) and not rows.alike(now, before.get(name))
        ]

    @property
    def wanted(self) -> dict[str, Any]:
        """{field: value shown} of what is going to be written."""
        before, left = self.change.before, set(self.moved) - self.insisted
        return {
            name: now
            for name, now in self.shown.items()
            if name not in left and not rows.alike(now, before.get(name))
        }


def begin(request: AdminRequest, change: Change, calendar: Calendar) -> Undo:
    """Return the undo as the mirror has the calendar or, of a form that was sent, as that says."""
    lacking = undoing.absent(calendar, change)
    offered = [name for name in undoing.fields(change) if name not in lacking]
    if request.method != "POST":
        now = {name: getattr(calendar, name) for name in offered}
        return Undo(request, change, calendar, now)
    told = {name: change.after[name] for name in offered} | _told(request, offered)
    insisted = frozenset(name for name in offered if request.POST.get(name) == BACK)
    return Undo(request, change, calendar, told, insisted)


def write(undo: Undo) -> HttpResponse:
    """Write the earlier values back and lead to the change that this is; or say what is amiss."""
    request, change = undo.request, undo.change
    here = [request.workspace.workspace_id, change.pk]
    if not undo.wanted:
        messages.info(request, _("Nothing was changed, so nothing was sent."))
        return redirect("change", *here)
    try:
        with keys.opened(undo.calendar.account.source) as client:
            done = undoing.undo(
                client, change, undo.calendar, undo.wanted, by=access.actor(request)
            )
    except ConflictError as error:
        return _again(undo, error)
    except BusyError:
        messages.warning(request, _("Somebody else is saving this calendar right now. Try again."))
        return redirect("change-undo", *here)
    except GoneError:
        messages.warning(request, Obstacle.GONE.label)
        return redirect("change", *here)
    except NotTakenError as error:
        kept = ", ".join(str(LABELS[name]) for name in error.kept)
        messages.warning(request, _("Focus answered, but did not take over: %s.") % kept)
        return redirect("change", *here)
    messages.success(request, _("The earlier values are back."))
    return redirect("change", here[0], done.pk)


def page(undo: Undo, *, seen: Look | None = None, status: int = 200) -> HttpResponse:
    """Show what undoing comes to; where somebody changed it since, that is kept by default."""
    change, moved = undo.change, undo.moved
    values = [undo.shown, change.before, change.after]
    known = names.of_values([undo.calendar.account.source, *undo.request.sources], values)
    context = {
        "nav": "activity",
        "seen": seen,
        "change": change,
        "label": calendar_rows.labels([undo.calendar], undo.request.user)[undo.calendar.pk],
        "account": undo.calendar.account,
        "rows": [_row(undo, name, known, moved=name in moved) for name in undo.shown],
        "moved": moved,
        "absent": [LABELS[name] for name in undoing.fields(change) if name not in undo.shown],
        "is_anything": bool(moved or undo.wanted),
        "shown": json.dumps(undo.shown),
    }
    return render(undo.request, "changes/undo.html", context, status=status)


def shown_value(name: str, value: Any, *, named: Named | None = None) -> dict[str, Any]:
    """Return a field's value as tables show it: words, a swatch of a colour, or a name."""
    is_colour = name in rows.COLOURS
    if name in rows.FLAGS:
        text = _("On") if value else _("Off")
    else:
        text = str(value) if value else _("none")
    return {
        "text": text,
        "swatch": colours.parse(value) if is_colour else None,
        "is_colour": is_colour,
        "named": naming.told(named),
    }


def _again(undo: Undo, error: ConflictError) -> HttpResponse:
    """Show what Focus has now; what moved under the page's eyes has to be chosen anew."""
    undo.insisted -= error.moved.keys()
    undo.shown = {name: error.fresh[name] for name in undo.shown}
    return page(undo, status=409)


def _row(undo: Undo, name: str, known: names.Names, *, moved: bool) -> dict[str, Any]:
    now, before = undo.shown[name], undo.change.before.get(name)

    def shown(value: Any) -> dict[str, Any]:
        return shown_value(name, value, named=known.value(name, value))

    return {
        "name": name,
        "label": LABELS[name],
        "then": shown(undo.change.after[name]),
        "now": shown(now),
        "earlier": shown(before),
        "moved": moved,
        "insisted": name in undo.insisted,
        "same": not moved and rows.alike(now, before),
    }


def _told(request: AdminRequest, names: list[str]) -> dict[str, Any]:
    """Return what the page showed, as the form brings it back; nothing of a damaged one."""
    try:
        told = json.loads(request.POST.get("shown", "{}"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {name: told[name] for name in names if name in told and rows.can_hold(name, told[name])}
