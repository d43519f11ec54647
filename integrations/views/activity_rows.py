"""Changes as flat rows for a table: sentences and links ready, nothing left for the template."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst

from integrations.access import AdminRequest
from integrations.forms.calendars import CalendarForm
from integrations.models import Change
from integrations.services import team
from integrations.views import history, words

#: A calendar's fields, as its form calls them.
LABELS = {name: field.label for name, field in CalendarForm.base_fields.items()}
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
    "actor_name",
    "key_label",
    "note",
    "batch_id",
)


def flat_rows(request: AdminRequest, pks: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return a dict of display values for each change, in the order of their ids.

    The calendars' names are told as far as the person may see them.
    """
    order = list(pks)
    found = Change.objects.only(*_SHOWN).in_bulk(order)
    page = [found[pk] for pk in order if pk in found]
    nameless = team.nameless(page, request.user)
    several = len({source.key_id for source in request.sources}) > 1
    return [
        {
            "url": reverse("change", args=[change.workspace_id, change.pk]),
            "at": change.created_at,
            "deed": history.deed(change, named=change.pk not in nameless),
            "fields": ", ".join(str(LABELS[name]) for name in change.after if name in LABELS),
            "account": change.email if change.calendar_id else "",
            "who": change.actor_name,
            "key": capfirst(change.key_label) if several else "",
            "outcome": change.get_outcome_display(),
            "tone": words.OUTCOME_TONES[Change.Outcome(change.outcome)],
            "note": change.note,
        }
        for change in page
    ]
