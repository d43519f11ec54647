"""Defaults that lead nowhere: a project that is archived or gone, a task that is done or gone.

It is told from the names that are known (``names``); of what nobody has looked up nothing is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from focusadmin.identity.models import User
from integrations.models import Source
from integrations.services import names, team
from integrations.services.calendar_needs import FIELDS, Entry, subject
from integrations.services.names import Named
from integrations.services.needs import Kind, Need

#: How many numbers a query names at once.
CHUNK = 200
_PROJECT, _TASK = "default_project_id", "default_planned_task_id"
#: A source, and the workspace, the project and the task that some calendar of it has by default.
Default = tuple[int, int | None, int | None, int | None]
_PARTS = ("account__source_id", "default_workspace_id", _PROJECT, _TASK)


@dataclass(frozen=True)
class DeadDefault:
    """A calendar, and what is known of the project or the task that is its default."""

    entry: Entry
    named: Named


def find(sources: list[Source], person: User) -> list[Need]:
    """Return a need for each calendar that is on and of which a default leads nowhere.

    Four queries, or a few more where hundreds of defaults are used.
    """
    asked = _used(sources, person)
    if not asked:
        return []
    known = names.of(
        sources,
        projects={project for *_place, project, _task in asked},
        tasks={task for *_place, _project, task in asked},
    )
    dead = [default for default in asked if any(_dead(known, default))]
    found = [
        Need(
            Kind.DEFAULT, f"{subject(entry)}:{named.kind}", _facts(named), DeadDefault(entry, named)
        )
        for entry in _entries(sources, person, dead)
        for named in _dead(known, tuple(entry[part] for part in _PARTS))
    ]
    return sorted(found, key=lambda need: _place(need.about.entry))


def _used(sources: list[Source], person: User) -> list[Default]:
    """Return the defaults that calendars which are on have, each once."""
    has = Q(default_project_id__gt=0) | Q(default_planned_task_id__gt=0)
    found = team.calendars(sources, person).filter(has, selected=True)
    return list(found.order_by().values_list(*_PARTS).distinct())


def _dead(known: names.Names, default: Any) -> Iterator[Named]:
    source, workspace, project, task = default
    for named in (
        known.project(project, workspace=workspace, source=source),
        known.task(task, workspace=workspace, source=source),
    ):
        if named is not None and named.is_dead:
            yield named


def _facts(named: Named) -> tuple[Any, ...]:
    return (named.kind, named.number, named.is_archived, named.is_missing)


def _entries(sources: list[Source], person: User, dead: list[Default]) -> Iterator[Entry]:
    """Yield the calendars that have one of the dead defaults, and some that do not."""
    everything = team.calendars(sources, person).filter(selected=True)
    projects = sorted({project for *_place, project, _task in dead if project})
    tasks = sorted({task for *_place, _project, task in dead if task})
    for start in range(0, max(len(projects), len(tasks)), CHUNK):
        some = slice(start, start + CHUNK)
        has = Q(default_project_id__in=projects[some])
        has |= Q(default_planned_task_id__in=tasks[some])
        yield from everything.filter(has).values(*FIELDS)


def _place(entry: Entry) -> tuple[str, str, int]:
    return (entry["account__email"], entry["name"].casefold(), entry["pk"])
