"""Signing out, and what does not exist where a proxy says who is asking."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from focusadmin.identity.configuration import Local
from focusadmin.identity.forms import SignInForm
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


class SignInView(LoginView):
    """GET or POST: sign in with a password; whoever has done so goes on."""

    template_name = "identity/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:  # type: ignore[override]  # the stubs know an argument
        """Return ``next`` where it is a page of ours, but this one: nobody would get anywhere."""
        target = super().get_redirect_url()
        return "" if urlsplit(target).path == self.request.path else target


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
