"""One admitted request, and what its path names."""

from dataclasses import dataclass

from integrations.sandbox.addresses import Addresses
from integrations.sandbox.bodies import Query
from integrations.sandbox.problems import missing
from integrations.sandbox.switches import Switches
from integrations.sandbox.world import Json, Person, World


@dataclass(frozen=True)
class Call:
    """One admitted request: whose it is, its path parameters, its query, its body."""

    world: World
    switches: Switches
    addresses: Addresses
    person: Person
    ids: dict[str, int]
    query: Query
    body: bytes

    @property
    def account(self) -> Json:
        """The account that the path names; raises ProblemError 404."""
        wished = self.ids["integration_id"]
        for account in self.person.accounts:
            if account["calendar_integration_id"] == wished:
                return account
        raise missing("Integration")

    @property
    def calendar(self) -> Json:
        """The calendar that the path names; raises ProblemError 404."""
        calendars: list[Json] = self.account["calendars"]
        for calendar in calendars:
            if calendar["calendar_id"] == self.ids["calendar_id"]:
                return calendar
        raise missing("Calendar")
