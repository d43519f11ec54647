"""Forms for workspaces: add one, rename one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from focusadmin import parsers
from focusadmin.parsers import WorkspaceConfig
from integrations.models import Workspace


class WorkspaceForm(forms.Form):
    """A workspace to add: its number or a pasted address, and what to call it."""

    where = forms.CharField(
        label=_("Workspace"),
        max_length=500,
        help_text=_(
            "Its number, organization/workspace, or the address of one of its pages in Focus."
        ),
        error_messages={"required": _("Enter the workspace’s number or address.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(
        label=_("Label"),
        max_length=parsers.MAX_LABEL,
        required=False,
        help_text=_("What people here call it. Left empty, it is called by its number."),
    )
    anyway = forms.BooleanField(
        label=_("Add it all the same"),
        required=False,
        help_text=_("Somebody’s own key may see what the shared key does not."),
    )

    #: Focus refuses the shared key there: whether to add it all the same is asked.
    asks_again = False

    def clean_where(self) -> WorkspaceConfig:
        """Return the numbers that were entered."""
        text: str = self.cleaned_data["where"]
        try:
            if "=" in text.partition("://")[0] or ";" in text:
                raise ValueError("it is more than one workspace")
            [entry] = parsers.workspaces(text)
        except ValueError:
            raise forms.ValidationError(
                _(
                    "Enter one workspace: its number such as 4400001, 5500001/4400001 with its"
                    " organization, or an address that holds /workspaces/4400001."
                )
            ) from None
        return entry

    @property
    def entry(self) -> WorkspaceConfig:
        """The workspace to add; only of a valid form."""
        found: WorkspaceConfig = self.cleaned_data["where"]
        label = self.cleaned_data["label"] or found.label
        return WorkspaceConfig(label, found.workspace_id, found.organization_id)

    def ask_again(self, sentence: str) -> None:
        """Say why it was not added, and offer to add it nevertheless."""
        self.add_error("where", sentence)
        self.asks_again = True


class RenameForm(forms.Form):
    """What a workspace is called, and what it was called when the form was shown."""

    label = forms.CharField(
        label=_("Label"),
        max_length=parsers.MAX_LABEL,
        error_messages={"required": _("Enter what people here call the workspace.")},
    )
    shown = forms.CharField(
        max_length=parsers.MAX_LABEL, required=False, strip=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data, initial={"label": workspace.label, "shown": workspace.label})

    def again(self, workspace: Workspace) -> "RenameForm":
        """Return the form with what was typed, for a label that somebody else has set."""
        data = {"label": self.cleaned_data["label"], "shown": workspace.label}
        form = RenameForm(data, workspace=workspace)
        sentence = _(
            "Somebody has called it “%s” since you opened this page. Save again to replace that."
        )
        form.add_error("label", sentence % workspace.label)
        return form
