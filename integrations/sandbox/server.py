"""The sandbox as a whole: a world, two servers, and the handles that tests hold it by."""

from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

from integrations.sandbox import state as states
from integrations.sandbox.addresses import Addresses
from integrations.sandbox.api import Api
from integrations.sandbox.context import Between, Context, RequestSeen
from integrations.sandbox.faults import Fault
from integrations.sandbox.seed import seed
from integrations.sandbox.site import Site
from integrations.sandbox.switches import Dialect, Switches
from integrations.sandbox.wire import PortError, WireServer
from integrations.sandbox.world import World


class Sandbox:
    """Toggl Focus and a calendar provider on two loopback ports, in threads of this process.

    ``state`` is the file that keeps the world between runs (none: only memory). ``people``,
    ``accounts`` (on the shared key) and ``calendars`` (in each of them) size a fresh world; a
    world found in the file stays as it was. ``dialect`` and ``latency`` (seconds), when given,
    win over what the file says; ``reset`` does not look at the file. Raises StateError when the
    file cannot be read.
    """

    def __init__(
        self,
        state: Path | None = None,
        *,
        api_port: int = 0,
        provider_port: int = 0,
        people: int | None = None,
        accounts: int | None = None,
        calendars: int | None = None,
        dialect: Dialect | None = None,
        latency: float | None = None,
        reset: bool = False,
    ) -> None:
        options: dict[str, Any] = {"dialect": dialect, "latency": latency}
        given = {name: value for name, value in options.items() if value is not None}
        found = states.load(state) if state is not None and not reset else None

        def fresh() -> tuple[World, Switches]:
            return seed(people, accounts, calendars), Switches(**given)

        world, switches = found or fresh()
        vars(switches).update(given)
        addresses = Addresses(api_port, provider_port)
        self._context = Context(world, switches, addresses, fresh, state)
        self._servers: list[WireServer] = []

    @property
    def api_url(self) -> str:
        """The base of the Focus API, ending in ``/api``."""
        return self._context.addresses.api

    @property
    def provider_url(self) -> str:
        """The origin of the calendar provider, which is another site than the API's."""
        return self._context.addresses.provider

    @property
    def control_url(self) -> str:
        """The control page."""
        return f"{self.provider_url}/control"

    @property
    def shared_key(self) -> str:
        """The key of the first person."""
        return self.world.people[0].key

    @property
    def world(self) -> World:
        """The state; change it freely, ``with box.world.lock`` when threads matter."""
        return self._context.world

    @property
    def switches(self) -> Switches:
        """How the sandbox behaves."""
        return self._context.switches

    @property
    def requests(self) -> list[RequestSeen]:
        """Every request to the API since the last reset, in order (10,000 at most)."""
        return list(self._context.seen)

    def start(self) -> Self:
        """Listen on both ports; raises PortError when one is taken, and then holds none."""
        addresses = self._context.addresses
        api = WireServer(addresses.api_port, Api(self._context))
        try:
            provider = WireServer(addresses.provider_port, Site(self._context))
        except PortError:
            api.server_close()
            raise
        addresses.api_port, addresses.provider_port = api.port, provider.port
        self._servers = [api, provider]
        for server in self._servers:
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._context.save()
        return self

    def stop(self) -> None:
        """End every connection, let go of both ports, and write the state down."""
        for server in self._servers:
            server.finish()
        if self._servers:
            self._context.save()
        self._servers = []

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def reset(self) -> None:
        """The seeded world again, with the switches it began with, no faults, no requests."""
        self._context.reset()

    def fault(self, operation: str, kind: str, *, times: int | None = 1, **options: Any) -> Fault:
        """Let the next ``times`` requests of ``operation`` (or "any") fail; None: until cleared.

        See ``faults.py`` for the kinds and their options; ``performed=True`` does what was asked
        and spoils only the answer. Raises ValueError for a kind or option that does not exist.
        """
        return self._context.faults.add(operation, kind, times=times, **options)

    def let_happen(self, between: Between | None) -> None:
        """Call ``between`` before and after everything that is asked of the API is performed.

        It gets ``"before"`` or ``"after"`` and the request, in whose thread it runs, and may ask
        the API itself; None or a reset end it. The answer waits until it returns.
        """
        self._context.between = between

    def clear_faults(self) -> None:
        """No failures any more."""
        self._context.faults.clear()
