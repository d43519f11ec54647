"""What a page may load, and where its forms may lead: django-csp's setting."""

from collections.abc import Iterable
from typing import Any


def content_security(form_actions: Iterable[str]) -> dict[str, Any]:
    """Return CONTENT_SECURITY_POLICY; ``form_actions`` are origins beside our own."""
    return {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            **{f"{kind}-src": ["'self'"] for kind in ("script", "style", "img", "font", "connect")},
            "form-action": ["'self'", *sorted(form_actions)],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
        }
    }
