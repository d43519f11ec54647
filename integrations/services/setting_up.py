"""How far an installation is set up: a workspace, a key, and one good answer from Focus."""

from dataclasses import dataclass

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Key, Source, Workspace
from integrations.services import credentials, keys, overview, team, workspaces


@dataclass(frozen=True)
class Progress:
    """What is there already, as far as one person can see it; nothing asks Focus."""

    workspaces: list[Workspace]
    #: Whether the environment holds the shared key.
    has_shared: bool
    #: The person's own key.
    own: Key | None
    #: What the first check asks, or has asked: None before there is a workspace and a key.
    source: Source | None
    #: How many accounts it saw.
    accounts: int
    workers: int

    @property
    def has_key(self) -> bool:
        """Whether Focus can be asked at all."""
        return self.has_shared or self.own is not None

    @property
    def is_checked(self) -> bool:
        """Whether Focus has answered well, and nothing went wrong since."""
        source = self.source
        return source is not None and source.last_good_at is not None and not source.last_error


def is_ready(person: User, role: Role | None) -> bool:
    """Say whether there is a workspace to open and a key to see it with."""
    if not workspaces.visible().exists():
        return False
    return credentials.has_shared() or keys.visible_to(person, role).exists()


def progress(person: User, role: Role | None) -> Progress:
    """Return how far it is, for the person who asks."""
    found = list(workspaces.visible())
    alive, _last = overview.heartbeat()
    source = _source(person, role, found)
    return Progress(
        workspaces=found,
        has_shared=credentials.has_shared(),
        own=Key.objects.filter(owner=person).first(),
        source=source,
        accounts=Account.objects.filter(source=source, gone_at=None).count() if source else 0,
        workers=alive,
    )


def _source(person: User, role: Role | None, found: list[Workspace]) -> Source | None:
    """Return what the nearest key that may be used sees: where it was good, else at first."""
    usable = keys.usable_by(person, role).select_related("owner")
    if credentials.has_shared():
        mine = keys.with_shared(usable)
    else:
        mine = [key for key in usable if key.owner_id is not None]
    rows = [row for workspace in found for row in team.sources(mine, person, workspace)]
    good = [row for row in rows if row.last_good_at is not None and not row.last_error]
    return next(iter(good or rows), None)
