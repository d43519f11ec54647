"""Signing out."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from integrations import access
from integrations.access import AdminRequest


@access.public
@require_POST
def sign_out(request: AdminRequest) -> HttpResponse:
    """POST: end the session; the sign-in page says that it worked."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("sign-in")
