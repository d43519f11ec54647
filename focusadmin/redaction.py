"""No secret in sight: what is cut out of every log line and every report of an error.

A second line of defence: nothing of ours writes a secret into either. What is cut has a shape of
its own; a password has none, so only names keep it away.
"""

import logging
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.defaultfilters import pprint
from django.views.debug import SafeExceptionReporterFilter

REMOVED = "[removed]"
_SHAPES = (
    # A Focus key.
    (re.compile(r"(toggl_sk_)[\w.~+/=-]+"), r"\1"),
    # What an Authorization header holds.
    (re.compile(r"\b((?:Bearer|Basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), r"\1"),
    # What a provider or the service adds to a return address.
    (re.compile(r"((?:[?&]|\b)state=)[^\s&\"'<>]+"), r"\1"),
    (re.compile(r"([?&]code=)[^\s&\"'<>]+"), r"\1"),
    # A signed assertion, and what the vault stores.
    (re.compile(r"()\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), r"\1"),
    (re.compile(r"()\bgAAAA[\w-]{20,}=*"), r"\1"),
)


def redact(text: str) -> str:
    """Return ``text`` without anything that looks like a secret."""
    for shape, kept in _SHAPES:
        text = shape.sub(kept + REMOVED, text)
    return text


def cleansed(value: Any) -> Any:
    """Return a value of JSON's kinds, with every text in it redacted; others become text."""
    if isinstance(value, dict):
        return {redact(str(name)): cleansed(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [cleansed(member) for member in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))


class RedactionFilter(logging.Filter):
    """Rewrites every record that its handler is given: message, facts, traceback and stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass without secrets."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # logging would print such arguments as they are
            message = f"{record.msg} (its arguments do not fit)"
        record.msg, record.args = redact(message), ()
        for name in ("facts", "context"):  # what logs.py writes beside the message
            if found := getattr(record, name, None):
                setattr(record, name, cleansed(found))
        if record.exc_info:
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = redact(text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


class HidingReporterFilter(SafeExceptionReporterFilter):
    """Django's report of an error without secrets, even where DEBUG is on."""

    # A database's and a proxy's address may hold a password.
    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|COOKIE|JWT|ASSERTION|OIDC|DATABASE|PROXY_URL",
        re.IGNORECASE,
    )

    def is_active(self, request: HttpRequest | None) -> bool:
        """Hide always: a page of DEBUG is saved and sent around like any other."""
        return True

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        """Return the headers without secrets, by name or by shape, and without the proxy's own."""
        found = super().get_safe_request_meta(request)
        return {
            name: value
            if _is_harmless(value) and name != _proxys_secret()
            else self.cleansed_substitute
            for name, value in found.items()
        }

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return the form without secrets, by name, also where the view was never reached."""
        form = super().get_post_parameters(request)
        return {name: self.cleanse_setting(name, form[name]) for name in form}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        """Return a frame's variables, without those that would show what has a secret's shape."""
        found = super().get_traceback_frame_variables(request, tb_frame)
        return [
            (name, value if _is_harmless(value) else self.cleansed_substitute)
            for name, value in found
        ]


def _is_harmless(value: Any) -> bool:
    """Say whether nothing in a value, as a report would print it, has a secret's shape."""
    text = pprint(value)
    return text == redact(text)


def _proxys_secret() -> str:
    """Return where WSGI keeps what the proxy proves itself by; '' where it signs instead."""
    header = getattr(settings.SIGN_IN, "secret_header", "")
    return "HTTP_" + header.upper().replace("-", "_") if header else ""
