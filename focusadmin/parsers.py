"""What variables mean: text in; a typed value, or a ValueError that says why not, out."""

import base64
import contextlib
import os
import re
import ssl
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

MAX_ID = 2**63 - 1
#: Characters; the columns hold as many.
MAX_LABEL = 200


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
    if word in {"false", "no", "off", "0"}:
        return False
    raise ValueError(f"{text!r} is neither true nor false")


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a parser for a whole number between two others."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return parse


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """Return a parser for one of some words, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"{text!r} is not {' or '.join(words)}")
        return text.lower()

    return parse


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


def secret_key(text: str) -> str:
    """Refuse a short or a repetitive secret."""
    if len(text) < 50 or len(set(text)) < 5:
        raise ValueError("it is too short or too simple; use 50 random characters")
    return text


def token(text: str) -> str:
    """Refuse what can be guessed, or what no header can hold."""
    if not re.fullmatch(r"[\x21-\x7e]{32,}", text) or len(set(text)) < 5:
        raise ValueError("it is not at least 32 random characters without spaces")
    return text


def absolute(text: str) -> str:
    """Return a path from the root: who starts a process from where must not matter."""
    if not Path(text).is_absolute():
        raise ValueError(f"{text!r} is not an absolute path")
    return text


def folder(text: str) -> str:
    """Return the path of a folder that can be written to, after making it."""
    try:
        Path(text).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"there is no folder {text!r} and none can be made") from error
    if not os.access(text, os.W_OK):
        raise ValueError(f"the folder {text!r} cannot be written to")
    return text


def encryption_keys(text: str) -> tuple[bytes, ...]:
    """Return Fernet keys, the one that encrypts first; no problem repeats any of them."""
    keys = tuple(key.strip().encode() for key in text.split(","))
    for number, key in enumerate(keys, start=1):
        try:
            good = len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
        except ValueError:
            good = False
        if not good:
            raise ValueError(f"number {number} is not 32 bytes in URL-safe base64")
    return keys


def certificates(text: str) -> str:
    """Return the path of a file that holds certificates which can be trusted."""
    if not Path(text).is_file():
        raise ValueError(f"there is no file {text!r}")
    try:
        loaded = ssl.create_default_context(cafile=text).cert_store_stats()["x509"]
    except OSError:  # an ssl.SSLError is one; a file with nothing but revocations raises none
        loaded = 0
    if not loaded:
        raise ValueError(f"there are no certificates that can be read in {text!r}")
    return text


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
        if len(label) > MAX_LABEL:
            raise ValueError(f"the label of workspace {number} is longer than {MAX_LABEL}")
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


def database(text: str) -> dict[str, Any]:
    """Return Django's settings for a database address: SQLite or PostgreSQL."""
    try:
        with warnings.catch_warnings(action="ignore"):  # it warns of what is refused below
            settings: dict[str, Any] = environ.Env.db_url_config(text)
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
        # A connection that is kept need not read the schema again for every page.
        return settings | {"CONN_MAX_AGE": 60}
    if engine == "django.db.backends.postgresql":
        options = {"connect_timeout": 10} | settings.get("OPTIONS", {})
        if not settings["NAME"] and "service" not in options:
            raise ValueError("it names no database")
        return settings | {"OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    raise ValueError("it names neither SQLite nor PostgreSQL")


def credentials_problem(api_key: str, email: str, password: str) -> str | None:
    """Return what is wrong with the three variables that hold the shared key, or None.

    Without any of them there is no shared key: the set-up page says what is to be done.
    """
    example = "Example: FOCUS_API_KEY=toggl_sk_… (or FOCUS_EMAIL and FOCUS_PASSWORD)"
    if api_key and (email or password):
        return f"FOCUS_API_KEY: set it or FOCUS_EMAIL and FOCUS_PASSWORD, not both. {example}"
    if api_key and not re.fullmatch(r"[\x21-\x7e]{8,200}", api_key):
        return f"FOCUS_API_KEY: it must be 8 to 200 characters without spaces. {example}"
    if re.search(r"[\x00-\x1f\x7f:]", email):
        return f"FOCUS_EMAIL: it must not hold a colon or a control character. {example}"
    if bool(email) != bool(password):
        missing = "FOCUS_PASSWORD" if email else "FOCUS_EMAIL"
        return f"{missing}: it is missing beside its other half. {example}"
    return None
