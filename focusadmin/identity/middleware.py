"""Who is asking, on every request: the person, their role, and where they are."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from focusadmin.identity import assertion, headers, peers, people, refusals
from focusadmin.identity.asserted import Asserted
from focusadmin.identity.configuration import HeaderProxy, Local, SignedProxy
from focusadmin.identity.errors import SignInError
from focusadmin.identity.roles import Role, role_for

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class IdentityMiddleware:
    """Sets ``request.user``, ``request.role`` and ``request.client_address``, or refuses.

    Behind a proxy every request is known by its own assertion alone. The session says nothing of
    who is asking: it remembers whose it is, and ends when somebody else comes with it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.client_address = peers.client_address(settings.TRUSTED_PEERS, request.META)
        request.role = None
        if isinstance(settings.SIGN_IN, Local):
            if request.user.is_authenticated:
                request.role = Role.named(request.user.role)
            return self.get_response(request)
        request.user = AnonymousUser()
        try:
            who = _who(settings.SIGN_IN, request)
            person = people.asserted(who)
        except SignInError as error:
            return refusals.page(request, error)
        request.user = person
        request.asserted = who  # what a refusal explains itself by
        request.role = role_for(who, settings.ROLES)
        request.was_anothers = _hand_over(request, who)  # and so is a form that comes with it
        if request.was_anothers and "HX-Request" in request.headers:
            return refusals.reload(request)
        return self.get_response(request)


def _who(sign_in: SignedProxy | HeaderProxy, request: HttpRequest) -> Asserted:
    """Return who the proxy says is asking; raises SignInError."""
    if isinstance(sign_in, HeaderProxy):
        return headers.read(sign_in, request.META)
    return assertion.verify(sign_in, request.META)


def _hand_over(request: HttpRequest, who: Asserted) -> bool:
    """End a session that is not this person's, with the forms opened in it; say whether it was."""
    mine, whose = [who.issuer, who.subject], request.session.get(people.SESSION_PERSON)
    if whose == mine:
        return False
    request.session.flush()
    # Django compares a form's token with the cookie that came, not with the one that replaces it.
    request.COOKIES.pop(settings.CSRF_COOKIE_NAME, None)
    rotate_token(request)
    request.session[people.SESSION_PERSON] = mine
    return whose is not None
