"""A draft's plan in words: what changes, what stays, what is left out, and what it costs."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from focusadmin.identity.models import User
from integrations.access import AdminRequest
from integrations.forms.bulk import LABELS
from integrations.models import Calendar
from integrations.services import colours, palette
from integrations.services import names as known
from integrations.services.plans import Blocked, Cost, Plan, Reason, Step
from integrations.views import settings_words, words
from integrations.views.calendar_rows import labels

Shown = dict[str, Any]


@dataclass(frozen=True)
class Bill:
    """What the steps through one key cost, in words."""

    who: str
    sentence: str
    is_enough: bool


def in_order(plan: Plan) -> list[Step]:
    """Return the steps by account and name, as people look for them."""
    return sorted(plan.steps, key=lambda step: _place(step.calendar))


def step_rows(
    steps: list[Step], request: AdminRequest, pairs: palette.Names
) -> list[dict[str, Any]]:
    """Return a flat row for each step; ``pairs`` are the palette's names by their colours."""
    found = [values for step in steps for values in (step.before, step.after)]
    called = known.of_values(request.sources, found).value
    names = labels([step.calendar for step in steps], request.user)
    return [
        {
            "name": names[step.calendar.pk],
            "email": step.calendar.account.email,
            "provider": words.provider_label(step.calendar.account.provider),
            "broken": step.calendar.account.error_status != "",
            "cells": settings_words.cells(step.before, step.after, called=called),
            "look": _look(step, pairs),
        }
        for step in steps
    ]


def blocked_rows(plan: Plan, request: AdminRequest) -> list[dict[str, Any]]:
    """Return a flat row for each calendar that is left out and can still be named."""
    found = [(entry, entry.calendar) for entry in plan.blocked if entry.calendar is not None]
    names = labels([calendar for _entry, calendar in found], request.user)
    called = known.of_values(request.sources, [entry.found for entry, _calendar in found]).value
    found.sort(key=lambda pair: _place(pair[1]))
    return [
        {
            "name": names[calendar.pk],
            "email": calendar.account.email,
            "provider": words.provider_label(calendar.account.provider),
            "reason": entry.reason.label,
            "detail": _detail(entry, called),
        }
        for entry, calendar in found
    ]


def unnamed(plan: Plan) -> int:
    """Return how many calendars could not be found at all."""
    return sum(entry.calendar is None for entry in plan.blocked)


def broken_accounts(plan: Plan) -> list[str]:
    """Return the accounts, in words, of which Focus may refuse the changes."""
    found = {
        f"{account.email} ({words.provider_label(account.provider)})"
        for account in (step.calendar.account for step in plan.steps)
        if account.error_status
    }
    return sorted(found, key=str.casefold)


def bills(plan: Plan, person: User) -> list[Bill]:
    """Return what each key has to give."""
    return [
        Bill(capfirst(words.key_name(cost.source.key, person)), _cost(cost), cost.is_enough)
        for cost in plan.costs()
    ]


def digest(shown: Shown) -> str:
    """Return a short word that stands for what a preview has shown."""
    told = json.dumps(shown, sort_keys=True, cls=DjangoJSONEncoder)
    return salted_hmac("draft-preview", told).hexdigest()[:16]


def what_moved(before: Shown, plan: Plan, person: User) -> list[str]:
    """Return sentences about what differs from the preview that was shown before."""
    after = {str(step.calendar.pk): step for step in plan.steps}
    now = plan.shown
    counts = Counter(_kind(pk, before, now) for pk in before.keys() | now.keys())
    told = [text % {"count": counts[kind]} for kind, text in _MOVES.items() if counts[kind]]
    changed = [after[pk].calendar for pk in now if _kind(pk, before, now) in ("new", "other")]
    names = labels(changed[:_NAMED], person)
    if names:
        told.append(_("Look at: %(names)s.") % {"names": ", ".join(names.values())})
    return told


#: How many calendars a sentence names.
_NAMED = 5
_MOVES = {
    "other": ngettext_lazy(
        "%(count)s calendar has other values now.",
        "%(count)s calendars have other values now.",
        "count",
    ),
    "new": ngettext_lazy(
        "%(count)s more calendar would be changed.",
        "%(count)s more calendars would be changed.",
        "count",
    ),
    "gone": ngettext_lazy(
        "%(count)s calendar would not be changed any more.",
        "%(count)s calendars would not be changed any more.",
        "count",
    ),
}


def _kind(pk: str, before: Shown, now: Shown) -> str:
    if pk not in now:
        return "gone"
    if pk not in before:
        return "new"
    return "same" if list(before[pk]) == list(now[pk]) else "other"


def _place(calendar: Calendar) -> tuple[str, str, int]:
    return (calendar.account.email.casefold(), calendar.name.casefold(), calendar.pk)


def _look(step: Step, pairs: palette.Names) -> dict[str, Any] | None:
    """Return how a calendar whose colours change will look; None for others."""
    if not {"background_color", "foreground_color"} & step.after.keys():
        return None
    background, foreground = (
        colours.parse(step.after.get(name, getattr(step.calendar, name)))
        for name in ("background_color", "foreground_color")
    )
    ratio = colours.contrast(background, foreground)
    if background is None or foreground is None or ratio is None:
        return None
    return {
        "background": background,
        "foreground": foreground,
        "name": palette.name_in(pairs, background, foreground),
        "ratio": colours.ratio_text(ratio),
        "readable": ratio >= colours.READABLE,
    }


def _detail(entry: Blocked, called: settings_words.Naming) -> str:
    if entry.reason == Reason.CHANGED:
        return _("Now: %(values)s") % {"values": settings_words.told(entry.found, called=called)}
    if entry.reason == Reason.ABSENT:
        return ", ".join(str(LABELS[name]) for name in entry.absent)
    return ""


def _cost(cost: Cost) -> str:
    needs = ngettext("%(count)s request", "%(count)s requests", cost.requests) % {
        "count": cost.requests
    }
    if cost.left is None or (cost.resets_at and cost.resets_at <= timezone.now()):
        return needs
    left = ngettext("%(count)s left this hour", "%(count)s left this hour", cost.left) % {
        "count": cost.left
    }
    told = f"{needs}; {left}"
    if cost.reserve:
        told += _(", %(count)s of which stay for the key’s owner") % {"count": cost.reserve}
    if cost.is_enough:
        return f"{told}."
    now = max(0, cost.left - cost.reserve)
    if cost.resets_at is None:
        rest = _("%(now)s now, the rest when the hour is over")
    else:
        rest = _("%(now)s now, the rest after %(time)s")
    time = date_format(timezone.localtime(cost.resets_at), "H:i") if cost.resets_at else ""
    return f"{told}: {rest % {'now': now, 'time': time}}."
