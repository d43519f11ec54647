"""Reading names from Focus: page by page, through the ledger, and never of the last requests.

What arrives is kept as rows (models/names.py) for ``names`` to answer from. A list that is longer
than one press may read goes on with the next one.
"""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from integrations import focus
from integrations.models import Calendar, Name, NameList, Source
from integrations.services import freshness, key_uses, keys, name_rows, names, outage, quotas
from integrations.services.actors import Actor

Kind = Name.Kind
#: Pages that one press reads, each of 100 names.
MOST_PAGES = 10
#: Names that a search shows.
MOST_FOUND = 20
#: The codes of errors after which nothing is to be expected of this service or key.
NOT_OFFERED = frozenset({focus.NotFoundError.code, focus.ForbiddenError.code, "no-organization"})


class NoOrganizationError(focus.RejectedError):
    """Names are asked for in an organization, and nobody has said which it is."""

    code = "no-organization"


@dataclass
class Reading:
    """What came of it: how many requests it took, and what ended it early."""

    requests: int = 0
    error: focus.FocusError | None = None
    #: Whether there is more to be read.
    is_partial: bool = False


@dataclass
class Found(Reading):
    """The names that a search found, as rows; ``is_partial``: there are more than these."""

    rows: list[Name] = field(default_factory=list)


class _Asker:
    """Asks for pages, each paid for before it is sent."""

    def __init__(self, source: Source, client: focus.FocusClient) -> None:
        self.source, self.client, self.paid = source, client, 0
        #: A press waits no longer than a write does.
        self.until = time.monotonic() + settings.FOCUS_WRITE_DEADLINE

    def page(
        self, kind: Kind, number: int = 1, *, name: str = "", project_id: int = 0
    ) -> focus.Page:
        """Return a page; raises FocusError, and ReserveError where only the last are left."""
        if not quotas.spend(self.source, reserve=freshness.page_reserve):
            raise freshness.ReserveError("GET", sent=False)
        self.paid += 1
        if kind == Kind.PROJECT:
            return self.client.list_projects(number, name=name)
        if kind == Kind.TASK:
            return self.client.list_tasks(number, name=name, project_id=project_id or None)
        return self.client.list_clients(number, name=name)


def look_up(source: Source, *, by: Actor) -> Reading:
    """Read the names of all projects, their clients, and tasks where a calendar has one, as is due.

    A list that was read to its end within NAMES_MAX_AGE is not asked for.
    """
    done = Reading()

    def read(asker: _Asker) -> None:
        _read(asker, Kind.PROJECT, done)
        if _has_clients(source):
            _read(asker, Kind.CLIENT, done)
        if _has_tasks(source):
            _read(asker, Kind.TASK, done)

    _ask(source, by, done, read)
    return done


def search(source: Source, kind: Kind, text: str, *, by: Actor, project_id: int = 0) -> Found:
    """Return names that hold ``text``, of the tasks of one project where it is given.

    Asks nothing where the whole list is known. A list that fits into one page is read whole; of a
    longer one, Focus is asked for what matches.
    """
    found = Found()

    def read(asker: _Asker) -> None:
        _find(asker, kind, text, project_id)
        if kind == Kind.PROJECT and _has_clients(source):
            _read(asker, Kind.CLIENT, found)

    if not is_whole(source, kind, project_id):
        _ask(source, by, found, read)
    rows = matching(source, kind, text, project_id)
    found.rows = list(rows[: MOST_FOUND + 1])
    found.is_partial = len(found.rows) > MOST_FOUND
    found.rows = found.rows[:MOST_FOUND]
    return found


def matching(source: Source, kind: Kind, text: str, project_id: int = 0) -> QuerySet[Name]:
    """Return the rows that hold each word of ``text``, those in use first; asks nothing."""
    rows = Name.objects.filter(
        source=source, kind=kind, gone_at=None, key_generation=source.key.generation
    )
    if project_id:
        rows = rows.filter(project_id=project_id)
    for word in text.casefold().split():
        rows = rows.filter(search__contains=word)
    return rows.order_by(name_rows.LIVE_FIRST, "search", "number")


def is_whole(source: Source, kind: Kind, project_id: int = 0) -> bool:
    """Say whether all names of a kind were read not too long ago."""
    kept = NameList.objects.filter(
        source=source,
        kind=kind,
        project_id__in={0, project_id},
        key_generation=source.key.generation,
        whole_at__gt=timezone.now() - names.max_age(),
    )
    return kept.exists()


def state(sources: Collection[Source]) -> tuple[str, datetime | None]:
    """Return why there are no names, and when they were last read to their end.

    The first is the error's code where Focus offers none through any of the sources, else "". The
    moment is the earliest of the sources that were read.
    """
    lists = NameList.objects.filter(source__in=sources, kind=Kind.PROJECT, project_id=0)
    told = {row.source_id: row for row in lists}
    codes = {
        NoOrganizationError.code
        if source.workspace.organization_id is None
        else told[source.pk].error
        if source.pk in told
        else ""
        for source in sources
    }
    whole = [row.whole_at for row in told.values() if row.whole_at]
    return codes.pop() if len(codes) == 1 and codes <= NOT_OFFERED else "", min(whole, default=None)


def _find(asker: _Asker, kind: Kind, text: str, project_id: int) -> None:
    """Ask for what matches, or for the whole list where it may be short."""
    row = name_rows.list_of(asker.source, kind, project_id)
    if row.total is None or row.total <= name_rows.SHORT or not text:
        asked_at = timezone.now()
        page = _asked(asker, row, 1, project_id=project_id)
        name_rows.take(row, page, asked_at=asked_at, number=1)
        if page.is_last or not text:
            return
    page = asker.page(kind, name=text, project_id=project_id)
    name_rows.store(asker.source, kind, page.items, seen_at=timezone.now())


def _read(asker: _Asker, kind: Kind, done: Reading) -> None:
    """Read a list on from where it was left, to its end or as far as one press goes."""
    if is_whole(asker.source, kind):
        return
    row = name_rows.list_of(asker.source, kind)
    for number in _pages(row):
        asked_at = timezone.now()
        page = _asked(asker, row, number)
        if name_rows.take(row, page, asked_at=asked_at, number=number):
            return
        if time.monotonic() > asker.until:
            break
    done.is_partial = True


def _pages(row: NameList) -> Iterator[int]:
    """Yield the numbers of the pages that are next; what was begun long ago begins again."""
    begun = row.begun_at
    is_old = begun is None or begun < timezone.now() - names.max_age()
    first = 1 if is_old or row.next_page < 1 else row.next_page
    yield from range(first, first + MOST_PAGES)


def _asked(asker: _Asker, row: NameList, number: int, *, project_id: int = 0) -> focus.Page:
    """Return a page of a list, and keep what prevented it; raises FocusError."""
    try:
        return asker.page(Kind(row.kind), number, project_id=project_id)
    except focus.FocusError as error:
        name_rows.note_failure(row, error, at=timezone.now())
        raise


def _ask(source: Source, by: Actor, done: Reading, read: Callable[[_Asker], None]) -> None:
    """Let ``read`` ask through a source's key, keep what it cost, and what ended it early."""
    try:
        if source.workspace.organization_id is None:
            raise NoOrganizationError("GET", sent=False)
        client = keys.client(source.key, source.workspace)
    except focus.FocusError as error:
        done.error = error
        return
    asker = _Asker(source, client)
    try:
        read(asker)
    except focus.FocusError as error:
        done.error = error
    finally:
        quotas.note(source, client, paid=asker.paid)
        for _unsent in range(asker.paid - client.calls):
            quotas.give_back(source)
    done.requests = client.calls
    if client.calls:
        outage.here.note(done.error)
    for _request in range(client.calls):
        key_uses.note_read(source.key, by)


def _has_clients(source: Source) -> bool:
    return Name.objects.filter(source=source, kind=Kind.PROJECT, client_id__gt=0).exists()


def _has_tasks(source: Source) -> bool:
    present = Calendar.objects.filter(account__source=source, account__gone_at=None, gone_at=None)
    return present.filter(default_planned_task_id__gt=0).exists()


def look_up_all(sources: Collection[Source], *, by: Actor) -> Reading:
    """Look names up through the first of the sources, and through others for what it lacks.

    What another key alone sees is asked for through that one. Returns all that it took, and the
    first failure.
    """
    whole = Reading()
    for position, source in enumerate(sources):
        if position and not _has_unknown(source, sources):
            continue
        done = look_up(source, by=by)
        whole.requests += done.requests
        whole.error = whole.error or done.error
        whole.is_partial |= done.is_partial
    return whole


def _has_unknown(source: Source, sources: Collection[Source]) -> bool:
    """Say whether a calendar that a source sees has a default that nobody knows by name."""
    present = Calendar.objects.filter(account__source=source, account__gone_at=None, gone_at=None)
    found = list(present.values(*names.FIELDS).distinct())
    known = names.of_values(sources, found)
    told = [known.value(field, values[field]) for values in found for field in names.FIELDS]
    return any(named is not None and not named.is_known for named in told)
