"""What both servers share: the world and how it behaves, what was asked, what is to fail."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from integrations.sandbox import state as states
from integrations.sandbox.addresses import Addresses
from integrations.sandbox.faults import Faults
from integrations.sandbox.switches import Switches
from integrations.sandbox.world import World

LOG_LENGTH = 10_000
Moment = Literal["before", "after"]


@dataclass(frozen=True)
class RequestSeen:
    """One request to the API as it arrived; header names are lower case, ``key`` the bearer's."""

    method: str
    path: str
    query: dict[str, str]
    operation: str
    key: str | None
    body: bytes
    headers: dict[str, str]


#: What a test lets happen at a moment of a request, in that request's thread.
Between = Callable[[Moment, RequestSeen], None]


@dataclass
class Context:
    """The moving parts; ``fresh`` makes a seeded world and the switches it starts with."""

    world: World
    switches: Switches
    addresses: Addresses
    fresh: Callable[[], tuple[World, Switches]]
    state: Path | None = None
    faults: Faults = field(default_factory=Faults)
    seen: deque[RequestSeen] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    answered: deque[tuple[RequestSeen, int]] = field(default_factory=lambda: deque(maxlen=100))
    between: Between | None = None

    def at(self, moment: Moment, seen: RequestSeen) -> None:
        """Let happen what a test wants to happen now; nobody holds the world's lock."""
        if self.between is not None:
            self.between(moment, seen)

    def save(self) -> None:
        """Write the world down, if there is a file for it."""
        if self.state is not None:
            with self.world.lock:
                states.save(self.state, self.world, self.switches)

    def reset(self) -> None:
        """The seeded world again, no faults, nothing asked."""
        with self.world.lock:
            self.world, self.switches = self.fresh()
            self.faults.clear()
            self.seen.clear()
            self.answered.clear()
            self.between = None
        self.save()
