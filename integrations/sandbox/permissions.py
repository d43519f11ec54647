"""What a person can allow at a provider, in words and as the scopes that Focus then holds."""

from collections.abc import Iterable
from typing import NamedTuple

READ = ("calendars", "events")
WRITE = "write"


class Permission(NamedTuple):
    """One line of the consent page."""

    slug: str
    label: str
    scope: str


GOOGLE = "https://www.googleapis.com/auth/"
PERMISSIONS = {
    "google": (
        Permission(
            "calendars", "See the list of your calendars", f"{GOOGLE}calendar.calendarlist.readonly"
        ),
        Permission("events", "See the events in them", f"{GOOGLE}calendar.events.readonly"),
        Permission("write", "Add and change events", f"{GOOGLE}calendar.events"),
    ),
    "outlook": (
        Permission("calendars", "See who you are and list your calendars", "User.Read"),
        Permission("events", "See the events in them", "Calendars.Read"),
        Permission("write", "Add and change events", "Calendars.ReadWrite"),
    ),
}
PROVIDER_NAMES = {"google": "Google", "outlook": "Microsoft Outlook"}


def scopes(provider: str, granted: Iterable[str]) -> list[str]:
    """The scopes behind ``granted``, in the provider's order."""
    chosen = frozenset(granted)
    return [p.scope for p in PERMISSIONS[provider] if p.slug in chosen]


def wanted(*, write: bool) -> list[str]:
    """The permissions that a trip asks for."""
    return [*READ, WRITE] if write else [*READ]
