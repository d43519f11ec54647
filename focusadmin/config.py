"""Parsers for the environment: text in, typed value or a sentence about what is wrong out."""

import contextlib
import difflib
import ipaddress
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
PREFIXES = ("FOCUS", "FOKUS", "FOCUSADMIN")
MAX_ID = 2**63 - 1
#: How settings.py reads a variable; a test holds .env.example and the README against it.
VARIABLE = re.compile(r"_read\.(?:text|parse|optional)\(\s*\"([A-Z_]+)\"")


class ConfigurationError(ImproperlyConfigured):
    """The environment cannot be used; the message names each variable, its fault, an example."""


@dataclass(frozen=True)
class WorkspaceConfig:
    """One entry of FOCUS_WORKSPACES; ``organization_id`` is None where it is not known."""

    label: str
    workspace_id: int
    organization_id: int | None


def strict_bool(text: str) -> bool:
    """Accept true/false, yes/no, on/off, 1/0 in any case and nothing else."""
    word = text.strip().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    if word in {"false", "no", "off", "0", ""}:
        return False
    raise ValueError(f"{text!r} is neither true nor false")


def is_loopback(host: str | None) -> bool:
    """Say whether ``host`` names this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def origin(text: str) -> str:
    """Return scheme://host[:port] of an address that is nothing more than that."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{text!r} is not an http(s) address")
    if parts.username or parts.password or parts.query or parts.fragment or parts.path not in "/":
        raise ValueError(f"{text!r} must be scheme and host alone, without path or password")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(f"{text!r} must use https (http is for this machine only)")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def api_url(text: str) -> str:
    """Return the Focus API's base address without a trailing slash; https, or http on loopback."""
    parts = urlsplit(text.strip())
    base = origin(f"{parts.scheme}://{parts.netloc}")
    if parts.query or parts.fragment:
        raise ValueError(f"{text!r} must not have a query or fragment")
    return base + parts.path.rstrip("/")


def entries(text: str) -> list[tuple[str, str]]:
    """Split ``Label=value; value; …`` into (label or "", value) pairs."""
    pairs = []
    for entry in filter(None, (piece.strip() for piece in text.split(";"))):
        label, equals, value = entry.partition("=")
        named = bool(equals) and "://" not in label
        pairs.append((label.strip(), value.strip()) if named else ("", entry))
    return pairs


def focus_id(text: str) -> int:
    """Return a positive 64-bit id."""
    if not re.fullmatch(r"[0-9]{1,19}", text) or not 0 < int(text) <= MAX_ID:
        raise ValueError(f"{text!r} is not a workspace or organization number")
    return int(text)


def workspaces(text: str) -> tuple[WorkspaceConfig, ...]:
    """Parse FOCUS_WORKSPACES: numbers, organization/workspace, or pasted web-app addresses."""
    found: dict[int, WorkspaceConfig] = {}
    for label, value in entries(text):
        address = re.search(r"/organizations/([0-9]+)/workspaces/([0-9]+)", value)
        bare = re.search(r"/workspaces/([0-9]+)", value) if "://" in value else None
        if address:
            organization, workspace = address.groups()
        elif bare:
            organization, workspace = "", bare[1]
        else:
            organization, _, workspace = value.rpartition("/")
        number = focus_id(workspace.strip())
        if number in found:
            raise ValueError(f"workspace {number} is listed twice")
        known = focus_id(organization.strip()) if organization else None
        found[number] = WorkspaceConfig(label or f"Workspace {number}", number, known)
    if not found:
        raise ValueError("no workspace is listed")
    return tuple(found.values())


def providers(text: str) -> dict[str, str]:
    """Parse FOCUS_PROVIDERS, ``Label=name; …``, into {name: label} in the order given."""
    found = {value: label or value.title() for label, value in entries(text)}
    for name in found:
        if not re.fullmatch(r"[a-z0-9_.-]{1,50}", name):
            raise ValueError(f"{name!r} is not a provider's name")
    if not found:
        raise ValueError("no provider is listed")
    return found


def existing_file(text: str) -> str:
    """Return the path of a file that can be read."""
    if not Path(text).is_file():
        raise ValueError(f"there is no file {text!r}")
    return text


def secret_key(text: str) -> str:
    """Refuse a short or a repetitive secret."""
    if len(text) < 50 or len(set(text)) < 5:
        raise ValueError("it is too short or too simple; use 50 random characters")
    return text


@dataclass
class Reader:
    """Reads variables one by one and collects every problem, so that one start names them all."""

    env: environ.FileAwareEnv
    known: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """Return the variable's text, from ``NAME_FILE`` where that is set."""
        self.known |= {name, f"{name}_FILE"}
        try:
            value = self.env.str(name, default=default)
        except (ImproperlyConfigured, OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}_FILE cannot be read: {error}.")
            return default
        return str(value).strip()

    def parse(self, name: str, parser: Callable[[str], T], example: str, default: str = "") -> T:
        """Return the parsed variable; a problem is noted and ends the start in ``finish``."""
        text = self.text(name, default)
        try:
            if not text:
                raise ValueError("it is missing")
            return parser(text)
        except ValueError as error:
            self.problems.append(f"{name}: {error}. Example: {name}={example}")
            return None  # type: ignore[return-value]  # finish() raises before anyone sees it

    def optional(self, name: str, parser: Callable[[str], T], example: str) -> T | None:
        """Return the parsed variable, or None where it is not set."""
        return self.parse(name, parser, example) if self.text(name) else None

    def note(self, *problems: str | None) -> None:
        """Add the problems that are more than one variable's."""
        self.problems += [problem for problem in problems if problem]

    def finish(self) -> None:
        """Raise ConfigurationError with every problem that was found."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise ConfigurationError(
                f"Focusadmin cannot start, because its configuration is not complete:\n{lines}\n"
                "Every variable is explained in .env.example."
            )


def database(reader: Reader, url: str) -> dict[str, Any]:
    """Return Django's settings for DATABASE_URL: SQLite or PostgreSQL."""
    try:
        with warnings.catch_warnings(action="ignore"):  # it warns of what is refused below
            settings: dict[str, Any] = reader.env.db_url_config(url)
        engine = settings["ENGINE"]
    except (ValueError, KeyError, ImproperlyConfigured):
        engine = ""
    if engine == "django.db.backends.sqlite3":
        with contextlib.suppress(OSError):  # the start says what is wrong with the database
            Path(settings["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return settings
    if engine == "django.db.backends.postgresql":
        return settings | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    reader.problems.append(
        "DATABASE_URL: it names neither SQLite nor PostgreSQL."
        " Example: DATABASE_URL=postgres://focusadmin:password@db.example.com/focusadmin"
    )
    return {}


def credentials_problem(api_key: str, email: str, password: str) -> str | None:
    """Return what is wrong with the three variables that hold the shared key, or None."""
    example = "Example: FOCUS_API_KEY=toggl_sk_… (or FOCUS_EMAIL and FOCUS_PASSWORD)"
    if api_key and (email or password):
        return f"FOCUS_API_KEY: set it or FOCUS_EMAIL and FOCUS_PASSWORD, not both. {example}"
    if not api_key and not (email or password):
        return f"FOCUS_API_KEY: it is missing. {example}"
    if api_key and not re.fullmatch(r"[\x21-\x7e]{8,200}", api_key):
        return f"FOCUS_API_KEY: it must be 8 to 200 characters without spaces. {example}"
    if bool(email) != bool(password):
        missing = "FOCUS_PASSWORD" if email else "FOCUS_EMAIL"
        return f"{missing}: it is missing beside its other half. {example}"
    return None


def egress_problem(proxy_url: str | None) -> str | None:
    """Return what is wrong with FOCUS_PROXY_URL, or None; the message never repeats it."""
    if not proxy_url:
        return None
    parts = urlsplit(proxy_url)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return None
    return (
        "FOCUS_PROXY_URL: it is not an http(s) address."
        " Example: FOCUS_PROXY_URL=http://proxy.example.com:3128"
    )


def consent_problem(api_url: str | None, consent_origins: Iterable[str] | None) -> str | None:
    """Return why the consent origins do not fit the API address, or None."""
    local = is_loopback(urlsplit(api_url or "").hostname)
    if local or not any(text.startswith("http://") for text in consent_origins or ()):
        return None
    return (
        "FOCUS_CONSENT_ORIGINS: http is allowed only while FOCUS_API_URL is on this machine."
        " Example: FOCUS_CONSENT_ORIGINS=https://accounts.google.com"
    )


def time_zone(text: str) -> str:
    """Return a name that the time-zone database knows."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is not a time zone") from error
    return text


def log_level(text: str) -> str:
    """Return one of logging's level names."""
    level = text.upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(f"{text!r} is not DEBUG, INFO, WARNING or ERROR")
    return level


def misspelt(environment: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Return a sentence for each variable with our prefix that nothing reads."""
    names = sorted(known)
    sentences = []
    for name in sorted(environment):
        if name.startswith(PREFIXES) and name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            sentences.append(f"{name} is set, but nothing reads it.{hint}")
    return sentences
