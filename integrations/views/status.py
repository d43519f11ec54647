"""Status, for managers: how Focusadmin itself is. Everything is what was seen last."""

from django.http import HttpResponse
from django.shortcuts import render

from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.services import mailing, overview, versions
from integrations.views import status_rows, status_words


@access.requires(Role.MANAGER)
def show(request: AdminRequest) -> HttpResponse:
    """GET: versions, worker, queue, keys with their quota, last errors, a text for support."""
    found = status_rows.Status(
        versions=versions.here(),
        workers=overview.heartbeat(),
        batches=overview.batch_states(),
        accounts=overview.account_states(),
        mail=mailing.waiting(),
        keys=status_rows.keys_of(request),
        errors=status_rows.errors_of(request),
    )
    alive, last_beat = found.workers
    context = {
        "nav": "status",
        "versions": found.versions,
        "workers": alive,
        "last_beat": last_beat,
        "batches": found.batches,
        "mail": found.mail,
        "mail_is_on": mailing.is_on(),
        "keys": found.keys,
        "errors": found.errors,
        "verdicts": status_words.verdicts(found),
        "support": status_words.support(found, request.request_id),
    }
    return render(request, "status/show.html", context)
