"""A person's own settings: language, time zone, and how pages look and behave to them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from focusadmin.identity import people
from focusadmin.identity.roles import Role
from integrations import access
from integrations.access import AdminRequest
from integrations.forms.preferences import PreferencesForm


@access.requires(Role.VIEWER)
def show(request: AdminRequest) -> HttpResponse:
    """GET or POST /me/settings/: what one prefers; it asks Focus nothing."""
    form = PreferencesForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        people.prefer(request.user, **form.cleaned_data)
        asked = translation.get_language_from_request(request)
        with translation.override(people.language(request.user) or asked):
            messages.success(request, _("Your settings are saved."))
        return redirect("me-settings")
    return render(request, "me/settings.html", {"form": form, "nav": "me"})
