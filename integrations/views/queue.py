"""What needs somebody, as one person sees it: read once while no row changes that it is made of."""

from dataclasses import dataclass

from integrations import access
from integrations.access import AdminRequest
from integrations.models import Dismissal
from integrations.services import (
    account_needs,
    batch_needs,
    calendar_needs,
    default_needs,
    dismissals,
    kept_needs,
    key_needs,
    needs,
    recolour_needs,
    team,
)
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
    numbers = sorted(row.workspace_id for row in request.workspaces)
    rows = remembering.recall(request, f"needs {numbers}", lambda: _rows(request, numbers))
    others = [
        *key_needs.find(request.sources),
        *batch_needs.find(request.workspace, request.user, access.seen(request)),
        *kept_needs.find(request.sources, request.user, request.workspace),
        *recolour_needs.find(request.sources, request.user, request.workspace),
    ]
    found = dismissals.split(needs.sort([*rows.needs, *others]), request.workspace)
    return Queue(found.waiting, found.dismissed, rows.has_accounts)


def _rows(request: AdminRequest, workspaces: list[int]) -> _Rows:
    sources, person = request.sources, request.user
    return _Rows(
        needs=[
            *account_needs.find(sources, person),
            *calendar_needs.find(sources, person, workspaces),
            *default_needs.find(sources, person),
        ],
        has_accounts=team.accounts(sources, person).exists(),
    )
