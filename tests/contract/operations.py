"""Every operation as one call, for tests that hold of all of them."""

from collections.abc import Callable
from typing import Any

from integrations.focus import Calendar, FocusClient, Rule, decode_calendar, decode_rule
from integrations.sandbox import Sandbox

BACK = "https://admin.example.com/w/4400001/return/abc?x=1&y=a%20b"


def healthy(box: Sandbox) -> dict[str, Any]:
    """The first of Alex' accounts that works."""
    return next(a for a in box.world.accounts(box.shared_key) if not a["error_status"])


def account_id(box: Sandbox) -> int:
    return int(healthy(box)["calendar_integration_id"])


def calendar(box: Sandbox) -> Calendar:
    """Its first calendar, with a member that nobody here knows."""
    row = healthy(box)["calendars"][0]
    raw = f'{{"calendar_id":{row["calendar_id"]}, "unknown":[1.10,{{"a":"\\u0000"}}]}}'
    found = decode_calendar(raw.encode(), account_id(box))
    assert isinstance(found, Calendar)
    return found


def rule(box: Sandbox) -> Rule:
    """Alex' first rule, with a member that nobody here knows."""
    number = box.world.owner(box.shared_key).rules[0]["id"]
    found = decode_rule(b'{"id":%d, "title":"Daily stand-up", "unknown":[1.10]}' % number)
    assert isinstance(found, Rule)
    return found


def hide(focus: FocusClient, box: Sandbox) -> None:
    """Hide an event of the first calendar."""
    focus.hide_events(account_id(box), calendar(box).calendar_id, ["one@example.com"])


Operation = Callable[[FocusClient, Sandbox], Any]

OPERATIONS: dict[str, Operation] = {
    "list_accounts": lambda focus, box: focus.list_accounts(),
    "list_calendars": lambda focus, box: focus.list_calendars(account_id(box)),
    "setup": lambda focus, box: focus.setup("google", BACK),
    "reauth": lambda focus, box: focus.reauth(account_id(box), BACK, preserve_scope=True),
    "refresh": lambda focus, box: focus.refresh(account_id(box)),
    "update_calendar": lambda focus, box: focus.update_calendar(calendar(box), {"name": "New"}),
    "disconnect": lambda focus, box: focus.disconnect(account_id(box), preserve_entities=True),
    "settings": lambda focus, box: focus.settings(),
    "hide_events": hide,
    "list_mappings": lambda focus, box: focus.list_mappings(),
    "get_mapping": lambda focus, box: focus.get_mapping(rule(box).rule_id),
    "create_mapping": lambda focus, box: focus.create_mapping("New", 330001, None),
    "replace_mapping": lambda focus, box: focus.replace_mapping(rule(box), "Other", 330001, None),
    "delete_mapping": lambda focus, box: focus.delete_mapping(rule(box).rule_id),
}
#: What names are asked for with: of one scope only, and beyond the reference.
NAMES: dict[str, Operation] = {
    "projects": lambda focus, box: focus.list_projects(),
    "tasks": lambda focus, box: focus.list_tasks(project_id=330001),
    "clients": lambda focus, box: focus.list_clients(),
}
#: Those that name an account in their path.
ABOUT_ONE = ("list_calendars", "reauth", "refresh", "update_calendar", "disconnect")
CONSENT = ("setup", "reauth")
READING = ("list_accounts", "list_calendars", "settings", "list_mappings", "get_mapping")
#: Those that the service knows under an organization alone.
OF_ORGANIZATION = frozenset(name for name in OPERATIONS if name.endswith(("_mapping", "_mappings")))
