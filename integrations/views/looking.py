"""How fresh a page's rows are, in words that every list and detail page uses."""

from dataclasses import dataclass
from datetime import datetime

from integrations.access import AdminRequest
from integrations.services import keys, mirror
from integrations.views.failures import Failure, by_code, failure


@dataclass(frozen=True)
class Look:
    """When the rows were last good, and what prevented a newer look."""

    checked_at: datetime | None
    failure: Failure | None
    trace_id: str
    resets_at: datetime | None
    unreadable: int

    @property
    def loaded(self) -> bool:
        """Tell *none* from *not loaded yet*."""
        return self.checked_at is not None


def look(request: AdminRequest) -> Look:
    """Refresh the page's source when it is old (at most one request) and say how it went."""
    source = request.source
    error = mirror.look(source)
    told = failure(error) if error else by_code(source.last_error)
    quota = keys.quota(source)
    return Look(
        checked_at=source.last_good_at,
        failure=told,
        trace_id=source.last_error_trace,
        resets_at=quota.resets_at if quota else None,
        unreadable=source.unreadable,
    )
