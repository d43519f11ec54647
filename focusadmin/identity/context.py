"""What every page says of how people sign in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def passwords(request: HttpRequest) -> dict[str, Any]:
    """Return whether to say that passwords are in use: "loud", "quiet" once accepted, or ""."""
    if not settings.PASSWORDS_IN_PRODUCTION:
        return {"password_notice": ""}
    return {"password_notice": "quiet" if settings.PASSWORD_SIGN_IN_ACCEPTED else "loud"}
