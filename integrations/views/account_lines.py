"""Accounts that do not work, or are offered their kept settings, as lines of the overview."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from focusadmin.identity.roles import Role
from integrations.access import AdminRequest
from integrations.models import Account
from integrations.services import team
from integrations.services.kept_needs import Kept
from integrations.services.needs import Need
from integrations.services.recolour_needs import Recoloured
from integrations.views import permissions, reminders, words
from integrations.views.lines import Letter, Line, Step, Who, who

#: What the one right action for an account is called, by its route.
_ACTIONS = {
    "account-reconnect": lambda: _("Reconnect"),
    "account-refresh": lambda: _("Refresh calendars"),
}


def broken(request: AdminRequest, need: Need) -> Line:
    """Return the line of an account that does not work, or lacks a permission."""
    account: Account = need.about
    state = Account.State(account.state)
    advice = words.advice(account)
    is_others = team.rank(account.source.key, request.user) == team.OTHER
    has_letter = is_others and state in reminders.RECONNECT
    by_it = state == Account.State.ADMIN and not is_others
    owner = str(account.source.key.owner)
    return Line(
        need,
        title=str(account),
        href=reverse("account", args=[request.workspace.workspace_id, account.pk]),
        tag=state.label,
        tone=words.TONES[state],
        sentence=advice.sentence,
        who=_who(request, account, state),
        steps=() if has_letter or by_it else _steps(request, account, advice.action),
        letter=Letter(owner, reminders.about_account(account)) if has_letter else None,
        for_it=by_it,
    )


def kept(request: AdminRequest, need: Need) -> Line:
    """Return the line of an account that can have back what was kept of it."""
    about: Kept = need.about
    account, snapshot = about.account, about.offer.snapshot
    here = [request.workspace.workspace_id, account.pk]
    told = ngettext(
        "It was disconnected and is connected again. %(number)s calendar is set otherwise than"
        " before; you see what re-applying changes before anything is written.",
        "It was disconnected and is connected again. %(number)s calendars are set otherwise than"
        " before; you see what re-applying changes before anything is written.",
        about.offer.differing,
    )
    return Line(
        need,
        title=str(account),
        href=reverse("account", args=here),
        tag=_("Settings kept"),
        tone="neutral",
        sentence=told % {"number": about.offer.differing},
        who=who(request, Role.EDITOR, account.source.key),
        steps=(
            Step(
                _("Preview re-applying"),
                reverse("snapshot-restore", args=[*here, snapshot.pk]),
                permissions.why_not_at(request, "snapshot-restore", account.source.key),
                is_form=True,
            ),
        ),
    )


def recoloured(request: AdminRequest, need: Need) -> Line:
    """Return the line of an account of which a refresh has recoloured calendars."""
    about: Recoloured = need.about
    account, calendars = about.account, about.calendars
    href = reverse("account", args=[request.workspace.workspace_id, account.pk])
    told = ngettext(
        "A refresh has given %(names)s other colours. Say whether they stay.",
        "A refresh has given %(number)s calendars other colours, %(names)s among them. Say which"
        " stay.",
        len(calendars),
    )
    name = words.calendar_label(calendars[0].name, calendars[0].external_id)
    why = permissions.why_not_at(request, "account-recoloured", account.source.key)
    return Line(
        need,
        title=str(account),
        href=href,
        tag=_("Recoloured"),
        tone="neutral",
        sentence=told % {"number": len(calendars), "names": name},
        who=who(request, Role.EDITOR, account.source.key),
        steps=(Step(_("Choose which colours stay"), f"{href}#recoloured-offer", why),),
    )


def _steps(request: AdminRequest, account: Account, route: str | None) -> tuple[Step, ...]:
    if route is None:
        return ()
    is_refresh = route == "account-refresh"
    address = reverse(route, args=[request.workspace.workspace_id, account.pk])
    why = permissions.why_not_at(request, route, account.source.key)
    label = _ACTIONS[route]()
    return (Step(label, address, why, is_form=is_refresh, price=int(is_refresh)),)


def _who(request: AdminRequest, account: Account, state: Account.State) -> Who:
    """Say who must act: what ends at a provider's, only whoever can sign in there."""
    key = account.source.key
    is_others = team.rank(key, request.user) == team.OTHER
    if state == Account.State.ADMIN:
        return Who(_("IT, asked by %(owner)s") % {"owner": key.owner} if is_others else _("IT"))
    if state not in reminders.RECONNECT:
        return who(request, Role.EDITOR, key)
    return Who(str(key.owner)) if is_others else who(request, Role.MANAGER, key)
