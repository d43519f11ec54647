"""What a person and the operator read when nobody knows who is asking."""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRefresh

from focusadmin.identity.errors import SignInError

logger = logging.getLogger(__name__)
Words = str | Promise


@dataclass(frozen=True)
class Told:
    """Why, for whoever asked, and what whoever runs Focusadmin should check."""

    sentence: Words
    check: Words


_CLOCKS = _("That the clocks of the proxy and of this server agree, and that the proxy renews.")
_KEYS = _("That JWT_KEYS names the key server of this very proxy, and can be reached from here.")
_OURS = _("That the proxy’s application and the JWT_ settings name the same thing.")
_ONCE = _("That the proxy replaces these headers, whatever the browser sent, and sends each once.")
_PATH = _("That people reach Focusadmin through the proxy alone, and that it sends the assertion.")
_SENT = _("What the proxy sends as the assertion, or as a person’s name and address.")

_UNVERIFIED = _("The company sign-on could not be verified.")
_ELSEWHERE = _("Your company sign-on comes from another place than expected.")
_UNREADABLE = _("The company sign-on could not be read.")
_AROUND = _("This request did not come through the company’s proxy.")

TOLD = {
    "missing": Told(_("The company sign-on did not say who you are."), _PATH),
    "expired": Told(_("Your company sign-on has expired. Load the page again."), _CLOCKS),
    "not-yet": Told(_("Your company sign-on is not valid yet."), _CLOCKS),
    "lifetime": Told(_("Your company sign-on is valid for longer than allowed here."), _CLOCKS),
    "signature": Told(_UNVERIFIED, _KEYS),
    "unknown-key": Told(_UNVERIFIED, _KEYS),
    "keys-unavailable": Told(_("The company sign-on cannot be verified at the moment."), _KEYS),
    "audience": Told(_("Your company sign-on is for another application."), _OURS),
    "issuer": Told(_ELSEWHERE, _OURS),
    "signer": Told(_ELSEWHERE, _OURS),
    "type": Told(_ELSEWHERE, _OURS),
    "algorithm": Told(_UNVERIFIED, _OURS),
    "incomplete": Told(_UNREADABLE, _SENT),
    "subject": Told(_UNREADABLE, _SENT),
    "malformed": Told(_UNREADABLE, _SENT),
    "duplicate": Told(_("The company sign-on named more than one person."), _ONCE),
    "peer": Told(
        _AROUND, _("That TRUSTED_PROXIES names the proxy’s own address, as this server sees it.")
    ),
    "secret": Told(
        _AROUND, _("That the proxy sends the secret header, and that it is one of PROXY_SECRET.")
    ),
    "disabled": Told(
        _("You may no longer sign in here."),
        _("On the People page, or with manage.py user, whether this person should come back."),
    ),
}
OTHERWISE = Told(
    _("The company sign-on was refused."), _("The line in the log with the id of this request.")
)


def page(request: Any, error: SignInError) -> HttpResponse:
    """Answer 403 with the reason, and write one line; htmx, which shows no 403, loads the page."""
    told = TOLD.get(error.reason, OTHERWISE)
    logger.warning(
        "sign-in refused reason=%s request_id=%s peer=%s client=%s method=%s path=%r detail=%r",
        error.reason,
        request.request_id,
        request.META.get("REMOTE_ADDR") or "unix",
        request.client_address or "unknown",
        request.method,
        request.path,
        error.detail,
    )
    context = {
        "sentence": told.sentence,
        "check": told.check,
        "detail": error.detail,
        "reason": error.reason,
        "request_id": request.request_id,
        "contact": settings.CONTACT,
    }
    response = render(request, "identity/refused.html", context, status=HTTPStatus.FORBIDDEN)
    response["HX-Refresh"] = "true"
    # Django would write a second line.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def reload(request: HttpRequest) -> HttpResponse:
    """Answer a part of somebody else's page: the whole of it has to be loaded again."""
    return HttpResponseClientRefresh()
