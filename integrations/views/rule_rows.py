"""Mapping rules as flat rows for a table, and the words that their pages share."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from integrations import focus
from integrations.access import AdminRequest
from integrations.models import Rule, Source
from integrations.services import names
from integrations.services.changes import BusyError, ConflictError, NotTakenError
from integrations.views import naming
from integrations.views.failures import unsaved

#: What is read of a rule for its row.
FIELDS = ("pk", "rule_id", "title", "project_id", "task_id", "updated_at")
#: Characters of a title in a sentence.
MOST = 80
BUSY = _lazy("Somebody else is saving a rule right now. Try again.")


def flat_rows(request: AdminRequest, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return {url, title, project, task, changed} of each rule; ``rows`` hold FIELDS.

    Project and task are naming.Told, or None.
    """
    rows = list(rows)
    known = names.of_values(_sources(request), rows)
    return [_flat(request, row, known) for row in rows]


def told_all(request: AdminRequest, rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return the same of rules."""
    return flat_rows(request, [{name: getattr(rule, name) for name in FIELDS} for rule in rules])


def told(request: AdminRequest, rule: Rule) -> dict[str, Any]:
    """Return the same of one rule."""
    return told_all(request, [rule])[0]


def told_values(request: AdminRequest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return {title, project, task} of what a rule says by the record's names."""
    known = names.of_values(_sources(request), [values])
    return {
        "title": values.get("title", ""),
        "project": naming.told(known.project(values.get("project_id"))),
        "task": naming.told(known.task(values.get("task_id"))),
    }


def short(title: str) -> str:
    """Return a title as it is said in a sentence."""
    return Truncator(title).chars(MOST)


def refusal(error: Exception) -> tuple[str, int]:
    """Return why a rule was not written, in words, and the status of the page that says so."""
    if isinstance(error, ConflictError):
        told = _("Somebody has changed this rule since you opened it. Save again to replace that.")
        return told, HTTPStatus.CONFLICT
    if isinstance(error, NotTakenError):
        return _(
            "Focus answered, but took over something else. The list shows what it has."
        ), HTTPStatus.CONFLICT
    if isinstance(error, BusyError):
        return str(BUSY), HTTPStatus.CONFLICT
    if isinstance(error, focus.NotFoundError):
        return _(
            "Focus answered that it has no such rule, or no rules at all. Nothing was written."
        ), HTTPStatus.NOT_FOUND
    if isinstance(error, focus.FocusError):
        failed = unsaved(error)
        return failed.words, failed.status
    raise error


def _sources(request: AdminRequest) -> list[Source]:
    """Return a page's sources, the one whose rules they are first."""
    others = (source for source in request.sources if source.pk != request.source.pk)
    return [request.source, *others]


def _flat(request: AdminRequest, row: dict[str, Any], known: names.Names) -> dict[str, Any]:
    return {
        "url": reverse("rule", args=[request.workspace.workspace_id, row["pk"]]),
        "title": row["title"] or _("(no title)"),
        "project": naming.told(known.project(row["project_id"])),
        "task": naming.told(known.task(row["task_id"])),
        "changed": row["updated_at"],
    }
