"""The field for a number of Focus: a workspace, a project, a task."""

from typing import Any

from django import forms

from integrations.services import rows


def number(label: Any, help_text: Any) -> forms.IntegerField:
    """Return a field for an id; a text input keeps what was typed when it is no number."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=rows.MAX_ID,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
