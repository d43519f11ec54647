"""What a draft and its batch are called, by what they came from."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from integrations.models import Batch, Draft
from integrations.services.plans import Plan

Kind = Batch.Kind
Text = str | Promise


@dataclass(frozen=True)
class DraftWords:
    """The preview's heading, what it is about, and the button's verb."""

    heading: Text
    run: Text


#: What is shown before it is done, and what the button does.
_HEADINGS = {
    Kind.EDIT: _("Preview of your bulk edit"),
    Kind.UNDO: _("Preview of the undo"),
    Kind.RETRY: _("Preview of what is tried again"),
    Kind.IMPORT: _("Preview of the import"),
    Kind.RESTORE: _("Preview of the settings that were kept"),
    Kind.KEEP: _("Preview of keeping the earlier colours"),
}
_RUN = {
    Kind.EDIT: ngettext_lazy("Change %(count)s calendar", "Change %(count)s calendars", "count"),
    Kind.UNDO: ngettext_lazy(
        "Undo it for %(count)s calendar", "Undo it for %(count)s calendars", "count"
    ),
    Kind.RETRY: ngettext_lazy(
        "Try %(count)s calendar again", "Try %(count)s calendars again", "count"
    ),
    Kind.IMPORT: ngettext_lazy(
        "Import to %(count)s calendar", "Import to %(count)s calendars", "count"
    ),
    Kind.KEEP: ngettext_lazy(
        "Give %(count)s calendar its earlier colours back",
        "Give %(count)s calendars their earlier colours back",
        "count",
    ),
    Kind.RESTORE: ngettext_lazy(
        "Re-apply to %(count)s calendar", "Re-apply to %(count)s calendars", "count"
    ),
}


def of(draft: Draft, plan: Plan) -> DraftWords:
    """Return the words for a draft that comes to ``plan``."""
    kind = Kind(draft.kind)
    return DraftWords(_HEADINGS[kind], _RUN[kind] % {"count": len(plan.steps)})


def title(batch: Batch, total: int) -> str:
    """Return what a batch is called: "Bulk edit of 43 calendars"."""
    told = ngettext("%(kind)s of %(count)s calendar", "%(kind)s of %(count)s calendars", total)
    return told % {"kind": Kind(batch.kind).label, "count": total}
