"""Leaving for the provider's consent page, and coming back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from focusadmin.identity.roles import Role
from integrations import access, focus
from integrations.access import AdminRequest
from integrations.forms.accounts import ProviderForm
from integrations.models import Account, ConnectAttempt, Source
from integrations.services import connections, health, keys, restoring, returning
from integrations.services.connections import AttemptError, Purpose
from integrations.views import words
from integrations.views.errors import focus_page
from integrations.views.failures import by_code
from integrations.views.looking import look
from integrations.views.results import headline


@access.requires(Role.MANAGER)
def connect(request: AdminRequest, workspace_id: int) -> HttpResponse:
    """GET: choose the provider; POST: leave for it."""
    access.workspace(request, workspace_id)
    usable = _usable(request)
    if not usable:
        return redirect("setup")
    form = ProviderForm(
        request.POST or None,
        people=[
            (pk, capfirst(words.key_name(row.key, request.user))) for pk, row in usable.items()
        ],
    )
    if request.method == "POST" and form.is_valid():
        request.source = usable[form.cleaned_data.get("key", next(iter(usable)))]
        look(request)
        return _leave(request, Purpose.CONNECT, provider=form.cleaned_data["provider"])
    context = {"nav": "accounts", "form": form}
    return render(request, "connect/choose.html", context)


@access.requires(Role.MANAGER)
def reconnect(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """GET: why and how; POST: leave, asking for no more access than before."""
    account = access.account(request, workspace_id, pk)
    return _again(request, account, Purpose.RECONNECT, "connect/reconnect.html")


@access.requires(Role.MANAGER)
def write_access(request: AdminRequest, workspace_id: int, pk: int) -> HttpResponse:
    """GET: permissions before and after; POST: leave, asking to change events too."""
    account = access.account(request, workspace_id, pk)
    return _again(request, account, Purpose.WRITE, "connect/write_access.html")


@access.requires(Role.MANAGER)
@require_GET
def returned(request: AdminRequest, attempt_id: str) -> HttpResponse:
    """GET: where the provider sends people back to; the query is dropped by the redirect."""
    attempt = access.attempt(request, attempt_id)
    returning.settle(attempt, request.GET.dict(), by=access.actor(request))
    return redirect("connect-result", attempt_id)


@access.requires(Role.MANAGER)
@require_GET
def result(request: AdminRequest, attempt_id: str) -> HttpResponse:
    """GET: the one true thing that the attempt came to."""
    attempt = access.attempt(request, attempt_id)
    told = attempt.result
    provider = words.provider_label(attempt.provider)
    same = Account.objects.filter(
        source=request.source, provider=attempt.provider, gone_at=None
    ).order_by("email")
    expired = connections.is_expired(attempt)
    account = _account(request, told)
    context = {
        "nav": "accounts",
        "attempt": attempt,
        "headline": headline(attempt, provider=provider, expired=expired),
        "result": told,
        "outcome": told.get("outcome", ""),
        "provider_label": provider,
        "missing": words.missing_words(told.get("missing", [])),
        "failure": by_code(told.get("error", "")),
        "expired": expired,
        "accounts": [
            {
                "email": account.email,
                "url": reverse("account", args=[_workspace_id(attempt), account.pk]),
            }
            for account in same
        ],
        "again_url": _again_url(attempt),
        "account": account,
        "offer": restoring.offer(account) if account else None,
    }
    return render(request, "connect/result.html", context)


@access.requires(Role.MANAGER)
@require_POST
def check(request: AdminRequest, attempt_id: str) -> HttpResponse:
    """POST: list the accounts again."""
    attempt = access.attempt(request, attempt_id)
    returning.settle(attempt, {}, by=access.actor(request))
    return redirect("connect-result", attempt_id)


@access.requires(Role.MANAGER)
@require_POST
def cancel(request: AdminRequest, attempt_id: str) -> HttpResponse:
    """POST: turn back on the interstitial page."""
    attempt = access.attempt(request, attempt_id)
    if attempt.completed_at is not None:
        return redirect("connect-result", attempt_id)
    connections.cancel(attempt)
    messages.info(
        request, _("You turned back. If you did allow access in another tab, press “Check now”.")
    )
    return redirect("accounts", _workspace_id(attempt))


def _usable(request: AdminRequest) -> dict[str, Source]:
    """Return {key's id: source} of those in whose name this person may act, the nearest first."""
    usable = set(keys.usable_by(request.user, request.role).values_list("pk", flat=True))
    return {str(row.key_id): row for row in request.sources if row.key_id in usable}


def _workspace_id(attempt: ConnectAttempt) -> int:
    """Return the number of the attempt's workspace, for its links."""
    return attempt.workspace.workspace_id


def _again(
    request: AdminRequest, account: Account, purpose: ConnectAttempt.Purpose, template: str
) -> HttpResponse:
    look(request)
    account.refresh_from_db()
    if account.gone_at is not None:
        messages.info(request, _("%s is disconnected. Connect it again instead.") % account)
        return redirect("accounts", request.workspace.workspace_id)
    if request.method == "POST" and not (purpose == Purpose.WRITE and account.has_write_scope):
        return _leave(request, purpose, target=account)
    context = {
        "nav": "accounts",
        "account": account,
        "provider_label": words.provider_label(account.provider),
        "access_label": words.access_label(account.has_write_scope),
        "advice": words.advice(account),
        "permissions": words.permissions(account),
        "asks_for_more": bool(health.missing_permissions(account.scopes)),
    }
    return render(request, template, context)


def _leave(request: AdminRequest, purpose: ConnectAttempt.Purpose, **asked: Any) -> HttpResponse:
    """Answer 200 with the page that leads away: a redirect from a form is blocked by the CSP.

    Nobody leaves before Focus was asked what is there: it is how the return is understood.
    """
    problem = by_code(request.source.last_error)
    if problem is not None or request.source.last_good_at is None:
        title = problem.title if problem else _("Focus has not answered yet")
        messages.error(request, _("%s. Nothing was started.") % title)
        return redirect("accounts", request.workspace.workspace_id)
    if not access.may_act(request, request.source.key):  # its owner thought otherwise meanwhile
        raise access.NotTheirsError(request.source.key)
    try:
        with keys.opened(request.source) as client:
            departure = connections.leave(
                client,
                request.source,
                purpose=purpose,
                person=request.user,
                by=access.actor(request),
                return_url=_return_url,
                **asked,
            )
    except AttemptError as refused:
        if isinstance(refused.error, focus.AlreadyConnectedError):
            return redirect("connect-result", refused.attempt.pk)
        return focus_page(request, refused.error, retry_url=request.path)
    attempt = departure.attempt
    context = {
        "nav": "accounts",
        "attempt": attempt,
        "consent_url": departure.consent_url,
        "provider_label": words.provider_label(attempt.provider),
        "account": attempt.target,
    }
    return render(request, "connect/leave.html", context)


def _return_url(attempt_id: str) -> str:
    return settings.PUBLIC_URL + reverse("connect-return", args=[attempt_id])


def _account(request: AdminRequest, told: dict[str, Any]) -> Account | None:
    """Return the account that a trip has brought, as this key sees it."""
    found = Account.objects.filter(source=request.source, pk=told.get("account", 0))
    return found.select_related("source__key__owner", "source__workspace").first()


def _again_url(attempt: ConnectAttempt) -> str:
    """Return the page on which the same thing can be started anew."""
    number = _workspace_id(attempt)
    if attempt.purpose == Purpose.CONNECT or attempt.target is None:
        return reverse("account-connect", args=[number])
    name = "account-reconnect" if attempt.purpose == Purpose.RECONNECT else "account-write-access"
    return reverse(name, args=[number, attempt.target.pk])
