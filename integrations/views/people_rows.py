"""People as the pages show them: strings and links ready, nothing left for the template."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from focusadmin.identity.models import User
from integrations.access import AdminRequest
from integrations.models import Account, Change, Source
from integrations.services import keys, workspaces
from integrations.services.key_states import PROBLEMS, KeyState
from integrations.services.record import by_removed_key, made_by
from integrations.services.standing import Holder, Standing
from integrations.views import listing, people_words, reminders, words

#: As many of a person's changes as their page lists.
CHANGES = 10
_RANKS = {standing: rank for rank, standing in enumerate(Standing)}
#: What lists are sorted by; None goes last whichever way.
SORTS: dict[str, Callable[[Holder], Any]] = {
    "attention": lambda holder: (_RANKS[holder.standing], -holder.attention),
    "name": lambda holder: str(holder.user).casefold(),
    "good": lambda holder: holder.good_at,
    "accounts": lambda holder: holder.accounts if holder.key else None,
}


def arranged(found: Iterable[Holder], name: str, *, reverse: bool) -> list[Holder]:
    """Return people sorted by one of SORTS, those alike by their names."""
    key = SORTS[name]
    by_name = sorted(found, key=lambda holder: (SORTS["name"](holder), holder.user_pk))
    known = [holder for holder in by_name if key(holder) is not None]
    unknown = [holder for holder in by_name if key(holder) is None]
    return sorted(known, key=key, reverse=reverse) + unknown


def filtered(found: Iterable[Holder], chosen: dict[str, Any]) -> list[Holder]:
    """Return the people that a filter leaves."""
    wanted, text = chosen.get("state"), chosen.get("q", "").casefold()
    return [
        holder
        for holder in found
        if (not wanted or _is(holder, wanted)) and text in _search(holder.user)
    ]


def tally(request: AdminRequest, found: Iterable[Holder]) -> list[dict[str, Any]]:
    """Return how many people there are of each kind, the most urgent first."""
    everybody = list(found)
    numbers = {one: sum(_is(holder, one) for holder in everybody) for one in Standing}
    return [
        {"label": one.label, "number": number, "href": listing.alone(request, state=one.value)}
        for one, number in numbers.items()
        if number
    ]


def flat(holder: Holder) -> dict[str, Any]:
    """Return the display values of a person, or of the shared key."""
    user = holder.user
    return {
        "url": reverse("person", args=[user.pk]) if user else None,
        "name": (str(user) or user.subject) if user else _("The shared key"),
        "email": user.email if user and user.email != str(user) else "",
        "signs_in": people_words.signs_in(user) if user and holder.has_twin else "",
        "disabled": user is not None and not user.is_active,
        "has_key": holder.key is not None,
        "since": holder.key_since,
        "key_state": holder.key_state.label,
        "tone": people_words.TONES.get(holder.key_state, "neutral"),
        "good_at": holder.good_at,
        "knows": holder.key_state not in (KeyState.NONE, KeyState.PRIVATE),
        "accounts": people_words.accounts_words(holder),
        "states": _states(holder),
        "doubted": holder.key_state == KeyState.DOUBTED,
        "no_role": user is not None and people_words.has_no_role(user),
        "role": people_words.role_words(user) if user else "",
        "reminder": reminders.is_due(holder),
    }


def source(row: Source) -> dict[str, Any]:
    """Return what a key saw in one workspace, last, and what went wrong since."""
    return {
        "workspace": row.workspace.label,
        "good_at": row.last_good_at,
        "problem": people_words.source_problem(row),
        "problem_at": row.last_error_at if row.last_error else None,
    }


def account(row: Account) -> dict[str, Any]:
    """Return an account of a person whom managers may see it of."""
    state = Account.State(row.state)
    return {
        "url": reverse("account", args=[row.source.workspace.workspace_id, row.pk]),
        "email": str(row),
        "provider": words.provider_label(row.provider),
        "state": state.label,
        "tone": words.TONES[state],
        "workspace": row.source.workspace.label,
        "seen_at": row.seen_at,
    }


def changes(person: User, request: AdminRequest) -> list[dict[str, Any]]:
    """Return a person's newest changes, as far as this manager may see through their keys.

    Without the calendars' names: those that are off are their owner's affair.
    """
    seen = keys.visible_to(request.user, request.role).values_list("pk", flat=True)
    numbers = set(workspaces.visible().values_list("workspace_id", flat=True))
    shown = Q(key__in=list(seen)) | by_removed_key()
    found = Change.objects.filter(made_by(person), shown, workspace_id__in=numbers)
    return [
        {
            "url": reverse("change", args=[change.workspace_id, change.pk]),
            "what": f"{change.get_action_display()}: {change.email or change.provider}",
            "outcome": change.get_outcome_display(),
            "at": change.created_at,
        }
        for change in found.order_by("-created_at", "pk")[:CHANGES]
    ]


def _is(holder: Holder, wanted: str) -> bool:
    if wanted == Standing.DISABLED or holder.standing == Standing.DISABLED:
        return holder.standing == wanted
    if wanted == Standing.KEY:
        return holder.key_state in PROBLEMS
    if wanted == Standing.ACCOUNTS:
        return holder.attention > 0
    return holder.standing == wanted


def _search(user: User | None) -> str:
    return f"{user.name}\n{user.email}".casefold() if user else ""


def _states(holder: Holder) -> list[str]:
    return [
        f"{number} × {Account.State(state).label}"
        for state, number in sorted(holder.states.items(), key=lambda item: _urgency(item[0]))
        if state != Account.State.WORKING
    ]


def _urgency(state: str) -> int:
    return list(Account.State).index(Account.State(state))
