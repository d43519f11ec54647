"""Every address: who is asking, then the product."""

from django.urls import include, path

urlpatterns = [
    path("", include("focusadmin.identity.urls")),
    path("", include("integrations.urls")),
]

#: Whatever refuses a person, by raising PermissionDenied.
handler403 = "integrations.views.refusals.forbidden"
