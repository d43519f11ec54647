"""Which calendars a list's query finds: for the list, and for a bulk edit of all that match."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from integrations.access import AdminRequest
from integrations.forms.filters import CalendarFilter
from integrations.models import Account, Calendar
from integrations.services import colours, palette, team
from integrations.views import listing, words

#: ``search`` begins with the name, folded: upper and lower case sort as one.
SORTS = {
    "name": ("search", "pk"),
    "account": ("account__search", "search", "pk"),
    "on": ("selected", "search", "pk"),
    "contrast": ("contrast", "pk"),
    "project": ("default_project_id", "search", "pk"),
}
#: How many primary keys a query names at once.
CHUNK = 500


@dataclass(frozen=True)
class Found:
    """What a query says, every calendar that this person sees, and those that match."""

    form: CalendarFilter
    everything: QuerySet[Calendar]
    matching: QuerySet[Calendar]


def find(request: AdminRequest, values: QueryDict) -> Found:
    """Return what the filters in ``values`` leave of the calendars of this page's sources."""
    form = CalendarFilter(
        values,
        accounts=choices(request),
        people=listing.people(request),
        backgrounds=palette.backgrounds(request.workspace),
    )
    everything = team.calendars(request.sources, request.user)
    return Found(form, everything, _filtered(everything, listing.chosen(form)))


def choices(request: AdminRequest) -> list[tuple[int, str]]:
    """Return (primary key, label) of the accounts that a list may be filtered by."""
    accounts = team.accounts(request.sources, request.user)
    return [(pk, f"{email} ({provider})") for pk, email, provider in _labels(accounts)]


def matching(request: AdminRequest, query: str) -> list[int]:
    """Return the primary keys of all calendars that an encoded query finds, by account.

    A list shows more where one of its filters makes no sense any more, such as an account that is
    gone. What is to be changed must never be more than was asked for: then nothing is found.
    """
    values = QueryDict(query)
    found = find(request, values)
    chosen = listing.chosen(found.form)
    if any(values.get(name) and name not in chosen for name in CalendarFilter.base_fields):
        return []
    return list(found.matching.order_by(*SORTS["account"]).values_list("pk", flat=True))


def seen(request: AdminRequest, pks: Iterable[int]) -> list[int]:
    """Return those of the calendars that this person sees in the workspace, by account."""
    everything = team.calendars(request.sources, request.user)
    wanted = list(pks)
    found = [
        row
        for start in range(0, len(wanted), CHUNK)
        for row in everything.filter(pk__in=wanted[start : start + CHUNK]).values_list(
            "account__search", "search", "pk"
        )
    ]
    return [pk for _account, _name, pk in sorted(found)]


def _labels(accounts: QuerySet[Account]) -> list[tuple[int, str, str]]:
    return [
        (pk, email, words.provider_label(provider))
        for pk, email, provider in accounts.order_by("email", "pk").values_list(
            "pk", "email", "provider"
        )
    ]


def _filtered(found: QuerySet[Calendar], chosen: dict[str, Any]) -> QuerySet[Calendar]:
    if chosen.get("q"):
        found = found.filter(search__contains=chosen["q"].casefold())
    if chosen.get("account"):
        found = found.filter(account=chosen["account"])
    if chosen.get("person"):
        found = found.filter(account__source__key=chosen["person"])
    if chosen.get("colour"):
        found = found.filter(_has_background(chosen["colour"]))
    for name, conditions in _CONDITIONS.items():
        if chosen.get(name):
            found = found.filter(conditions[chosen[name]])
    return found


def _has_background(asked: str) -> Q:
    """Return the condition on calendars with a background, however Focus spells it."""
    condition = Q()
    for spelling in colours.spellings(asked):
        condition |= Q(background_color__iexact=spelling)
    return condition


_HAS_PROJECT = Q(default_project_id__gt=0)
#: Filter to choice to condition; a missing value is off, and a project 0 is none.
_CONDITIONS = {
    "on": {"yes": Q(selected=True), "no": Q(selected=False) | Q(selected=None)},
    "project": {"yes": _HAS_PROJECT, "no": Q(default_project_id=None) | ~_HAS_PROJECT},
    "new": {"yes": Q(undecided_since__isnull=False)},
    "contrast": {
        "low": Q(contrast__lt=colours.READABLE),
        "good": Q(contrast__gte=colours.READABLE),
        "unknown": Q(contrast=None),
    },
}
