"""The believable team that a fresh sandbox holds; everything in it is invented."""

from typing import Any, NamedTuple

from integrations.sandbox.world import OTHER_WORKSPACE, WORKSPACE

BLACK, WHITE = "#000000", "#ffffff"
HOLIDAYS = "team-holidays@group.calendar.example.com"


class CalendarSeed(NamedTuple):
    """A calendar's look, and whatever of it is not ordinary."""

    name: str | None
    background: str | None
    foreground: str | None
    rest: dict[str, Any] = {}


class AccountSeed(NamedTuple):
    """An account and its calendars."""

    integration_id: int
    provider: str
    email: str
    calendars: tuple[CalendarSeed, ...]
    rest: dict[str, Any] = {}


LONG = "Quarterly planning, budget reviews, hiring panels and everything else that never fits " * 3
C = CalendarSeed

ALEX = (
    AccountSeed(
        710001,
        "google",
        "alex@example.com",
        (
            C("alex@example.com", "#9fe1e7", BLACK, {"default_project_id": 330001}),
            C("Client calls", "#0b8043", WHITE, {"default_planned_task_id": 220002}),
            C("Team holidays", "#16a765", BLACK, {"external_id": HOLIDAYS, "selected": False}),
            C("Birthdays", "#fad165", WHITE, {"selected": False}),
            C("Focus time", "#3f51b5", "#4050b0", {"focus_auto_track": True}),
            C("🎨 Design critique 👩‍🎨✨", "#8e24aa", WHITE),
            C("اجتماعات الفريق", "#f4511e", BLACK),
            C("", "#cabdbf", BLACK, {"selected": False}),
        ),
        {"has_write_scope": True, "auto_track": True},
    ),
    AccountSeed(
        710002,
        "google",
        "studio@example.com",
        (
            C("studio@example.com", "#7986cb", BLACK, {"default_workspace_id": OTHER_WORKSPACE}),
            C("Production schedule", "#e67c73", BLACK, {"default_project_id": 330002}),
            C("Team holidays", "#16a765", BLACK, {"external_id": HOLIDAYS}),
            C("Equipment", "#616161", "#6b6b6b"),
            C("Old office", "#795548", WHITE, {"default_project_id": 330009}),
            C(LONG.strip(), "#33b679", BLACK),
            C("Deliveries", "#fff", "#000", {"default_workspace_id": 0, "default_project_id": 0}),
        ),
        {"has_write_scope": True},
    ),
    AccountSeed(
        710003,
        "outlook",
        "alex.admin@example.net",
        (
            C("Calendar", "#0078d4", WHITE),
            C("United Kingdom holidays", "#498205", WHITE, {"selected": False}),
            C("Board", "#ca5010", WHITE, {"remind_tracking": True}),
            C("No colours yet", None, None, {"default_workspace_id": None}),
            C("Named, not coloured", "lightyellow", "", {"selected": False}),
        ),
        {"has_write_scope": False},
    ),
    AccountSeed(
        710004,
        "google",
        "events@example.com",
        (
            C("events@example.com", "#d50000", WHITE, {"default_project_id": 330003}),
            C("Workshops", "#f6bf26", BLACK),
            C("Meet-ups", "#039be5", BLACK),
            C("Conference travel", "#b39ddb", "#b0a0d8"),
        ),
        {"has_write_scope": True, "error_status": "invalid_grant"},
    ),
    AccountSeed(
        710005,
        "outlook",
        "rooms@example.net",
        (
            C("Meeting room", "#038387", WHITE),
            C("Meeting room", "#8764b8", WHITE),
            C("Studio floor", "#986f0b", WHITE, {"default_project_id": 330002}),
            C("יומן חדרים", "#e3008c", WHITE),
        ),
        {"has_write_scope": True, "error_status": None},
    ),
    AccountSeed(
        710006,
        "google",
        "alexandra.administrator.of.the.example.studio.freelance@mail.example.org",
        (C("Freelance", "#4285f4", WHITE, {"auto_track": True}), C("Private", "#a79b8e", BLACK)),
        {"has_write_scope": False, "origin_product_id": 3},
    ),
)

BO = (
    AccountSeed(
        720001,
        "google",
        "bo@example.com",
        (
            C("bo@example.com", "#a4bdfc", BLACK, {"default_project_id": 330001}),
            C("Team holidays", "#16a765", BLACK, {"external_id": HOLIDAYS}),
            C("School runs", "#dbadff", BLACK, {"selected": False}),
        ),
        {"has_write_scope": True},
    ),
    AccountSeed(
        720002,
        "outlook",
        "bo.larsen@example.net",
        (C("Calendar", "#0078d4", WHITE), C("On call", "#d13438", WHITE)),
        {"has_write_scope": False, "error_status": "token_revoked"},
    ),
)

CHIDI = (
    AccountSeed(
        730001,
        "google",
        "chidi@example.com",
        (C("chidi@example.com", "#51b749", BLACK), C("Reviews", "#ff887c", BLACK)),
        {"has_write_scope": True},
    ),
)

# Name, address, the two digits of the obviously invented key, workspaces, accounts.
PEOPLE = (
    ("Alex Admin", "alex@example.com", "5a", [WORKSPACE, OTHER_WORKSPACE], ALEX),
    ("Bo Larsen", "bo@example.com", "b0", [WORKSPACE], BO),
    ("Chidi Obi", "chidi@example.com", "c1", [WORKSPACE], CHIDI),
    ("Dana New", "dana@example.com", "d4", [WORKSPACE], ()),
)

# What the provider has changed since Focus last looked at studio@example.com.
PENDING: tuple[dict[str, Any], ...] = (
    {
        "kind": "new",
        "external_id": "showroom@group.calendar.example.com",
        "name": "Showroom",
        "background_color": "#009688",
        "foreground_color": WHITE,
    },
    {"kind": "renamed", "index": 1, "name": "Production plan"},
    {
        "kind": "recoloured",
        "index": 3,
        "background_color": "#455a64",
        "foreground_color": WHITE,
    },
    {"kind": "vanished", "index": 4},
)
PENDING_ACCOUNT = 710002

# Identities that nobody has connected yet.
STRANGERS = (
    ("google", "noor.new@example.com", "Noor New"),
    ("google", "reception@example.com", "Reception"),
    ("outlook", "priya.patel@example.net", "Priya Patel"),
    ("outlook", "workshops@example.net", "Workshops"),
)
STRANGER_CALENDARS = (
    C(None, "#9fe1e7", BLACK),
    C("Meetings", "#5484ed", WHITE),
    C("Appointments", "#fbd75b", BLACK),
    C("Travel", "#46d6db", BLACK),
    C("Team", "#dc2127", WHITE),
    C("Public holidays", "#e1e1e1", BLACK),
    C("Reading group", "#7ae7bf", BLACK),
)

# id, name, workspace
CLIENTS = (
    (550001, "Harbour Theatre", WORKSPACE),
    (550002, "Lark & Finch", WORKSPACE),
    (560001, "Riverside Council", OTHER_WORKSPACE),
)
# id, name, colour, active, workspace, client
PROJECTS = (
    (330001, "Website relaunch", "#0b83d9", True, WORKSPACE, 550001),
    (330002, "Spring campaign", "#d94182", True, WORKSPACE, 550002),
    (330003, "Community events", "#e36a00", True, WORKSPACE, 550001),
    (330004, "Internal", "#566614", True, WORKSPACE, None),
    (330009, "Office move (finished)", "#525266", False, WORKSPACE, None),
    (340001, "Side project", "#06a893", True, OTHER_WORKSPACE, 560001),
)
# id, name, project, active
TASKS = (
    (220001, "Wireframes", 330001, True),
    (220002, "Client feedback", 330001, True),
    (220003, "Photo shoot", 330002, True),
    (220004, "Booking", 330003, True),
    (220009, "Storyboard", 330002, False),
)
# Title, project, task; of whom.
RULES: dict[str, tuple[tuple[str, int | None, int | None], ...]] = {
    "alex@example.com": (
        ("Daily stand-up", 330004, None),
        ("Client call", None, 220002),
        ("Photo shoot", 330002, 220003),
        ("Moving crates", 330009, None),
    ),
    "bo@example.com": (("Site visit", 330001, None),),
}
