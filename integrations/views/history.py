"""What was done to an account or a calendar, as sentences."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key, Rule, Workspace
from integrations.services import changes, team
from integrations.views import words

LENGTH = 20
#: Characters of a rule's title in a sentence.
MOST_OF_A_TITLE = 80
Action = Change.Action


def of_account(account: Account, person: User) -> list[dict[str, Any]]:
    """Return the newest changes of an account, of its earlier ids too, as flat rows."""
    found = Change.objects.filter(key=account.source.key_id, integration_id__in=_ids(account))
    return _told(found, person)


def of_calendar(calendar: Calendar, person: User) -> list[dict[str, Any]]:
    """Return the newest changes of a calendar, before a reconnect under a new id too."""
    same = Q(calendar_id=calendar.calendar_id)
    if calendar.external_id:
        same |= Q(external_id=calendar.external_id)
    ids = _ids(calendar.account)
    found = Change.objects.filter(same, key=calendar.account.source.key_id, integration_id__in=ids)
    return _told(found, person)


def of_rule(rule: Rule, key: Key, person: User) -> list[dict[str, Any]]:
    """Return the newest changes of a mapping rule."""
    return _told(Change.objects.filter(key=key.pk, rule_id=rule.rule_id), person)


def address_of_rule(workspace: Workspace, rule: Rule) -> str:
    """Return where all of them are listed: Activity, searched for the rule's title."""
    page = reverse("activity", args=[workspace.workspace_id])
    return f"{page}?{urlencode({'q': rule.title})}"


def address(account: Account, calendar: Calendar | None = None) -> str:
    """Return where all of it is listed: Activity, filtered for an account or one calendar."""
    filters = {"account": account.email}
    if calendar is not None:
        filters["calendar"] = calendar.external_id or calendar.name
    page = reverse("activity", args=[account.source.workspace.workspace_id])
    return f"{page}?{urlencode(filters)}"


def sentence(change: Change, *, named: bool = True) -> str:
    """Say in one sentence what was done and what came of it; ``named``: as for ``deed``."""
    told = deed(change, named=named)
    outcome = Change.Outcome(change.outcome)
    return told if outcome == Change.Outcome.DONE else f"{told} – {outcome.label}"


def deed(change: Change, *, named: bool) -> str:
    """Say what was done, or asked for where it did not come to that.

    ``named``: the calendar or the rule is called by its name.
    """
    is_done = change.outcome == Change.Outcome.DONE
    if change.undoes is not None:
        told = _UNDID if is_done else _UNDO
    else:
        told = _DONE if is_done else _ASKED
    return told[Action(change.action)] % {"subject": _subject(change, named=named)}


def _subject(change: Change, *, named: bool) -> str:
    """Return what to call that which a change is about."""
    if change.action in Change.OF_RULES:
        title = Truncator(change.rule_title).chars(MOST_OF_A_TITLE)
        return str(_("the rule “%s”") % title if named else _("a rule of another person’s key"))
    if not named:
        return str(_("a calendar that is switched off"))
    return change.calendar_name or change.email or words.provider_label(change.provider)


def _told(found: QuerySet[Change], person: User) -> list[dict[str, Any]]:
    changes.release_lost()
    newest = list(found.order_by("-created_at")[:LENGTH])
    closed = team.closed_calendars(newest, person)
    return [
        {
            "at": change.created_at,
            "who": change.actor_name,
            "deed": deed(change, named=change.calendar_id not in closed),
            "outcome": change.get_outcome_display(),
            "tone": words.OUTCOME_TONES[Change.Outcome(change.outcome)],
            "note": change.note,
            "pk": change.pk,
        }
        for change in newest
    ]


def _ids(account: Account) -> list[int]:
    ids = [account.integration_id]
    earlier = account.replaces
    while earlier is not None and earlier.integration_id not in ids:
        ids.append(earlier.integration_id)
        earlier = earlier.replaces
    return ids


#: What was done …
_DONE = {
    Action.EDIT: _("Edited %(subject)s"),
    Action.REFRESH: _("Refreshed the calendars of %(subject)s"),
    Action.DISCONNECT: _("Disconnected %(subject)s"),
    Action.CONNECT: _("Connected %(subject)s"),
    Action.RECONNECT: _("Reconnected %(subject)s"),
    Action.WRITE: _("Granted write access to %(subject)s"),
    Action.HIDE: _("Set the hidden events of %(subject)s"),
    Action.RULE_ADD: _("Added %(subject)s"),
    Action.RULE_EDIT: _("Edited %(subject)s"),
    Action.RULE_DELETE: _("Deleted %(subject)s"),
}
#: … and what was asked for, where it did not come to that.
_ASKED = {
    Action.EDIT: _("Edit %(subject)s"),
    Action.REFRESH: _("Refresh the calendars of %(subject)s"),
    Action.DISCONNECT: _("Disconnect %(subject)s"),
    Action.CONNECT: _("Connect %(subject)s"),
    Action.RECONNECT: _("Reconnect %(subject)s"),
    Action.WRITE: _("Grant write access to %(subject)s"),
    Action.HIDE: _("Set the hidden events of %(subject)s"),
    Action.RULE_ADD: _("Add %(subject)s"),
    Action.RULE_EDIT: _("Edit %(subject)s"),
    Action.RULE_DELETE: _("Delete %(subject)s"),
}
#: The same of what takes another change back.
_UNDID = {
    Action.EDIT: _("Undid an edit of %(subject)s"),
    Action.HIDE: _("Undid an edit of the hidden events of %(subject)s"),
    Action.RULE_ADD: _("Brought %(subject)s back"),
    Action.RULE_EDIT: _("Undid an edit of %(subject)s"),
    Action.RULE_DELETE: _("Took %(subject)s away again"),
}
_UNDO = {
    Action.EDIT: _("Undo an edit of %(subject)s"),
    Action.HIDE: _("Undo an edit of the hidden events of %(subject)s"),
    Action.RULE_ADD: _("Bring %(subject)s back"),
    Action.RULE_EDIT: _("Undo an edit of %(subject)s"),
    Action.RULE_DELETE: _("Take %(subject)s away again"),
}
