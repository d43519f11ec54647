"""Where mail goes out and to whom, as the environment says it: text in, values or ValueError out.

No problem repeats an address of a server: there may be a password in it.
"""

import ipaddress
import re
from dataclasses import dataclass, field

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

SMTP = "django.core.mail.backends.smtp.EmailBackend"
EXAMPLE = "smtp+tls://focusadmin:password@mail.example.com:587"
FORMS = "smtp+tls://name:password@host:587, smtp+ssl://…:465, or smtp://host:25 without a password"


@dataclass(frozen=True)
class Server:
    """A mail server; without a host there is none, and no mail is ever sent."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    #: TLS that begins after the greeting.
    starttls: bool = False
    #: TLS from the first byte.
    tls: bool = False


def server(text: str) -> Server:
    """Return the mail server of an address as django-environ reads it."""
    try:
        found = environ.Env.email_url_config(text)
    except (ValueError, KeyError, ImproperlyConfigured):
        found = {}
    if found.get("EMAIL_BACKEND") != SMTP or not found.get("EMAIL_HOST"):
        raise ValueError(f"it is not {FORMS}")
    made = Server(
        host=found["EMAIL_HOST"],
        port=found["EMAIL_PORT"] or 25,
        user=found["EMAIL_HOST_USER"] or "",
        password=found["EMAIL_HOST_PASSWORD"] or "",
        starttls=bool(found.get("EMAIL_USE_TLS")),
        tls=bool(found.get("EMAIL_USE_SSL")),
    )
    if made.password and not (made.starttls or made.tls or _is_here(made.host)):
        raise ValueError("a password goes over TLS only: write smtp+tls:// or smtp+ssl://")
    return made


def address(text: str) -> str:
    """Return one e-mail address."""
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValueError(f"{text!r} is not an e-mail address") from error
    return text


def addresses(text: str) -> tuple[str, ...]:
    """Return e-mail addresses that semicolons or commas separate, each once."""
    found = filter(None, (piece.strip() for piece in re.split("[;,]", text)))
    return tuple(dict.fromkeys(map(address, found)))


def problem(host: str, sender: str, recipients: tuple[str, ...]) -> str | None:
    """Return what is missing of the three variables that belong together, or None."""
    parts = {"EMAIL_URL": host, "EMAIL_FROM": sender, "EMAIL_TO": recipients}
    missing = [name for name, value in parts.items() if not value]
    if not missing or len(missing) == len(parts):
        return None
    return f"{missing[0]}: it is missing; mail needs {', '.join(parts)}, or none of them."


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
