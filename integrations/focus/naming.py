"""Projects, tasks and clients: what a number is called, a page of them at a time.

Seen are ``{"data": […], "page", "per_page", "total"}``, any of it missing, and a bare array. More
than 100 at once are refused. Whatever an entry lacks or twists is not known; one without a usable
id is counted and left out.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from integrations.focus.decoding import lenient
from integrations.focus.fields import read_flag, read_id, read_number, read_optional_text, read_text

#: Entries that are asked for at once, and that are looked at where more arrive.
PER_PAGE, MOST = 100, 1000
#: Characters of a name that are kept.
MAX_NAME = 300


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A project, a task or a client. None: missing, null or of an odd type."""

    number: int
    name: str
    #: ``#rrggbb`` usually; untrusted text.
    color: str | None = None
    #: Of a project: not archived; of a task: not done.
    active: bool | None = None
    #: Of a project.
    client_id: int | None = None
    #: Of a task.
    project_id: int | None = None
    workspace_id: int | None = None


@dataclass(frozen=True)
class Page:
    """Some of a list, in its order, each number once."""

    items: tuple[Named, ...] = ()
    #: Entries that arrived, odd ones too: a page that is not full is the last.
    length: int = 0
    #: Of the whole list, as far as the service says.
    total: int | None = None
    #: As many as it gives at once, where it says so.
    per_page: int | None = None

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it: it is not full."""
        return self.length < min(self.per_page or PER_PAGE, PER_PAGE)


def decode_page(body: bytes) -> Page:
    """A page from an answer; ValueError when it is none in any known form."""
    found = lenient(body)
    if isinstance(found, dict):
        told, entries = found, found.get("data", found.get("items", ...))
    else:
        told, entries = {}, found
    if entries is None:
        entries = []
    if not isinstance(entries, list):
        raise ValueError("neither a list nor an object with data")
    read = (_named(entry) for entry in entries[:MOST])
    items = {named.number: named for named in read if named is not None}
    total, size = read_number(told.get("total")), read_number(told.get("per_page"))
    return Page(
        items=tuple(items.values()),
        length=len(entries),
        total=total if total is not None and total >= 0 else None,
        per_page=size if size is not None and size > 0 else None,
    )


def _named(entry: Any) -> Named | None:
    number = read_id(entry.get("id")) if isinstance(entry, dict) else ""
    if not isinstance(number, int):
        return None
    return Named(
        number=number,
        name=read_text(entry.get("name"))[:MAX_NAME],
        color=(read_optional_text(entry.get("color")) or "")[:MAX_NAME] or None,
        active=read_flag(entry.get("active")),
        client_id=read_number(entry.get("client_id")),
        project_id=read_number(entry.get("project_id")),
        workspace_id=read_number(entry.get("workspace_id")),
    )
