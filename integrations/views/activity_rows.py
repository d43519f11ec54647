"""Changes as flat rows for a table: sentences and links ready, nothing left for the template."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from integrations.access import AdminRequest
from integrations.forms.bulk import LABELS
from integrations.models import Batch, Change
from integrations.services import team
from integrations.views import change_values, draft_words, history, words

_SHOWN = (
    "action",
    "outcome",
    "workspace_id",
    "created_at",
    "calendar_id",
    "calendar_name",
    "email",
    "provider",
    "after",
    "found",
    "actor_name",
    "key_label",
    "note",
    "batch_id",
    "undoes",
)


def flat_rows(request: AdminRequest, pks: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return a dict of display values for each change, in the order of their ids.

    The calendars' names are told as far as the person may see them. ``batch`` is on the first of
    several that were made together: {url, title}.
    """
    order = list(pks)
    found = Change.objects.only(*_SHOWN).in_bulk(order)
    page = [found[pk] for pk in order if pk in found]
    nameless = team.nameless(page, request.user)
    several = len({source.key_id for source in request.sources}) > 1
    batches = _batches(request.workspace.workspace_id, page)
    before: list[Change | None] = [None, *page]
    return [
        _flat(change, named=change.pk not in nameless, several=several)
        | {"batch": batches.get(change.batch_id) if _is_first(change, earlier) else None}
        for change, earlier in zip(page, before, strict=False)
    ]


def _flat(change: Change, *, named: bool, several: bool) -> dict[str, Any]:
    return {
        "url": reverse("change", args=[change.workspace_id, change.pk]),
        "at": change.created_at,
        "deed": history.deed(change, named=named),
        "fields": ", ".join(str(label) for name, label in LABELS.items() if name in change.after),
        "account": change.email if change.calendar_id else "",
        "instead": change_values.chosen_instead(change),
        "who": change.actor_name,
        "through": words.through(change.key_label) if several else "",
        "outcome": change.get_outcome_display(),
        "tone": words.OUTCOME_TONES[Change.Outcome(change.outcome)],
        "note": change.note,
        "in_batch": change.batch_id is not None,
    }


def _is_first(change: Change, earlier: Change | None) -> bool:
    return earlier is None or change.batch_id != earlier.batch_id


def _batches(workspace_id: int, found: list[Change]) -> dict[UUID | None, dict[str, Any]]:
    """Return {batch's id: its link and title} of those in a list."""
    wanted = {change.batch_id for change in found if change.batch_id is not None}
    numbered = Batch.objects.filter(pk__in=wanted).annotate(number=Count("change"))
    return {
        batch.pk: {
            "url": reverse("batch", args=[workspace_id, batch.pk]),
            "title": draft_words.title(batch, batch.number),
        }
        for batch in numbered
    }
