"""What is known of projects and tasks by their numbers, without asking Focus.

Everybody who shows a number asks here: with two queries, however many numbers there are. Nothing is
known until somebody has looked names up (``name_reading``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from integrations.models import Name, NameList, Source
from integrations.services import colours

Kind = Name.Kind
#: The fields of a calendar that hold a number with a name.
FIELDS = {"default_project_id": Kind.PROJECT, "default_planned_task_id": Kind.TASK}
#: The same, and the fields of a mapping rule.
_ALL = FIELDS | {"project_id": Kind.PROJECT, "task_id": Kind.TASK}
#: How many numbers a query names at once.
CHUNK = 500
_FIELDS = ("kind", "number", "name", "color", "client", "project_id", "workspace_id", "active")


#: {field: {number: {"name", "color", "client"}}}.
Copies = dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True)
class Named:
    """What a number stands for, as far as anybody was told."""

    kind: str
    number: int
    #: Empty where it is not known.
    name: str = ""
    #: ``#rrggbb``, or None.
    color: str | None = None
    #: Of a project.
    client: str = ""
    #: Of a task: the project that it belongs to.
    project_id: int | None = None
    #: A project that is archived, a task that is done.
    is_archived: bool = False
    #: It belongs to another workspace than the one that is looked at.
    is_foreign: bool = False
    #: All names were read and it is not among them: it is deleted, or not for this key to see. It
    #: may still have a name, from when it was.
    is_missing: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it has a name."""
        return bool(self.name)

    @property
    def is_dead(self) -> bool:
        """Whether new entries are better not given it."""
        return self.is_archived or self.is_missing


@dataclass(frozen=True)
class Names:
    """The answers to what was asked for together; see ``of``."""

    #: The workspace that is looked at.
    home: int
    rows: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    #: (key, workspace's number, kind) of the lists that were read to their ends.
    whole: frozenset[tuple[UUID, int, str]] = frozenset()
    #: {source's primary key: its key}.
    keys: dict[int, UUID] = field(default_factory=dict)

    def project(
        self, number: int | None, *, workspace: int | None = None, source: int | None = None
    ) -> Named | None:
        """Return what is known of a project, None for no number or 0.

        ``workspace``: the number of the one that is its default beside it. ``source``: the primary
        key of the one through which it has to be seen; without it, any of those asked for.
        """
        return self._named(Kind.PROJECT, number, workspace, source)

    def task(
        self, number: int | None, *, workspace: int | None = None, source: int | None = None
    ) -> Named | None:
        """Return the same of a task."""
        return self._named(Kind.TASK, number, workspace, source)

    def value(
        self, name: str, value: Any, *, workspace: int | None = None, source: int | None = None
    ) -> Named | None:
        """Return the same of a calendar's or a rule's field, None where it is no such number."""
        kind = _ALL.get(name)
        return self._named(kind, value, workspace, source) if kind else None

    def _named(
        self, kind: str, number: int | None, workspace: int | None, source: int | None
    ) -> Named | None:
        if not number:
            return None
        row, place = self.rows.get((kind, number)), workspace or self.home
        if row is None:
            return Named(
                kind,
                number,
                is_foreign=place != self.home,
                is_missing=self._is_whole(kind, place, source),
            )
        told = row["workspace_id"] or row["source__workspace__workspace_id"]
        return Named(
            kind=kind,
            number=number,
            name=row["name"] or f"#{number}",
            color=colours.parse(row["color"]),
            client=row["client"],
            project_id=row["project_id"],
            is_archived=row["active"] is False,
            is_foreign=told != self.home,
            is_missing=row["gone_at"] is not None,
        )

    def _is_whole(self, kind: str, workspace: int, source: int | None) -> bool:
        keys = self.keys.values() if source is None else [self.keys.get(source)]
        return any((key, workspace, kind) in self.whole for key in keys)


def of(
    sources: Iterable[Source],
    *,
    projects: Collection[int | None] = (),
    tasks: Collection[int | None] = (),
) -> Names:
    """Return what is known of projects and tasks through the keys of a workspace's sources.

    What a key sees in another workspace counts as well: it is marked as foreign.
    """
    sources = list(sources)
    wanted = [
        *((Kind.PROJECT, number) for number in sorted({n for n in projects if n})),
        *((Kind.TASK, number) for number in sorted({n for n in tasks if n})),
    ]
    home = sources[0].workspace.workspace_id if sources else 0
    if not wanted or not sources:
        return Names(home)
    keys = {source.pk: source.key_id for source in sources}
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for start in range(0, len(wanted), CHUNK):
        # The one that counts comes last: what is there before what is gone, and this workspace.
        found = sorted(
            _rows(keys.values(), wanted[start : start + CHUNK]), key=lambda row: _rank(row, home)
        )
        best_last = sorted(found, key=lambda row: _rank(row, home))
        rows |= {(row["kind"], row["number"]): row for row in best_last}
    lists = NameList.objects.filter(
        source__key__in=keys.values(),
        key_generation=F("source__key__generation"),
        project_id=0,
        whole_at__gt=timezone.now() - max_age(),
    )
    whole = lists.values_list("source__key", "source__workspace__workspace_id", "kind")
    return Names(home, rows, frozenset(whole), keys)


def of_values(sources: Iterable[Source], found: Iterable[Mapping[str, Any]]) -> Names:
    """Return the same of the numbers in calendars' or rules' fields, as the API names those."""
    numbers: dict[str, set[int | None]] = {Kind.PROJECT: set(), Kind.TASK: set()}
    for values in found:
        for name, kind in _ALL.items():
            numbers[kind].add(values.get(name))
    return of(sources, projects=numbers[Kind.PROJECT], tasks=numbers[Kind.TASK])


def of_record(source: Source, found: Iterable[Mapping[str, Any]]) -> Names:
    """Return the same through a source's own key and the shared one: what all see who see it."""
    found = [values for values in found if any(values.get(name) for name in _ALL)]
    if not found:
        return Names(source.workspace.workspace_id)
    shared = Source.objects.filter(workspace=source.workspace_id, key__owner=None)
    return of_values([source, *shared.exclude(pk=source.pk)], found)


def copies(known: Names, *found: Mapping[str, Any]) -> Copies:
    """Return the names in values as a row may keep them: {field: {number: what it is called}}."""
    kept: Copies = {}
    for values in found:
        for name in _ALL:
            named = known.value(name, values.get(name))
            if named is not None and named.is_known:
                told = {"name": named.name, "color": named.color or "", "client": named.client}
                kept.setdefault(name, {})[str(named.number)] = told
    return kept


def from_copy(kept: Copies, name: str, value: Any) -> Named | None:
    """Return what a number was called when a row was written; None where that is not known."""
    told = kept.get(name, {}).get(str(value))
    if told is None:
        return None
    return Named(_ALL[name], value, told["name"], colours.parse(told["color"]), told["client"])


def max_age() -> timedelta:
    """Return for how long a list of names is taken for the whole truth."""
    return timedelta(hours=settings.NAMES_MAX_AGE)


def _rows(keys: Collection[Any], wanted: list[tuple[Kind, int]]) -> Iterator[dict[str, Any]]:
    numbers = Q()
    for kind in (Kind.PROJECT, Kind.TASK):
        some = [number for what, number in wanted if what == kind]
        numbers |= Q(kind=kind, number__in=some) if some else Q()
    rows = Name.objects.filter(
        numbers, source__key__in=keys, key_generation=F("source__key__generation")
    )
    yield from rows.values(*_FIELDS, "gone_at", "seen_at", "source__workspace__workspace_id")


def _rank(row: dict[str, Any], home: int) -> tuple[bool, bool, Any]:
    is_home = row["source__workspace__workspace_id"] == home
    return (row["gone_at"] is None, is_home, row["seen_at"])
