"""Sign-in and password change (Django's own views under our templates), and sign-out."""

from django.contrib.auth import views
from django.urls import path, reverse_lazy

from focusadmin.identity.roles import Role
from focusadmin.identity.views import SignInView, only_local, sign_out
from integrations import access

urlpatterns = [
    path(
        "sign-in/",
        access.public(SignInView.as_view()),
        name="sign-in",
    ),
    path("sign-out/", sign_out, name="sign-out"),
    path(
        "password/",
        only_local(
            access.requires(Role.VIEWER)(
                views.PasswordChangeView.as_view(
                    template_name="identity/password_change.html",
                    success_url=reverse_lazy("password-changed"),
                )
            )
        ),
        name="password-change",
    ),
    path(
        "password/changed/",
        only_local(
            access.requires(Role.VIEWER)(
                views.PasswordChangeDoneView.as_view(template_name="identity/password_changed.html")
            )
        ),
        name="password-changed",
    ),
]
