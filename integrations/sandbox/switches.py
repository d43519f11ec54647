"""How the sandbox behaves, as far as the service's own behaviour is unsettled."""

from dataclasses import dataclass
from typing import Literal

Dialect = Literal["observed", "documented"]
DIALECTS: tuple[Dialect, ...] = ("observed", "documented")
PREMIUM = 600


@dataclass
class Switches:
    """Change any of them while the sandbox runs; the next request sees it."""

    #: ``observed``: 204 after a write, bare arrays, more members; ``documented``: the reference.
    dialect: Dialect = "observed"
    #: Setup answers 402 "already exists" when the person has an account of that provider.
    setup_conflict: bool = False
    #: Setup and reauth answer 400 whenever a ``return_to`` is given.
    refuse_return_to: bool = False
    #: Seconds that every API answer takes longer.
    latency: float = 0.0
    #: Requests an hour for each person in each organization.
    quota: int = PREMIUM
    #: Whether answers say how much quota is left.
    quota_headers: bool = True
    #: Whether an empty list is written ``null``, as a Go service may.
    null_for_empty: bool = False
    #: Whether projects, tasks and clients are unknown addresses: only the reference is offered.
    nameless: bool = False

    #: Whether there are mapping rules and hidden events at all; otherwise 404.
    offers_rules: bool = True
    #: Whether the titles of rules are the same without regard to spaces and punctuation, too.
    loose_titles: bool = False

    @property
    def documented(self) -> bool:
        """Whether the reference is what counts."""
        return self.dialect == "documented"
