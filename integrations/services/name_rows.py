"""From a page of names to rows, and when a list of them has come to its end."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When

from integrations import focus
from integrations.models import Name, NameList, Source
from integrations.services import rows

Kind = Name.Kind
#: Names that one page holds: a list that is no longer is read whole.
SHORT = 100
#: What may be chosen before what is archived or done.
LIVE_FIRST = Case(When(active=False, then=Value(1)), default=Value(0), output_field=IntegerField())
_TOLD = (
    *("key_generation", "name", "color", "client_id", "client", "project_id", "workspace_id"),
    *("active", "search", "seen_at", "gone_at"),
)


def list_of(source: Source, kind: Kind, project_id: int = 0) -> NameList:
    """Return how far a list was read, from the beginning where another key has read it."""
    generation = source.key.generation
    row, _created = NameList.objects.get_or_create(
        source=source,
        kind=kind,
        project_id=project_id,
        defaults={"key_generation": generation},
    )
    if row.key_generation != generation:
        row.key_generation, row.begun_at, row.next_page = generation, None, 1
        row.whole_at, row.total, row.error = None, None, ""
    row.source = source
    return row


def take(row: NameList, page: focus.Page, *, asked_at: datetime, number: int) -> bool:
    """Keep page ``number`` of a list; says whether it was the last.

    A list is whole where as many names were read as Focus says that there are. Then what it does
    not hold is gone.
    """
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=row.source_id)
        if number == 1 or row.begun_at is None:
            row.begun_at = asked_at
        begun_at = row.begun_at
        known = _of(row).filter(seen_at__gte=begun_at)
        before = known.count()
        store(row.source, Kind(row.kind), page.items, seen_at=max(asked_at, begun_at))
        read = known.count()
        is_stuck = page.length > 0 and read == before  # the same again, or odd things only
        is_end = page.is_last or is_stuck
        if is_end and not is_stuck and is_all(page, read):
            _of(row).filter(seen_at__lt=begun_at, gone_at=None).update(gone_at=asked_at)
            row.whole_at = begun_at
        row.next_page = 1 if is_end else number + 1
        row.begun_at = None if is_end else begun_at
        row.total, row.error, row.error_at = _total(page), "", None
        row.save()
    return is_end


def is_all(page: focus.Page, read: int) -> bool:
    """Say whether ``read`` names are all that there are, as far as the last page says."""
    return page.total is None or read >= page.total


def store(source: Source, kind: Kind, items: Iterable[focus.Named], *, seen_at: datetime) -> None:
    """Keep what was told of some names."""
    found = [named for named in items if abs(named.number) <= rows.MAX_ID]
    clients = _clients(source) if kind == Kind.PROJECT else {}
    made = [_row(source, kind, named, clients, seen_at) for named in found]
    Name.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["source", "kind", "number"],
        update_fields=_TOLD,
    )
    if kind == Kind.CLIENT:
        _name_clients(source, {row.number: row.name for row in made})


def note_failure(row: NameList, error: focus.FocusError, *, at: datetime) -> None:
    """Keep what prevented a list from being read."""
    row.error, row.error_at = error.code, at
    row.save()


def _of(row: NameList) -> QuerySet[Name]:
    found = Name.objects.filter(
        source=row.source_id, kind=row.kind, key_generation=row.key_generation
    )
    return found.filter(project_id=row.project_id) if row.project_id else found


def _total(page: focus.Page) -> int | None:
    return page.total if page.total is not None and page.total <= rows.MAX_ID else None


def _row(
    source: Source, kind: Kind, named: focus.Named, clients: dict[int, str], seen_at: datetime
) -> Name:
    client = clients.get(named.client_id or 0, "")
    return Name(
        source=source,
        key_generation=source.key.generation,
        kind=kind,
        number=named.number,
        name=named.name,
        color=named.color or "",
        client_id=_fits(named.client_id),
        client=client,
        project_id=_fits(named.project_id),
        workspace_id=_fits(named.workspace_id),
        active=named.active,
        search=search_words(named.name, named.number, client),
        seen_at=seen_at,
    )


def search_words(name: str, number: int, client: str) -> str:
    """Return what a name is found by; it begins with the name, so that it sorts by it too."""
    return "\n".join((name, client, str(number))).casefold()


def _clients(source: Source) -> dict[int, str]:
    found = Name.objects.filter(
        source=source, kind=Kind.CLIENT, key_generation=source.key.generation
    )
    return dict(found.values_list("number", "name"))


def _name_clients(source: Source, clients: dict[int, str]) -> None:
    """Tell the projects what their clients are called."""
    changed = []
    for row in Name.objects.filter(source=source, kind=Kind.PROJECT, client_id__in=clients):
        client = clients[row.client_id or 0]
        if row.client != client:
            row.client, row.search = client, search_words(row.name, row.number, client)
            changed.append(row)
    Name.objects.bulk_update(changed, ["client", "search"])


def _fits(number: int | None) -> int | None:
    return number if number is not None and abs(number) <= rows.MAX_ID else None
