"""Accounts: the list, one account, refreshing and disconnecting it."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.forms.accounts import DisconnectForm
from integrations.forms.filters import AccountFilter
from integrations.models import Account, Calendar
from integrations.services import accounts, keys, mirror, team
from integrations.services.changes import BusyError
from integrations.views import (
    account_rows,
    history,
    listing,
    looking_up,
    meanings,
    recolouring,
    remembering,
    snapshots,
    words,
)
from integrations.views.calendar_rows import FIELDS, flat_rows
from integrations.views.errors import focus_page
from integrations.views.looking import look, look_all, tell_resting

SORTS = {
    "attention": ("urgency", "search", "pk"),
    "email": ("search", "pk"),
    "provider": ("provider", "search", "pk"),
    "connected": ("connected_at", "pk"),
    "person": ("rank", "source__key__owner__name", "search", "pk"),
}


@access.requires(Role.VIEWER)
def index(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: every account of the workspace; filter and search in the URL."""
    access.workspace(request, workspace_id)
    context: dict[str, Any] = {
        "nav": "accounts",
        "seen": look_all(request),
        "several": len(request.sources) > 1,
    }
    context |= remembering.recall(request, "accounts", lambda: _listed(request))
    context["rows"] = account_rows.checked(request, context["rows"])
    return listing.render_list(request, "accounts/index.html", context)


def _listed(request: AdminRequest) -> dict[str, Any]:
    """Return what the list shows of the rows that were read last."""
    everything = team.accounts(request.sources, request.user)
    seen_providers = everything.order_by("provider").values_list("provider", flat=True).distinct()
    people = listing.people(request)
    form = AccountFilter(request.GET, providers=seen_providers, people=people)
    found = _filtered(everything, form)
    page = listing.page(request, found, SORTS, default="attention")
    return {
        "filter": form,
        "chips": (chips := listing.chips(request, form)),
        "page": page,
        "rows": account_rows.flat_rows(request, page),
        "sorts": listing.sort_links(request, SORTS, default="attention"),
        "query": listing.query(request, without="page"),
        "total": everything.count() if chips else page.paginator.count,
        "broken": everything.exclude(state=Account.State.WORKING).count(),
    }


@access.requires(Role.VIEWER)
@require_POST
def check(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """POST: ask Focus now, through every key or the one named, then back to the button.

    Nobody has Focus asked more often than every ten seconds for each key.
    """
    access.workspace(request, workspace_id)
    named = [row for row in request.sources if str(row.pk) == request.POST.get("source")]
    due, resting = mirror.press(named or request.sources)
    errors = mirror.look_all(due, by=access.actor(request), force=True)
    if resting:
        tell_resting(request, resting)
    elif not errors:
        messages.success(request, _("Checked with Focus just now."))
    return redirect(listing.safe_next(request, reverse("accounts", args=[workspace_id])))


@access.requires(Role.VIEWER)
def show(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """GET: one account, its calendars and its history."""
    account = access.account(request, workspace_id, pk)
    seen = look(request)
    account.refresh_from_db()
    present = Calendar.objects.filter(account=account, gone_at=None)
    calendars = present.filter(team.open_to(request.user))
    rows = flat_rows(request, calendars.order_by("search", "pk").values(*FIELDS))
    replaced_by = Account.objects.filter(replaces=account, gone_at=None).first()
    context = {
        "nav": "accounts",
        "seen": seen,
        "account": account,
        "provider_label": words.provider_label(account.provider),
        "access_label": words.access_label(account.has_write_scope),
        "tone": words.TONES[Account.State(account.state)],
        "advice": words.advice(account),
        "permissions": words.permissions(account),
        "rows": rows,
        "names_offer": looking_up.offer(request, rows),
        "on": present.filter(selected=True).count(),
        "total": present.count(),
        "several": len(request.sources) > 1,
        "hidden": present.count() - calendars.count(),
        "also": account_rows.seen_also(request, [account]).get(account.integration_id, []),
        "history": history.of_account(account, request.user),
        "history_url": history.address(account),
        "replaced_by": replaced_by,
        **snapshots.told(account),
        **recolouring.told(request, account),
    }
    return render(request, "accounts/show.html", context)


@access.requires(Role.EDITOR)
@require_POST
def refresh(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """POST: read the calendars from their provider again; the answer is the difference."""
    account = access.account(request, workspace_id, pk)
    try:
        with keys.opened(account.source) as client:
            change = accounts.refresh(client, account, by=access.actor(request))
    except BusyError:
        messages.warning(request, _("Somebody else is changing this account right now."))
        return redirect("account", workspace_id, pk)
    return redirect("change", workspace_id, change.pk)


@access.requires(Role.MANAGER)
def disconnect(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """GET: what would be lost; POST: disconnect."""
    account = access.account(request, workspace_id, pk)
    if request.method == "GET":  # what is counted here is what is kept
        look(request)
        account.refresh_from_db()
    if account.gone_at is not None:
        messages.info(request, _("%s is already disconnected.") % account)
        return redirect("accounts", workspace_id)
    form = DisconnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _disconnected(request, account, keep=form.cleaned_data["entries"] == "keep")
    return render(request, "accounts/disconnect.html", _loss(account) | {"form": form})


def _disconnected(request: AdminRequest, account: Account, *, keep: bool) -> HttpResponse:
    number = account.source.workspace.workspace_id
    try:
        with keys.opened(account.source) as client:
            change = accounts.disconnect(
                client, account, keep_entries=keep, by=access.actor(request)
            )
    except BusyError:
        messages.warning(request, _("Somebody else is changing this account right now."))
        return redirect("account", number, account.pk)
    except focus.FocusError as error:
        return focus_page(request, error, retry_url=request.path)
    if change.error:
        messages.info(request, _("Focus no longer had %s. It is off the list.") % account)
    else:
        messages.success(request, _("%s is disconnected from Toggl.") % account)
    return redirect("accounts", number)


def _loss(account: Account) -> dict[str, Any]:
    present = account.calendars.filter(gone_at=None)
    return {
        "nav": "accounts",
        "account": account,
        "provider_label": words.provider_label(account.provider),
        "calendars": present.count(),
        "on": present.filter(selected=True).count(),
        "with_project": present.filter(default_project_id__gt=0).count(),
        "entries": meanings.ENTRIES,
        "entries_asked": meanings.ENTRIES_ASKED,
    }


def _filtered(found: QuerySet[Account], form: AccountFilter) -> QuerySet[Account]:
    chosen = listing.chosen(form)
    if chosen.get("state"):
        found = found.filter(state=chosen["state"])
    if chosen.get("person"):
        found = found.filter(source__key=chosen["person"])
    if chosen.get("provider"):
        found = found.filter(provider=chosen["provider"])
    if chosen.get("q"):
        found = found.filter(search__contains=chosen["q"].casefold())
    present = Q(calendars__gone_at=None)
    return (
        found.defer("raw")
        .annotate(
            calendars_total=Count("calendars", filter=present),
            calendars_on=Count("calendars", filter=present & Q(calendars__selected=True)),
        )
        .select_related("source__key__owner")
    )
