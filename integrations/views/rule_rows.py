"""Mapping rules as flat rows for a table, and the words that their pages share."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from integrations import focus
from integrations.access import AdminRequest
from integrations.models import Rule
from integrations.services.changes import BusyError, ConflictError, NotTakenError
from integrations.views.failures import failure

#: What is read of a rule for its row.
FIELDS = ("pk", "rule_id", "title", "project_id", "task_id", "updated_at")
#: Characters of a title in a sentence.
MOST = 80
BUSY = _lazy("Somebody else is saving a rule right now. Try again.")


def flat_rows(request: AdminRequest, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return {url, title, project, task, changed} of each rule; ``rows`` hold FIELDS."""
    return [_flat(request, row) for row in rows]


def told(request: AdminRequest, rule: Rule) -> dict[str, Any]:
    """Return the same of one rule."""
    return _flat(request, {name: getattr(rule, name) for name in FIELDS})


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
        failed = failure(error)
        return f"{failed.title}. {failed.sentence} {failed.advice}", failed.status
    raise error


def _flat(request: AdminRequest, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": reverse("rule", args=[request.workspace.workspace_id, row["pk"]]),
        "title": row["title"] or _("(no title)"),
        "project": row["project_id"] or None,
        "task": row["task_id"] or None,
        "changed": row["updated_at"],
    }
