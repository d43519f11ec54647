"""One change: what was asked, what came of it, and what a refresh found."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Account, Calendar, Change, Rule
from integrations.services import changes, palette, succession, team
from integrations.views import (
    change_values,
    hidden_undoing,
    history,
    people_words,
    permissions,
    recolouring,
    rule_undoing,
    undoing,
    words,
)
from integrations.views.looking import look
from integrations.views.outcomes import of_change

Action = Change.Action
#: What is done on the provider's consent page.
_TRIPS = frozenset((Action.CONNECT, Action.RECONNECT, Action.WRITE))


@access.requires(Role.VIEWER)
def show(request: AdminRequest, workspace_id: int, pk: str) -> HttpResponse:
    """GET: a change of the record."""
    changes.release_lost()
    change = access.change(request, workspace_id, pk)
    account = Account.objects.filter(
        source=request.source, integration_id=change.integration_id
    ).first()
    closed = team.closed_calendars([change], request.user)
    asked = recolouring.told(request, account if change.action == Change.Action.REFRESH else None)
    waiting = {row["calendar_id"] for row in asked["recoloured"] if row["change"] == change.pk}
    pairs = palette.names(request.workspace) if change.difference else {}
    is_named = not team.nameless([change], request.user)
    difference = {
        name: _entries(change, name, closed, pairs)
        for name in ("new", "gone", "renamed", "recoloured")
    }
    unnamed = sum(
        entry["calendar_id"] in closed
        for entries in change.difference.values()
        for entry in entries
    )
    context = {
        "nav": "activity",
        "change": change,
        "tone": words.OUTCOME_TONES[Change.Outcome(change.outcome)],
        "sentence": history.sentence(change, named=is_named),
        "calendar_label": _("switched off")
        if change.calendar_id in closed
        else change.calendar_name or change.external_id or change.calendar_id,
        "calendar": _calendar(request, change) if change.calendar_id not in closed else None,
        "account": account,
        "signs_in": people_words.signed_in(change.actor_issuer, change.actor_subject),
        "role_label": permissions.LABELS[role] if (role := Role.named(change.role)) else "",
        "provider_label": words.provider_label(change.provider),
        "is_refresh": change.action == Change.Action.REFRESH,
        "difference": difference,
        "compared_with": _moment(change.before.get("seen_at")),
        "found_anything": any(difference.values()),
        "answered": [
            entry for entry in difference["recoloured"] if entry["calendar_id"] not in waiting
        ],
        **asked,
        "unnamed": unnamed,
        "chosen_instead": change_values.chosen_instead(change),
        "failure": of_change(change),
        "undo": _undo(request, change),
    }
    return render(request, "changes/show.html", context | _written(request, change, is_named))


def _undo(request: AdminRequest, change: Change) -> undoing.Offer:
    if change.action in Change.OF_RULES:
        return rule_undoing.offer(request, change)
    if change.action == Action.HIDE:
        return hidden_undoing.offer(request, change)
    return undoing.offer(request, change)


def _written(request: AdminRequest, change: Change, is_named: bool) -> dict[str, Any]:
    """Return what was written and to what, none of it where it says something of others' events."""
    is_told = is_named or change.action not in Change.OF_EVENTS
    rows = change_values.compared(change, request.sources) if is_told else []
    return {
        "is_trip": change.action in _TRIPS,
        "is_named": is_named,
        "rule": _rule(request, change) if is_named else None,
        "rows": rows,
        "found_any": any(row["found"] for row in rows),
    }


def _rule(request: AdminRequest, change: Change) -> Rule | None:
    """Return the rule that a change is about, where its page would show it to this person."""
    if change.action not in Change.OF_RULES:
        return None
    here = access.rules_source(request)
    found = Rule.objects.filter(book__source=here, rule_id=change.rule_id).first()
    return found if here.key_id == change.key else None


@access.requires(Role.EDITOR)
def undo(request: AdminRequest, workspace_id: int, pk: str) -> HttpResponse:
    """GET: what undoing an edit comes to; POST: write the earlier values back."""
    changes.release_lost()
    change = access.change(request, workspace_id, pk)
    offered = undoing.offer(request, change)
    if offered.calendar is not None:
        request.source = offered.calendar.account.source
        if not access.may_act(request, request.source.key):
            raise access.NotTheirsError(request.source.key)
    seen = None
    if request.method == "GET" and not offered.obstacle:  # a write reads by itself
        seen = look(request)
        offered = undoing.offer(request, change)
    if offered.calendar is None:
        messages.info(request, offered.obstacle)
        return redirect("change", workspace_id, pk)
    begun = undoing.begin(request, change, offered.calendar)
    if request.method == "POST":
        return undoing.write(begun)
    return undoing.page(begun, seen=seen)


def _calendar(request: AdminRequest, change: Change) -> Calendar | None:
    """Return the calendar as it is now, where it is there and this person may open it."""
    found = succession.calendar_of(change, request.sources) if change.calendar_id else None
    is_open = found and Calendar.objects.filter(team.open_to(request.user), pk=found.pk).exists()
    return found if is_open else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _entries(
    change: Change, name: str, closed: set[int], pairs: palette.Names
) -> list[dict[str, Any]]:
    """Return a refresh's entries with labels, and with colours that may be drawn."""
    entries = []
    for entry in change.difference.get(name, []):
        if entry["calendar_id"] in closed:
            continue
        told = {**entry, "label": words.calendar_label(entry["name"], entry["external_id"])}
        if name == "recoloured":
            told |= {side: recolouring.look(entry[side], pairs) for side in ("before", "after")}
        entries.append(told)
    return entries
