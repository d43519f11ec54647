"""People, for managers: who has a key, how it is, and what to send to whom."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.forms.filters import PeopleFilter
from integrations.services import keys, people, standing
from integrations.services.changes import BusyError
from integrations.services.key_states import KeyState
from integrations.services.standing import Holder
from integrations.views import listing, people_rows, people_words, reminders


@access.requires(Role.MANAGER)
def index(request: AdminRequest) -> HttpResponse:
    """GET: everybody known here; filter and search in the URL."""
    everybody = standing.people(request.user)
    form = PeopleFilter(request.GET)
    sorts = listing.sort_links(request, dict.fromkeys(people_rows.SORTS, ()), default="attention")
    found = people_rows.filtered(everybody, listing.chosen(form))
    page = listing.paged(request, _arranged(found, sorts))
    context = {
        "nav": "people",
        "filter": form,
        "chips": listing.chips(request, form),
        "page": page,
        "rows": [people_rows.flat(holder) for holder in page],
        "sorts": sorts,
        "query": listing.query(request, without="page"),
        "total": len(everybody),
        "tally": people_rows.tally(request, everybody),
        "shared": people_rows.flat(standing.shared(keys.shared())),
    }
    return listing.render_list(request, "people/index.html", context)


@access.requires(Role.MANAGER)
def show(request: AdminRequest, pk: int) -> HttpResponse:
    """GET: one person: their key, what it sees, and what they have changed."""
    holder, person = _found(request, pk)
    key = holder.key if holder.key_state != KeyState.PRIVATE else None
    accounts = list(standing.accounts(key)) if key else []
    context = _about(request, holder, person) | {
        "key_words": people_words.key_words(holder),
        "sources": [people_rows.source(row) for row in standing.sources(key)] if key else [],
        "accounts": [people_rows.account(row) for row in accounts],
        "changes": people_rows.changes(person, request),
        "reminder": reminders.text(holder, accounts) if reminders.is_due(holder) else "",
    }
    return render(request, "people/show.html", context)


@access.requires(Role.MANAGER)
@require_POST
def disable(request: AdminRequest, pk: int) -> HttpResponse:
    """POST: let a person in no more."""
    _holder, person = _found(request, pk)
    try:
        people.disable(person, by=access.actor(request))
    except people.PersonError as error:
        messages.error(request, _refusal(error))
    else:
        messages.success(request, _("%s may not sign in any more.") % person)
    return redirect("person", pk)


@access.requires(Role.MANAGER)
@require_POST
def enable(request: AdminRequest, pk: int) -> HttpResponse:
    """POST: let a person in again."""
    _holder, person = _found(request, pk)
    people.enable(person, by=access.actor(request))
    messages.success(request, _("%s may sign in again.") % person)
    return redirect("person", pk)


@access.requires(Role.MANAGER)
def remove(request: AdminRequest, pk: int) -> HttpResponse:
    """GET: what goes and what stays; POST: remove the person."""
    holder, person = _found(request, pk)
    if request.method == "POST":
        return _removed(request, person)
    context = _about(request, holder, person) | {"loss": people.loss(person)}
    return render(request, "people/remove.html", context)


def _removed(request: AdminRequest, person: User) -> HttpResponse:
    pk = person.pk
    try:
        lost = people.remove(person, by=access.actor(request))
    except people.PersonError as error:
        messages.error(request, _refusal(error))
        return redirect("person", pk)
    except BusyError:
        sentence = _("A change of %s is being written right now. Nothing was removed: try again.")
        messages.warning(request, sentence % person)
        return redirect("person-remove", pk)
    kept = ngettext(
        "%(number)s change of theirs stays in the record.",
        "%(number)s changes of theirs stay in the record.",
        lost.changes,
    ) % {"number": lost.changes}
    gone = _("%s is removed, with their key, what was seen through it, and their sessions.")
    messages.success(request, f"{gone % person} {kept}")
    return redirect("people")


def _found(request: AdminRequest, pk: int) -> tuple[Holder, User]:
    for holder in standing.people(request.user, pk=pk):
        if holder.user is not None:
            return holder, holder.user
    raise Http404


def _about(request: AdminRequest, holder: Holder, person: User) -> dict[str, Any]:
    """Return what every page about one person shows."""
    return {
        "nav": "people",
        "person": person,
        "row": people_rows.flat(holder),
        "is_private": holder.key_state == KeyState.PRIVATE,
        "is_oneself": person.pk == request.user.pk,
        "by_proxy": people_words.is_by_proxy(person),
    }


def _arranged(found: list[Holder], sorts: dict[str, dict[str, str]]) -> list[Holder]:
    """Return people in the order that the table's heads show."""
    [(name, link)] = [(name, link) for name, link in sorts.items() if link["aria"] != "none"]
    return people_rows.arranged(found, name, reverse=link["aria"] == "descending")


def _refusal(error: people.PersonError) -> str:
    if isinstance(error, people.OneselfError):
        return _("You cannot do this to yourself. Another manager can.")
    return _("Nothing was done: nobody else who signs in with a password is Manager.")
