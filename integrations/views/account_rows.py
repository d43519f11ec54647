"""Accounts as flat rows for their table: strings and links ready, nothing left for the template."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from integrations.access import AdminRequest
from integrations.models import Account
from integrations.services import keys
from integrations.views import words
from integrations.views.moments import moment


def flat_rows(request: AdminRequest, accounts: Iterable[Any]) -> list[dict[str, Any]]:
    """Return a dict of display values for each account; they carry the counts of calendars."""
    found = list(accounts)
    also = seen_also(request, found)
    usable = set(keys.usable_by(request.user, request.role).values_list("pk", flat=True))
    return [
        _flat(account, request.workspace.workspace_id)
        | {
            "also": ", ".join(also.get(account.integration_id, [])),
            "usable": account.source.key_id in usable,
        }
        for account in found
    ]


def checked(request: AdminRequest, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with when each account was checked last: every look changes that alone."""
    read_at = {source.pk: source.last_good_at for source in request.sources}
    return [
        row | {"checked": moment(max(filter(None, (read_at[row["source"]], row["seen_at"]))))}
        for row in rows
    ]


def seen_also(request: AdminRequest, accounts: Iterable[Account]) -> dict[int, list[str]]:
    """Return {integration id: the other keys through which the same account is seen}."""
    shown = {account.integration_id: account.pk for account in accounts}
    if len(request.sources) < 2:
        return {}
    others = (
        Account.objects.filter(source__in=request.sources, integration_id__in=shown, gone_at=None)
        .exclude(pk__in=shown.values())
        .select_related("source__key__owner")
        .only("integration_id", "source__key__owner")
    )
    found: dict[int, list[str]] = {}
    for other in others:
        found.setdefault(other.integration_id, []).append(
            words.key_name(other.source.key, request.user)
        )
    return found


def _flat(account: Any, workspace_id: int) -> dict[str, Any]:
    state = Account.State(account.state)
    return {
        "pk": account.pk,
        "url": reverse("account", args=[workspace_id, account.pk]),
        "email": str(account),
        "provider": words.provider_label(account.provider),
        "state": str(state.label),
        "tone": words.TONES[state],
        "needs": state != Account.State.WORKING,
        "action": _action(account, workspace_id),
        "access": words.access_label(account.has_write_scope),
        "calendars": _("%(on)s on of %(total)s")
        % {"on": account.calendars_on, "total": account.calendars_total},
        "connected": moment(account.connected_at),
        "source": account.source_id,
        "seen_at": account.seen_at,
        "key": capfirst(str(account.source.key)),
    }


def _action(account: Account, workspace_id: int) -> str | None:
    """Return the address of Reconnect where that is what the account needs."""
    name = words.advice(account).action
    if name != "account-reconnect":
        return None
    return reverse(name, args=[workspace_id, account.pk])
