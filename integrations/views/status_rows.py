"""The keys and the errors of the status page, as far as a manager may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from integrations.access import AdminRequest
from integrations.models import Change, Quota, Source
from integrations.services import keys, overview, standing, workspaces
from integrations.services.key_states import KeyState
from integrations.services.mailing import Waiting
from integrations.services.record import by_removed_key
from integrations.services.standing import Holder
from integrations.services.versions import Versions
from integrations.views import outcomes, people_rows, people_words, words

#: As many of the newest as are shown.
ERRORS = 10
#: Keys beyond these are on the page of people.
KEYS = 100
#: What a change came to where something went wrong on the way, and not by anybody's wish.
_WRONG = (Change.Outcome.FAILED, Change.Outcome.UNKNOWN)


@dataclass(frozen=True)
class Status:
    """Everything that the page and its text for support are made of."""

    versions: Versions
    #: How many are there, and when one last said so.
    workers: tuple[int, datetime | None]
    batches: dict[str, int]
    accounts: dict[str, int]
    mail: Waiting
    keys: list[dict[str, Any]]
    errors: list[dict[str, Any]]


def keys_of(request: AdminRequest) -> list[dict[str, Any]]:
    """Return the shared key and people's, those with problems first."""
    people = [holder for holder in standing.people(request.user) if holder.key is not None]
    found = [
        standing.shared(keys.shared()),
        *people_rows.arranged(people, "attention", reverse=False),
    ]
    quotas: dict[Any, list[Quota]] = {}
    for row in overview.hours():
        quotas.setdefault(row.key_id, []).append(row)
    places = _places()
    return [_key(holder, quotas, places) for holder in found[:KEYS]]


def _places() -> dict[tuple[int | None, int | None], str]:
    """Return the workspaces that share an hour by the two numbers that a quota has."""
    found: dict[tuple[int | None, int | None], list[str]] = {}
    for row in workspaces.visible():
        own = None if row.organization_id else row.workspace_id
        found.setdefault((row.organization_id, own), []).append(row.label)
    return {numbers: ", ".join(labels) for numbers, labels in found.items()}


def _key(
    holder: Holder,
    quotas: dict[Any, list[Quota]],
    places: dict[tuple[int | None, int | None], str],
) -> dict[str, Any]:
    shown = holder.key_state != KeyState.PRIVATE
    pk = holder.key.pk if holder.key else None
    hours = [
        {
            "left": row.remaining,
            "most": row.most,
            "resets_at": row.resets_at,
            "where": places.get((row.organization_id, row.workspace_id), ""),
        }
        for row in (quotas.get(pk, []) if shown else [])
    ]
    row = people_rows.flat(holder)
    kept = ("url", "name", "email", "disabled", "key_state", "tone", "good_at", "knows")
    return {name: row[name] for name in kept} | {
        "number": str(pk)[:8],
        "state": holder.key_state.value,
        "hours": hours,
    }


def errors_of(request: AdminRequest) -> list[dict[str, Any]]:
    """Return what went wrong last with Focus, the newest first: reads, then writes."""
    seen = [key.pk for key in keys.visible_to(request.user, request.role)]
    rows = [*_reads(request, seen), *_writes(seen)]
    return sorted(rows, key=lambda row: row["at"], reverse=True)[:ERRORS]


def _reads(request: AdminRequest, seen: list[Any]) -> Iterable[dict[str, Any]]:
    found = Source.objects.filter(key__in=seen, workspace__in=workspaces.visible())
    found = found.exclude(last_error="").filter(last_error_at__isnull=False)
    for row in found.select_related("key__owner", "workspace").order_by("-last_error_at")[:ERRORS]:
        yield {
            "at": row.last_error_at,
            "url": "",
            "what": people_words.source_problem(row),
            "where": row.workspace.label,
            "key": words.key_name(row.key, request.user),
            "number": str(row.key_id)[:8],
            "code": row.last_error,
            "trace": row.last_error_trace,
            "request": "",
        }


def _writes(seen: list[Any]) -> Iterable[dict[str, Any]]:
    shown = Q(key__in=seen) | by_removed_key()
    numbers = set(workspaces.visible().values_list("workspace_id", flat=True))
    found = Change.objects.filter(shown, outcome__in=_WRONG, workspace_id__in=numbers)
    for row in found.order_by("-created_at", "pk")[:ERRORS]:
        told = outcomes.of_change(row)
        yield {
            "at": row.finished_at or row.created_at,
            "url": reverse("change", args=[row.workspace_id, row.pk]),
            "what": f"{row.get_action_display()}: {told.title if told else row.error}",
            "where": row.workspace_label,
            "key": row.key_name,
            "number": str(row.key)[:8],
            "code": row.error or row.outcome,
            "trace": row.trace_id,
            "request": row.request_id,
        }
