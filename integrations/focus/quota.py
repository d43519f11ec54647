"""How many requests a key has left, as the service's headers say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_SECONDS = re.compile(r"(\d{1,9})(\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Quota:
    """What was last said about the hour's requests."""

    #: Requests left; None when not said.
    remaining: int | None = None
    #: When the count starts anew, aware UTC; None when not said.
    resets_at: datetime | None = None


def read_quota(
    headers: Mapping[str, str], now: datetime | None = None, *, refused: bool = True
) -> Quota | None:
    """Read the quota from headers with lower-case names; None when they say nothing readable.

    Retry-After speaks of the quota only where the answer ``refused`` for want of requests.
    """
    remaining = _COUNT.fullmatch(headers.get("x-toggl-quota-remaining", "").strip())
    retry_after = headers.get("retry-after", "") if refused else ""
    seconds = _SECONDS.fullmatch((headers.get("x-toggl-quota-resets-in") or retry_after).strip())
    if not remaining and not seconds:
        return None
    since = now or datetime.now(UTC)
    return Quota(
        int(remaining[0]) if remaining else None,
        since + timedelta(seconds=float(seconds[0])) if seconds else None,
    )
