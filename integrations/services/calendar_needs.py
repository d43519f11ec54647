"""Calendars that somebody has to decide about, or whose settings cannot be what anybody wants.

What is switched off does nobody any harm, so but for a decision only calendars that are on count.
"""

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from django.db.models import Count, Q

from focusadmin.identity.models import User
from integrations.models import Source
from integrations.services import colours, team
from integrations.services.needs import Kind, Need

#: What is read of a calendar for its line.
FIELDS = (
    "pk",
    "calendar_id",
    "name",
    "external_id",
    "background_color",
    "foreground_color",
    "contrast",
    "selected",
    "default_workspace_id",
    "default_project_id",
    "default_planned_task_id",
    "undecided_since",
    "account_id",
    "account__integration_id",
    "account__email",
    "account__provider",
    "account__source_id",
    "account__source__key_id",
)
Entry = dict[str, Any]
#: How many external ids a query names at once.
CHUNK = 500


def find(sources: list[Source], person: User, workspaces: Collection[int]) -> list[Need]:
    """Return the needs of all calendars that a person sees by name.

    Three queries, or a few more where hundreds are there twice.

    ``workspaces``: the numbers of those that people may open.
    """
    everything = team.calendars(sources, person)
    is_on = Q(selected=True)
    low = is_on & Q(contrast__lt=colours.READABLE)
    lost = is_on & Q(default_workspace_id__gt=0) & ~Q(default_workspace_id__in=workspaces)
    asked = Q(undecided_since__isnull=False) | low | lost
    found: list[Need] = []
    rows = everything.filter(asked).order_by("account__search", "search", "pk").values(*FIELDS)
    for entry in rows:
        if entry["undecided_since"]:
            found.append(_new(entry))
        if entry["selected"] and entry["contrast"] and entry["contrast"] < colours.READABLE:
            found.append(_colour(entry))
        if entry["selected"] and _is_lost(entry, workspaces):
            found.append(_default(entry))
    return found + _twins(sources, person)


def subject(entry: Entry) -> str:
    """Return what a calendar is told by, whoever looks."""
    return f"{entry['account__integration_id']}:{entry['calendar_id']}"


def _new(entry: Entry) -> Need:
    facts = (entry["undecided_since"], bool(entry["selected"]))
    return Need(Kind.NEW, subject(entry), facts, entry, since=entry["undecided_since"])


def _colour(entry: Entry) -> Need:
    facts = (entry["background_color"], entry["foreground_color"])
    return Need(Kind.COLOUR, subject(entry), facts, entry)


def _is_lost(entry: Entry, workspaces: Collection[int]) -> bool:
    number = entry["default_workspace_id"] or 0
    return number > 0 and number not in workspaces


def _default(entry: Entry) -> Need:
    facts = ("workspace", entry["default_workspace_id"])
    return Need(Kind.DEFAULT, subject(entry), facts, entry)


def _twins(sources: list[Source], person: User) -> list[Need]:
    """Return a need for each calendar that is on in several accounts of the same key."""
    on = team.calendars(sources, person).filter(selected=True).exclude(external_id="").order_by()
    places = on.values("account__source_id", "external_id").annotate(
        accounts=Count("account_id", distinct=True)
    )
    shared = {
        (row["account__source_id"], row["external_id"]) for row in places.filter(accounts__gt=1)
    }
    wanted = sorted({external_id for _source, external_id in shared})
    groups: dict[tuple[int, str], list[Entry]] = {}
    for start in range(0, len(wanted), CHUNK):
        found = on.filter(external_id__in=wanted[start : start + CHUNK]).order_by("search", "pk")
        for entry in found.values(*FIELDS):
            key = (entry["account__source_id"], entry["external_id"])
            if key in shared:
                groups.setdefault(key, []).append(entry)
    return [_twin(same) for same in groups.values()]


def _twin(same: list[Entry]) -> Need:
    places = sorted(subject(entry) for entry in same)
    told = "\n".join((same[0]["external_id"], *places))
    return Need(Kind.TWIN, sha256(told.encode()).hexdigest()[:32], tuple(places), same)
