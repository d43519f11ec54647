"""Password sign-in for people of the issuer ``local``."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.http import HttpRequest

from focusadmin.identity.models import User


class PasswordBackend(AxesStandaloneBackend):  # type: ignore[misc]  # axes ships no types
    """Checks an e-mail address and a password; a disabled person is nobody.

    Whoever failed too often is refused first (PermissionDenied), whatever the password.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the person, or None; an unknown address costs the same time as a known one."""
        if username is None or password is None:
            return None
        super().authenticate(request, username, password, **kwargs)
        try:
            user = User.objects.local(username)
        except User.DoesNotExist:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session while they may still sign in."""
        return User.objects.filter(pk=user_id, is_active=True).first()
