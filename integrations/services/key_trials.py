"""Trying a key on purpose: whether Focus takes it, and whether it lets people come back to us."""

from dataclasses import dataclass

from integrations import focus
from integrations.models import Key, Quota, Source, Workspace
from integrations.services import key_uses, keys, mirror, quotas
from integrations.services.actors import Actor


@dataclass(frozen=True)
class Trial:
    """What Focus said to a key in a workspace: ``error`` is None where all is well."""

    source: Source
    error: focus.FocusError | None
    #: What is known of the hour's requests.
    quota: Quota | None


@dataclass(frozen=True)
class Start:
    """What came of asking for a connection; ``error`` is None where Focus began one."""

    error: focus.FocusError | None
    #: Whether Focus would lead people back to us; None where that cannot be told.
    returns: bool | None


def of(key: Key, among: list[Workspace], *, by: Actor) -> Trial:
    """Ask Focus, once, for what a key sees in the first workspace in which it was ever good.

    Where it was good in none of them that is the first one. The rows are brought in line with the
    answer, and what went wrong is noted, as when a page asks.
    """
    good = Source.objects.filter(key=key, workspace__in=among, last_good_at__isnull=False)
    known = set(good.values_list("workspace", flat=True))
    workspace = next((row for row in among if row.pk in known), among[0])
    source = keys.source(key, workspace)
    source.key, source.workspace = key, workspace
    error = mirror.look(source, by=by, force=True)
    return Trial(source, error, quotas.of(source))


def start_connection(source: Source, provider: str, return_url: str, *, by: Actor) -> Start:
    """Ask Focus to begin a connection that nobody takes up: the consent address is thrown away.

    Costs one request, and another one where the first is refused with 400: only if it is not
    refused without ``return_url`` was that the reason.
    """
    with keys.opened(source) as client:
        began = _began(client, provider, return_url, source, by)
        if not (isinstance(began, focus.RejectedError) and began.status == 400):
            return Start(began, None if began else True)
        without = _began(client, provider, None, source, by)
    return Start(without, None if without else False)


def _began(
    client: focus.FocusClient, provider: str, return_url: str | None, source: Source, by: Actor
) -> focus.FocusError | None:
    key_uses.note_read(source.key, by)
    try:
        client.setup(provider, return_url)
    except focus.FocusError as error:
        return error
    return None
