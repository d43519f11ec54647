"""Kept settings: offered where an address was connected again, previewed, or declined."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.models import Account
from integrations.services import restoring, snapshots

#: How many an account's page lists.
LENGTH = 5


@require_POST
@access.requires(Role.EDITOR)
def restore(request: AdminRequest, workspace_id: int, pk: int, snapshot_id: UUID) -> HttpResponse:
    """POST: draft that an account's calendars get kept settings, and show what that changes."""
    account = access.account(request, workspace_id, pk)
    snapshot = get_object_or_404(snapshots.of_account(account), pk=snapshot_id)
    if account.gone_at is not None:
        messages.info(request, _("%s is disconnected. Connect it again first.") % account)
        return redirect("account", workspace_id, pk)
    draft = restoring.draft(snapshot, account, person=request.user)
    return redirect("draft-preview", workspace_id, draft.pk)


@require_POST
@access.requires(Role.EDITOR)
def decline(request: AdminRequest, workspace_id: int, pk: int, snapshot_id: UUID) -> HttpResponse:
    """POST: offer kept settings no more; they stay on the account's page."""
    account = access.account(request, workspace_id, pk)
    snapshots.answer(get_object_or_404(snapshots.of_account(account), pk=snapshot_id))
    messages.info(request, _("Not offered any more. They stay under “Kept settings” below."))
    return redirect("account", workspace_id, pk)


def told(account: Account) -> dict[str, Any]:
    """Return the context of an account's page: what is offered, and what was kept of it."""
    return {
        "offer": restoring.offer(account),
        "kept": [
            {
                "pk": row.pk,
                "taken_at": row.taken_at,
                "reason": row.get_reason_display(),
                "number": len(row.calendars),
                "about": _("what was kept on %s")
                % date_format(timezone.localtime(row.taken_at), "SHORT_DATETIME_FORMAT"),
            }
            for row in snapshots.of_account(account)[:LENGTH]
        ],
    }
