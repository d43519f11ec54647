"""What needs somebody, as one person sees it: read once while no row changes that it is made of."""

from dataclasses import dataclass

from integrations.access import AdminRequest
from integrations.models import Dismissal
from integrations.services import account_needs, dismissals, needs, team
from integrations.services.needs import Need
from integrations.views import remembering


@dataclass(frozen=True)
class Queue:
    """What waits, by urgency, and what was put aside."""

    waiting: list[Need]
    dismissed: list[tuple[Need, Dismissal]]
    has_accounts: bool

    @property
    def needs(self) -> list[Need]:
        """All of it."""
        return [*self.waiting, *(need for need, _row in self.dismissed)]


@dataclass(frozen=True)
class _Rows:
    """What the rows of the mirror say, and nothing else does."""

    needs: list[Need]
    has_accounts: bool


def read(request: AdminRequest) -> Queue:
    """Return the queue of the page's workspace; as many queries however long it is."""
    rows = remembering.recall(request, "needs", lambda: _rows(request))
    found = dismissals.split(needs.sort(rows.needs), request.workspace)
    return Queue(found.waiting, found.dismissed, rows.has_accounts)


def _rows(request: AdminRequest) -> _Rows:
    return _Rows(
        needs=account_needs.find(request.sources, request.user),
        has_accounts=team.accounts(request.sources, request.user).exists(),
    )
