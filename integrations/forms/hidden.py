"""The form of a calendar's hidden events: one iCal uid a line."""

import json
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.services.hiding import MAX_UIDS

#: Characters of a uid; nobody publishes how long one may be.
MAX_UID = 1_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class HiddenForm(forms.Form):
    """All of them together; ``shown`` carries what the page showed, null where nobody knew."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1_000_000)
    uids = forms.CharField(
        label=_("iCal uids of hidden events"),
        required=False,
        strip=False,
        max_length=1_000_000,
        help_text=_(
            "One a line, at most 500. It is the identifier that an event has in its calendar file,"
            " such as 4f0c2a@google.com; all occurrences of a series share one."
        ),
        widget=forms.Textarea(
            attrs={"rows": 10, "class": "file-text", "spellcheck": "false", "autocomplete": "off"}
        ),
    )

    def __init__(self, data: Any = None, *, known: tuple[str, ...] | None) -> None:
        """``known``: those that are hidden as far as anybody can tell."""
        told = None if known is None else list(known)
        lines = "\n".join(known or ())
        super().__init__(data, initial={"uids": lines, "shown": json.dumps(told)})

    def clean_shown(self) -> list[str] | None:
        """Return what the page showed; raises ValidationError for a damaged form."""
        try:
            told = json.loads(self.cleaned_data["shown"])
        except (ValueError, RecursionError):
            told = 0
        is_list = isinstance(told, list) and all(isinstance(uid, str) for uid in told)
        if told is not None and not is_list:
            raise forms.ValidationError(_("This form was damaged on its way. Load the page again."))
        return told if is_list else None

    def clean_uids(self) -> list[str]:
        """Return the uids, each once, in the order of their lines."""
        found: dict[str, None] = {}
        for number, line in enumerate(self.cleaned_data["uids"].splitlines(), 1):
            uid = line.strip()
            if len(uid) > MAX_UID:
                told = _("Line %(line)s is longer than %(most)s characters, which no uid is.")
                raise forms.ValidationError(told % {"line": number, "most": MAX_UID})
            if _CONTROL.search(uid):
                told = _("Line %(line)s holds a character that cannot be seen.")
                raise forms.ValidationError(told % {"line": number})
            if uid:
                found[uid] = None
        if len(found) > MAX_UIDS:
            told = _("These are %(count)s events. Focus hides at most %(most)s of a calendar.")
            raise forms.ValidationError(told % {"count": len(found), "most": MAX_UIDS})
        return list(found)
