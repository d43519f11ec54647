"""Which accounts do not work, over several keys and workspaces at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from integrations.models import Account, Key, Source, Workspace
from integrations.services import freshness, keys, mirror
from integrations.services.actors import Actor
from integrations.services.asking import THREADS

#: Rows that are older than this after a look were not read: whoever was at it has not answered.
GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class Found:
    """How an account was, through whichever key and in whichever workspace it was seen last."""

    #: The nearest row that says so, the shared key first.
    account: Account
    #: Where it is seen, in the order of the workspaces.
    workspaces: tuple[Workspace, ...]
    #: When Focus last said so; a row that stays as it was is not written again.
    seen_at: datetime


@dataclass(frozen=True)
class Report:
    """What was found; an account that is seen by several keys or workspaces is there once."""

    broken: tuple[Found, ...]
    working: tuple[Found, ...]
    #: What could not be found out: ``last_error`` says why, empty where nothing was read yet.
    unknown: tuple[Source, ...]
    #: The oldest answer that this rests on, None where all is unknown.
    seen_at: datetime | None

    @property
    def total(self) -> int:
        """How many accounts there are, broken or not."""
        return len(self.broken) + len(self.working)


def shown(found: Iterable[Key]) -> list[Key]:
    """Return the keys whose accounts their owner shows to others than themselves."""
    return [key for key in found if key.owner is None or key.visibility != Key.Visibility.PRIVATE]


def report(found: list[Key], among: Iterable[Workspace], *, by: Actor, ask: bool) -> Report:
    """Return the accounts that do not work, of what these keys see in these workspaces.

    With ``ask``, Focus is asked once for each source whose rows are old; otherwise what was seen
    last counts. A person's key that is not for a workspace is no finding beside others.
    """
    sources = [row for workspace in among for row in _sources(found, workspace)]
    if ask:
        for start in range(0, len(sources), THREADS):  # so many answer side by side in time
            mirror.look_all(sources[start : start + THREADS], by=by)
    known = [row for row in sources if _is_known(row, ask)]
    accounts = _accounts(known)
    return Report(
        broken=tuple(row for row in accounts if row.account.state != Account.State.WORKING),
        working=tuple(row for row in accounts if row.account.state == Account.State.WORKING),
        unknown=tuple(
            row for row in sources if row not in known and not (known and freshness.is_outside(row))
        ),
        seen_at=min((row.last_good_at for row in known if row.last_good_at), default=None),
    )


def _sources(found: list[Key], workspace: Workspace) -> list[Source]:
    keys.add_sources(found, workspace)
    rows = Source.objects.filter(key__in=found, workspace=workspace)
    rows = rows.select_related("key__owner", "workspace")
    return sorted(rows, key=lambda row: (row.key.owner is not None, str(row.key), row.pk))


def _is_known(source: Source, ask: bool) -> bool:
    """Say whether the rows are an answer to this very key, and after a look a recent one."""
    if source.last_error or source.last_good_at is None:
        return False
    oldest = timedelta(seconds=settings.MIRROR_MAX_AGE) + GRACE
    recent = not ask or timezone.now() - source.last_good_at < oldest
    return recent and source.key_generation == source.key.generation


def _accounts(sources: list[Source]) -> list[Found]:
    """Return every account that is there, each once, in the order of workspace and urgency.

    Toggl Focus numbers an account alike in all workspaces, and says the same of it there.
    """
    nearness = {row.pk: position for position, row in enumerate(sources)}
    seen: dict[int, list[Account]] = defaultdict(list)
    rows = Account.objects.filter(source__in=sources)
    rows = rows.select_related("source__key__owner", "source__workspace").defer("raw")
    for row in sorted(rows, key=lambda row: (nearness[row.source_id], row.pk)):
        seen[row.integration_id].append(row)
    return sorted(filter(None, map(_found, seen.values())), key=_place)


def _found(rows: list[Account]) -> Found | None:
    """Return how an account was at the latest look, of its rows, the nearest first.

    None where it is gone: the latest look of a key tells whether it sees the account, in whichever
    workspace that was.
    """
    last: dict[UUID, Account] = {}
    for row in rows:
        key = row.source.key_id
        last[key] = max(last.get(key, row), row, key=_seen_at)
    missing = {key for key, row in last.items() if row.gone_at is not None}
    present = [row for row in rows if row.gone_at is None and row.source.key_id not in missing]
    if not present:
        return None
    latest = max(present, key=_seen_at)
    alike = (row for row in present if _told(row) == _told(latest))
    places = dict.fromkeys(row.source.workspace for row in present)
    return Found(account=next(alike), workspaces=tuple(places), seen_at=_seen_at(latest))


def _told(row: Account) -> tuple[str, str]:
    return row.state, row.error_status


def _seen_at(row: Account) -> datetime:
    """Return when its source last said how it is, or that it is gone."""
    return max(filter(None, (row.source.last_good_at, row.seen_at, row.gone_at)))


def _place(found: Found) -> tuple[str, int, str, int]:
    row = found.account
    return row.source.workspace.label, row.urgency, row.email, row.pk
