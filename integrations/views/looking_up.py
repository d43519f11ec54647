"""Having names looked up: the button, what it offers, and what came of it in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.services import freshness, name_reading, names
from integrations.views import listing, naming
from integrations.views.failures import failure
from integrations.views.words import Text


@dataclass(frozen=True)
class Offer:
    """What a page with numbers says of their names."""

    #: Numbers on the page without a name.
    unknown: int
    #: When names were last read to their end.
    read_at: datetime | None
    #: Why there are none, in a sentence; empty where they may be had.
    refusal: Text

    @property
    def is_old(self) -> bool:
        """Whether names may have changed since; told with every look."""
        return self.read_at is not None and timezone.now() - self.read_at > names.max_age()


@require_POST
@access.requires(Role.VIEWER)
def look_up(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """POST: read the names of projects and tasks that are due, then back to the button."""
    access.workspace(request, workspace_id)
    sources = [source for source in request.sources if not freshness.is_outside(source)]
    done = name_reading.look_up_all(sources, by=access.actor(request))
    if done.error is not None:
        messages.warning(request, sentence(done.error))
    elif done.is_partial:
        messages.info(request, _("There are more names than are read at once. Look up the rest."))
    elif done.requests:
        told = ngettext(
            "Names were looked up with %(count)s request.",
            "Names were looked up with %(count)s requests.",
            done.requests,
        )
        messages.success(request, told % {"count": done.requests})
    else:
        messages.info(request, _("All names that Focus shows were read not long ago."))
    return redirect(listing.safe_next(request, listing.calendars_at(workspace_id, "")))


def offer(request: AdminRequest, rows: Iterable[dict[str, Any]]) -> Offer | None:
    """Return what to say of the names in a list's rows; None where it shows no numbers."""
    shown = [row[name] for row in rows for name in ("project", "task") if row[name]]
    if not shown:
        return None
    code, read_at = name_reading.state(request.sources)
    return Offer(naming.unknown(shown), read_at, REFUSALS.get(code, ""))


def sentence(error: focus.FocusError) -> str:
    """Say why names could not be looked up, and what to do."""
    if error.code in REFUSALS:
        return str(REFUSALS[error.code])
    if error.code == freshness.ReserveError.code:
        return _(
            "Names were not all looked up: the hour’s last requests are left to the key’s owner."
            " Try again when the hour is over."
        )
    return failure(error).words


#: What is told where there are no names, by the code of the error.
REFUSALS: dict[str, Text] = {
    "not-found": _lazy(
        "Focus does not offer the names of projects and tasks here, so they are shown by number."
    ),
    "forbidden": _lazy(
        "Focus does not show this key the names of projects and tasks, so they are shown by number."
    ),
    "no-organization": _lazy(
        "The names of projects and tasks need the organization’s number, which is not known for"
        " this workspace, so they are shown by number."
    ),
}
