"""What the sandbox knows: people, their accounts and calendars, and their provider's side of it.

Accounts and calendars are plain dicts, exactly as the *observed* service shows them, so that a
member nobody here has heard of survives a PUT, and a test can say ``calendar["name"] = …``.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")

ORGANIZATION = 5500001
WORKSPACE = 4400001
OTHER_ORGANIZATION = 5500942
HOUR = 3600
OTHER_WORKSPACE = 4400002


@dataclass
class Person:
    """Somebody with a key; ``workspaces`` are the ids of those they belong to."""

    name: str
    email: str
    password: str
    key: str
    workspaces: list[int]
    accounts: list[Json] = field(default_factory=list)
    #: Mapping rules, each with the ``workspace_id`` that it is for, which is not shown.
    rules: list[Json] = field(default_factory=list)


@dataclass
class Identity:
    """An address that can consent at a provider; ``calendars`` come with it when connected."""

    provider: str
    email: str
    name: str
    calendars: list[Json]


@dataclass
class Consent:
    """One trip to the provider: who asked for what, and from the second page on what was said."""

    state: str
    person: str
    provider: str
    integration_id: int | None
    return_to: str | None
    permissions: list[str]
    answered: bool = False
    code: str | None = None
    identity: str | None = None
    granted: list[str] = field(default_factory=list)


@dataclass
class Window:
    """An hour of requests of one person in one organization; ``resets_at`` in Unix seconds."""

    used: int
    resets_at: float


class Clock:
    """The time, which a test may push forward."""

    def __init__(self) -> None:
        self.offset = 0.0

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self.offset += seconds

    def seconds(self) -> float:
        """Unix time."""
        return time.time() + self.offset

    def stamp(self) -> str:
        """Now, as the service writes times."""
        now = datetime.fromtimestamp(self.seconds(), UTC)
        return now.isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class World:
    """Everything that has state; hold ``lock`` while reading or changing more than one thing."""

    people: list[Person]
    identities: list[Identity]
    workspaces: dict[int, int]
    projects: list[Json]
    tasks: list[Json]
    clients: list[Json] = field(default_factory=list)
    pending: dict[int, list[Json]] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    #: {calendar's id: iCal uids of the events that are hidden}; nothing shows them.
    hidden: dict[int, list[str]] = field(default_factory=dict)
    last_id: int = 900_000

    def __post_init__(self) -> None:
        """Give the world its lock and its clock, which are not part of its state."""
        self.lock = RLock()
        self.clock = Clock()

    def new_id(self) -> int:
        """An id that nothing here has had before."""
        self.last_id += 1
        return self.last_id

    def person(self, email: str) -> Person:
        """The person with this address; raises LookupError."""
        return first((p for p in self.people if p.email == email), f"person {email}")

    def owner(self, key: str) -> Person:
        """The person whose key this is; raises LookupError."""
        return first((p for p in self.people if p.key == key), "person with this key")

    def accounts(self, key: str) -> list[Json]:
        """The live accounts of the person with this key; raises LookupError."""
        return self.owner(key).accounts

    def account(self, integration_id: int) -> Json:
        """The live account with this id, whoever's it is; raises LookupError."""
        everyone = (a for p in self.people for a in p.accounts)
        matching = (a for a in everyone if a["calendar_integration_id"] == integration_id)
        return first(matching, f"account {integration_id}")

    def calendar(self, integration_id: int, calendar_id: int) -> Json:
        """The live calendar with this id; raises LookupError."""
        calendars: list[Json] = self.account(integration_id)["calendars"]
        matching = (c for c in calendars if c["calendar_id"] == calendar_id)
        return first(matching, f"calendar {calendar_id}")

    def identity(self, provider: str, email: str) -> Identity:
        """The provider's identity with this address; raises LookupError."""
        matching = (i for i in self.identities if (i.provider, i.email) == (provider, email))
        return first(matching, f"{provider} identity {email}")

    def window(self, email: str, organization: int) -> Window:
        """The hour that counts now for this person; a new one begins when the last is over."""
        name, now = f"{email}:{organization}", self.clock.seconds()
        window = self.windows.get(name)
        if window is None or window.resets_at <= now:
            window = self.windows[name] = Window(0, now + HOUR)
        return window

    def spent(self, email: str, used: int, *, resets_in: float = HOUR) -> None:
        """Let a person have ``used`` so many requests, everywhere, in an hour that ends then."""
        for organization in set(self.workspaces.values()):
            window = self.window(email, organization)
            window.used, window.resets_at = used, self.clock.seconds() + resets_in

    def queue(self, integration_id: int, kind: str, **change: Any) -> None:
        """Let the provider change something that the next refresh will bring.

        ``new`` (external_id=, name=, background_color=, foreground_color=), ``renamed``
        (calendar_id=, name=), ``recoloured`` (calendar_id=, background_color=,
        foreground_color=) and ``vanished`` (calendar_id=).
        """
        self.pending.setdefault(integration_id, []).append({"kind": kind, **change})


def first(found: Iterable[T], name: str) -> T:
    """The first of ``found``; raises LookupError naming what was looked for."""
    for item in found:
        return item
    raise LookupError(f"The sandbox has no {name}")
