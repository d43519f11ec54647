"""What was done to an account or a calendar, as sentences."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from integrations.models import Account, Calendar, Change

LENGTH = 20
Action = Change.Action


def of_account(account: Account) -> list[dict[str, Any]]:
    """Return the newest changes of an account, of its earlier ids too."""
    ids = _ids(account)
    return _told(Change.objects.filter(key=account.source.key_id, integration_id__in=ids))


def of_calendar(calendar: Calendar) -> list[dict[str, Any]]:
    """Return the newest changes of a calendar, before a reconnect under a new id too."""
    same = Q(calendar_id=calendar.calendar_id)
    if calendar.external_id:
        same |= Q(external_id=calendar.external_id)
    ids = _ids(calendar.account)
    return _told(
        Change.objects.filter(same, key=calendar.account.source.key_id, integration_id__in=ids)
    )


def sentence(change: Change) -> str:
    """Say in one sentence what was done and what came of it."""
    subject = change.calendar_name or change.email or change.provider
    told = _SENTENCES[Action(change.action)]() % {"subject": subject}
    outcome = Change.Outcome(change.outcome)
    return told if outcome == Change.Outcome.DONE else f"{told} – {outcome.label}"


def _told(found: Any) -> list[dict[str, Any]]:
    return [
        {
            "at": change.created_at,
            "who": change.actor_name,
            "sentence": sentence(change),
            "outcome": change.outcome,
            "pk": change.pk,
        }
        for change in found.order_by("-created_at")[:LENGTH]
    ]


def _ids(account: Account) -> list[int]:
    ids = [account.integration_id]
    earlier = account.replaces
    while earlier is not None and earlier.integration_id not in ids:
        ids.append(earlier.integration_id)
        earlier = earlier.replaces
    return ids


_SENTENCES = {
    Action.EDIT: lambda: _("Edited %(subject)s"),
    Action.REFRESH: lambda: _("Refreshed the calendars of %(subject)s"),
    Action.DISCONNECT: lambda: _("Disconnected %(subject)s"),
    Action.CONNECT: lambda: _("Connected %(subject)s"),
    Action.RECONNECT: lambda: _("Reconnected %(subject)s"),
    Action.WRITE: lambda: _("Granted write access to %(subject)s"),
}
