"""Forms for mapping rules: one rule, and the list's search."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.forms.numbers import number
from integrations.services import rows
from integrations.services.rules import Wish

#: Characters of a title; how long Focus lets one be is not published.
MAX_TITLE = 1_000
#: The fields of a target, called as a calendar's are, and their names in a rule.
_TARGETS = {"default_project_id": "project_id", "default_planned_task_id": "task_id"}


class RuleForm(forms.Form):
    """A rule; ``shown`` carries what the page showed, so that somebody else's change is noticed."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=50_000)
    title = forms.CharField(
        label=_("Title of the event"),
        max_length=MAX_TITLE,
        help_text=_(
            "As far as we know, Focus compares whole titles, and neither capitals nor spaces around"
            " a title matter."
        ),
        error_messages={"required": _("Enter the title that the rule is for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    default_project_id = number(
        _("Project"), _("The project’s number. Leave it empty if the task says enough.")
    )
    default_planned_task_id = number(
        _("Task"), _("The task’s number. It should belong to the project.")
    )

    def __init__(self, data: Any = None, *, rule: Wish | None = None) -> None:
        """``rule``: what it says now; None for a new one."""
        now = rule.values if rule else {}
        told: dict[str, Any] = {name: now.get(target) for name, target in _TARGETS.items()}
        told |= {"title": now.get("title"), "shown": json.dumps(now)}
        super().__init__(data, initial=told)

    def clean_shown(self) -> Wish | None:
        """Return what the page showed; None for a new rule, or where the form was damaged."""
        return read_shown(self.cleaned_data["shown"])

    def clean(self) -> None:
        """Keep what nobody touched as it was, and ask for a target."""
        shown: Wish | None = self.cleaned_data.get("shown")
        if shown is not None:
            self._forgive(shown)
        has_target = any(self.cleaned_data.get(name) for name in _TARGETS)
        if not has_target and not any(name in self.errors for name in _TARGETS):
            self.add_error(
                "default_project_id", _("Enter a project or a task: a rule needs one of them.")
            )

    def _forgive(self, shown: Wish) -> None:
        for name, told_as in (*_TARGETS.items(), ("title", "title")):
            now = shown.values[told_as]
            # As a browser sends it from a field of one line, and as it was stripped.
            told = str(now or "").replace("\r", "").replace("\n", "").strip()
            if self.data.get(name, "").strip() == told and (told or name != "title"):
                self.errors.pop(name, None)
                self.cleaned_data[name] = now

    @property
    def wish(self) -> Wish:
        """What the rule shall say; only of a valid form."""
        told = self.cleaned_data
        return Wish(told["title"], *(told[name] or None for name in _TARGETS))


class RuleFilter(forms.Form):
    """The search of the list of rules."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.SearchInput)


def read_shown(text: str) -> Wish | None:
    """Return what a page showed of a rule, from the form that it came back with."""
    try:
        told = json.loads(text)
        title, targets = told["title"], [told[name] for name in _TARGETS.values()]
    except (ValueError, RecursionError, TypeError, LookupError):
        return None
    if not isinstance(title, str) or not all(_is_number(target) for target in targets):
        return None
    return Wish(title, *targets)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int) and abs(value) <= rows.MAX_ID)
