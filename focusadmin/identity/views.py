"""Signing out, and what does not exist where a proxy says who is asking."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.configuration import Local
from integrations import access
from integrations.access import AdminRequest

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def only_local(view: View) -> View:
    """Take a view away where people do not sign in with a password of ours."""

    @wraps(view)
    def found(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not isinstance(settings.SIGN_IN, Local):
            raise Http404
        return view(request, *args, **kwargs)

    return cast(View, found)


@access.public
@require_POST
def sign_out(request: AdminRequest) -> HttpResponse:
    """POST: end the session; the sign-in page, or the way to the proxy's, says that it worked."""
    logout(request)
    if not isinstance(settings.SIGN_IN, Local):
        request.role = None
        return render(request, "identity/signed_out.html", {"sign_out_url": settings.SIGN_OUT_URL})
    messages.success(request, _("You are signed out."))
    return redirect("sign-in")
