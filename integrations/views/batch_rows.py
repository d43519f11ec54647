"""What came of a batch, in words: how many of each outcome, and calendar by calendar."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from integrations.access import AdminRequest
from integrations.models import Change
from integrations.services import names, team
from integrations.services.writing import ALREADY_SO
from integrations.views import settings_words, words
from integrations.views.outcomes import of_change
from integrations.views.words import Text

Outcome = Change.Outcome
_ALREADY = Q(outcome=Outcome.DONE, error=ALREADY_SO)

#: Word in the URL to the changes it means, the tag's tone, and what it is called.
STATES: dict[str, tuple[Q, str, Text]] = {
    "saved": (Q(outcome=Outcome.DONE) & ~_ALREADY, "good", _lazy("Saved")),
    "already": (_ALREADY, "good", _lazy("Already so")),
    "failed": (Q(outcome=Outcome.FAILED), "bad", _lazy("Failed")),
    "refused": (Q(outcome=Outcome.REFUSED), "warn", _lazy("Refused")),
    "conflict": (Q(outcome=Outcome.CONFLICT), "warn", _lazy("Changed elsewhere")),
    "unknown": (Q(outcome=Outcome.UNKNOWN), "warn", _lazy("Outcome unknown")),
    "sending": (Q(outcome=Outcome.SENDING), "neutral", _lazy("Being sent")),
    "waiting": (Q(outcome=Outcome.INTENDED), "neutral", _lazy("Waiting")),
}
#: What a state is called after a number: "3 saved".
COUNTED: dict[str, Text] = {
    "saved": _lazy("saved"),
    "already": _lazy("already so"),
    "failed": _lazy("failed"),
    "refused": _lazy("refused"),
    "conflict": _lazy("changed elsewhere"),
    "unknown": _lazy("outcome unknown"),
    "sending": _lazy("being sent"),
    "waiting": _lazy("waiting"),
}


def counts(found: QuerySet[Change]) -> dict[str, int]:
    """Return {state: how many changes} of the states that there are."""
    grouped = found.order_by().values_list("outcome", "error").annotate(number=Count("pk"))
    counted: Counter[str] = Counter()
    for outcome, error, number in grouped:
        counted[_state(outcome, error)] += number
    return {name: counted[name] for name in STATES if counted[name]}


def flat_rows(request: AdminRequest, found: list[Change]) -> list[dict[str, Any]]:
    """Return a flat row for each change; what this person may not see by name has none."""
    closed = team.closed_calendars(found, request.user)
    visible = {source.key_id for source in request.sources}
    values = [values for change in found for values in (change.after, change.found)]
    known = names.of_values(request.sources, values)
    twins = Counter((change.email, change.calendar_name) for change in found)
    return [
        _flat(
            change,
            known,
            is_named=change.key in visible and change.calendar_id not in closed,
            is_twin=twins[change.email, change.calendar_name] > 1,
        )
        for change in found
    ]


def _flat(change: Change, known: names.Names, *, is_named: bool, is_twin: bool) -> dict[str, Any]:
    state = _state(change.outcome, change.error)
    _condition, tone, label = STATES[state]
    failure = None if state in ("saved", "already") else of_change(change)

    def called(field: str, value: Any) -> names.Named | None:
        return names.from_copy(change.names, field, value) or known.value(field, value)

    name = words.calendar_label(change.calendar_name, change.external_id, ambiguous=is_twin)
    return {
        "name": name if is_named else _("A calendar that you may not see"),
        "url": reverse("change", args=[change.workspace_id, change.pk]) if is_named else "",
        # Where the keyboard is must be found again when the page follows the batch.
        "id": f"change-{change.position}",
        "email": change.email,
        "provider": words.provider_label(change.provider),
        "wish": settings_words.values(change.after, called=called),
        "tone": tone,
        "state": label,
        "title": failure.title if failure else "",
        "sentence": failure.sentence if failure else "",
        "found": settings_words.told(change.found, called=called) if change.found else "",
    }


def _state(outcome: str, error: str) -> str:
    if outcome == Outcome.DONE:
        return "already" if error == ALREADY_SO else "saved"
    return _STATE_OF[outcome]


_STATE_OF: dict[str, str] = {
    Outcome.FAILED: "failed",
    Outcome.REFUSED: "refused",
    Outcome.CONFLICT: "conflict",
    Outcome.UNKNOWN: "unknown",
    Outcome.SENDING: "sending",
    Outcome.INTENDED: "waiting",
}
