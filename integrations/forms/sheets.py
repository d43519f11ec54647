"""The form that takes a settings file, uploaded or pasted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from integrations.services import sheet_reading
from integrations.services.sheet_problems import SheetError


class SheetForm(forms.Form):
    """A file, or the text of one for those who have none at hand."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV in UTF-8, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    text = forms.CharField(
        label=_("Or paste its lines"),
        required=False,
        strip=False,
        help_text=_(
            "With the line that names the columns. Cells copied from a spreadsheet will do."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "class": "file-text", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Take one of the two."""
        if bool(self.files.get("file")) == bool(self.cleaned_data.get("text")):
            both = self.files.get("file")
            raise forms.ValidationError(
                _("Choose a file or paste its lines, not both.")
                if both
                else _("Choose a file, or paste its lines.")
            )
        return self.cleaned_data

    @property
    def content(self) -> bytes:
        """What was sent, or one byte more than anybody may; only of a valid form."""
        file = self.cleaned_data["file"]
        if file is None:
            text: str = self.cleaned_data["text"]
            return text.encode()
        found: bytes = file.read(sheet_reading.MAX_BYTES + 1)
        return found

    def refuse(self, error: SheetError) -> None:
        """Say at the field that nothing is taken from it."""
        count = len(error.problems) + error.more
        told = ngettext(
            "There is %(count)s problem in it, so nothing was taken from it.",
            "There are %(count)s problems in it, so nothing was taken from it.",
            count,
        )
        self.add_error("file" if self.cleaned_data["file"] else "text", told % {"count": count})
