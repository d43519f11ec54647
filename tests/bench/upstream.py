"""The sandbox in a process of its own, so that what it reckons is not reckoned to anybody here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from integrations.sandbox import Sandbox
from integrations.sandbox.world import ORGANIZATION, WORKSPACE

Order = Callable[[Sandbox], Any]


class Upstream:
    """A handle of the sandbox at the other end of a pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.api_url, self.key = pipe.recv()
        #: Where the list of everything is.
        self.calendars = (
            f"{self.api_url}/organizations/{ORGANIZATION}/workspaces/{WORKSPACE}"
            "/integrations/calendar"
        )
        self.authorization = {"Authorization": f"Bearer {self.key}"}

    def tell(self, order: Order) -> Any:
        """Have the sandbox do something, a function of this repository, and return its answer."""
        self._pipe.send(order)
        return self._pipe.recv()


@contextmanager
def upstream(**sizes: int) -> Iterator[Upstream]:
    """Run a sandbox of these sizes, without a quota that anybody could use up."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, sizes), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Upstream(ours)
    finally:
        ours.close()
        process.join(timeout=10)


def _serve(pipe: Connection, sizes: dict[str, Any]) -> None:
    with Sandbox(**sizes) as box:
        box.switches.quota = 100_000_000
        pipe.send((box.api_url, box.shared_key))
        try:
            while True:
                pipe.send(pipe.recv()(box))
        except EOFError:
            return


def slow(box: Sandbox) -> None:
    """Answer as a service across an ocean does."""
    box.switches.latency = 0.15


def quick(box: Sandbox) -> None:
    """Answer at once."""
    box.switches.latency = 0


def recolour(box: Sandbox) -> None:
    """Change every calendar."""
    with box.world.lock:
        for account in box.world.accounts(box.shared_key):
            for calendar in account["calendars"]:
                is_black = calendar["background_color"] == "#000000"
                calendar["background_color"] = "#ffffff" if is_black else "#000000"


def asked(box: Sandbox) -> int:
    """Return how many requests have come."""
    return len(box.requests)


def nothing(_box: Sandbox) -> None:
    """Leave everything as it is."""


def keys(box: Sandbox) -> list[str]:
    """Return the keys of everybody but the first person, whose is the shared one."""
    return [person.key for person in box.world.people[1:]]
