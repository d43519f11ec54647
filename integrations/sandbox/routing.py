"""Which operation a method and a path mean, in both scopes."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from integrations.sandbox.problems import ProblemError, invalid, missing

BASE = "/api"
INT64 = 2**63
INTEGER = re.compile(r"-?[0-9]{1,19}")
SCOPES = (
    ("organizations", "{organization_id}", "workspaces", "{workspace_id}"),
    ("workspaces", "{workspace_id}"),
)
CALENDAR = ("integrations", "calendar")
ONE = (*CALENDAR, "{integration_id}")
ACTIONS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("GET", CALENDAR, "list_accounts"),
    ("GET", (*CALENDAR, "setup"), "setup"),
    ("GET", (*ONE, "reauth"), "reauth"),
    ("POST", (*ONE, "update"), "refresh"),
    ("PUT", (*ONE, "calendars", "{calendar_id}"), "update_calendar"),
    ("PUT", (*ONE, "calendars", "{calendar_id}", "settings"), "hide_events"),
    ("GET", ONE, "list_calendars"),
    ("DELETE", ONE, "disconnect"),
)
MAPPINGS = (*SCOPES[0], *CALENDAR, "mappings")
RULES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("GET", MAPPINGS, "list_mappings"),
    ("POST", MAPPINGS, "create_mapping"),
    ("GET", (*MAPPINGS, "{mapping_id}"), "get_mapping"),
    ("PUT", (*MAPPINGS, "{mapping_id}"), "replace_mapping"),
    ("DELETE", (*MAPPINGS, "{mapping_id}"), "delete_mapping"),
)
ROUTES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    *((m, (*scope, *path), name) for scope in SCOPES for m, path, name in ACTIONS),
    *RULES,
    ("GET", (*SCOPES[0], "projects"), "projects"),
    ("GET", (*SCOPES[0], "tasks"), "tasks"),
    ("GET", (*SCOPES[1], "clients"), "clients"),
    ("GET", ("users", "me", "settings"), "settings"),
    ("GET", (*CALENDAR, "callback"), "callback"),
)
OPERATIONS = tuple(dict.fromkeys(name for _, _, name in ROUTES))


class Match(NamedTuple):
    """An operation and the path parameters as they were written."""

    operation: str
    parameters: dict[str, str]


def match(method: str, path: str) -> Match:
    """The operation behind ``path``; raises ProblemError 404, or 405 with Allow."""
    segments = segments_of(path)
    allowed: dict[str, Match] = {}
    literal = 0
    for verb, pattern, operation in ROUTES:
        parameters = fit(pattern, segments)
        if parameters is None:
            continue
        weight = len(pattern) - len(parameters)
        if weight > literal:
            allowed, literal = {}, weight
        if weight == literal:
            allowed[verb] = Match(operation, parameters)
    if not allowed:
        raise missing("Address")
    if method not in allowed:
        raise not_allowed(method, allowed)
    return allowed[method]


def not_allowed(method: str, allowed: dict[str, Match]) -> ProblemError:
    """A 405 that says what would be allowed."""
    methods = ", ".join(sorted(allowed))
    text = f"{method} is not allowed here; allowed: {methods}"
    return ProblemError(405, "method_not_allowed", text, headers=(("Allow", methods),))


def segments_of(path: str) -> tuple[str, ...]:
    """The decoded segments after the base; none of them when the path is elsewhere."""
    if not path.startswith(f"{BASE}/"):
        return ()
    return tuple(unquote(part) for part in path[len(BASE) + 1 :].split("/"))


def fit(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    """The parameters with which ``pattern`` is ``segments``, or None."""
    if len(pattern) != len(segments):
        return None
    parameters = {}
    for expected, found in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            parameters[expected[1:-1]] = found
        elif expected != found:
            return None
    return parameters


def integers(parameters: dict[str, str]) -> dict[str, int]:
    """Path parameters as 64-bit integers; raises ProblemError 400."""
    return {name: integer(name, text) for name, text in parameters.items()}


def integer(name: str, text: str) -> int:
    """One 64-bit integer; raises ProblemError 400."""
    if not INTEGER.fullmatch(text) or not -INT64 <= int(text) < INT64:
        raise invalid(name, "a 64-bit integer")
    return int(text)
