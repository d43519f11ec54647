"""A workspace's palette: named pairs of background and text, the same for the whole team.

A workspace that has changed nothing has the shipped one, which is no rows. Its first change copies
that into rows; without the last row the shipped one is back.

* PaletteError
  * NameTakenError     another pair is called so
  * FullError          there are MOST pairs already
  * MissingError       the pair is not there any more
  * ChangedError       somebody else has changed it since it was shown
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import PaletteEntry, Source, Workspace
from integrations.models.mirror import renew
from integrations.services import audit, colours
from integrations.services.actors import Actor

#: What pairs are called: {(background, text): name}.
Names = Mapping[tuple[str, str], str]

#: How many pairs a palette holds: they are all offered in every form.
MOST = 40


class PaletteError(Exception):
    """This may not be done to the palette; nothing was changed."""


class NameTakenError(PaletteError):
    """Another pair is called so; upper and lower case are one."""


class FullError(PaletteError):
    """There are MOST pairs already."""


class MissingError(PaletteError):
    """The pair is not there any more."""


class ChangedError(PaletteError):
    """Somebody else has changed the pair since; ``now`` is what it has become."""

    def __init__(self, now: "Pair") -> None:
        super().__init__(now.name)
        self.now = now


@dataclass(frozen=True)
class Look:
    """What a pair is called and how it looks; both colours are #rrggbb in small letters."""

    name: str
    background: str
    foreground: str

    @property
    def contrast(self) -> float:
        """The contrast ratio, 1 to 21."""
        return colours.contrast(self.background, self.foreground) or 1

    @property
    def is_readable(self) -> bool:
        """Whether text in it is easy to read."""
        return self.contrast >= colours.READABLE


@dataclass(frozen=True)
class Pair(Look):
    """A pair of a palette."""

    code: str
    changed_at: datetime | None = None
    changed_by: str = ""

    @property
    def look(self) -> Look:
        """What of it a form shows."""
        return Look(self.name, self.background, self.foreground)


#: Code, name, background, text. The backgrounds keep their distance, also for eyes that mix up red
#: and green, and each pair reaches 4.5:1; both is tested.
SHIPPED: tuple[tuple[str, str | Promise, str, str], ...] = (
    ("berry", _("Berry"), "#8e1238", "#ffffff"),
    ("coral", _("Coral"), "#ff9484", "#000000"),
    ("amber", _("Amber"), "#f2b12e", "#000000"),
    ("lemon", _("Lemon"), "#fdf0a6", "#000000"),
    ("leaf", _("Leaf"), "#2f7f33", "#ffffff"),
    ("mint", _("Mint"), "#9be0ba", "#000000"),
    ("lagoon", _("Lagoon"), "#0f5f6c", "#ffffff"),
    ("sky", _("Sky"), "#86c5ff", "#000000"),
    ("ocean", _("Ocean"), "#1f63d1", "#ffffff"),
    ("plum", _("Plum"), "#54278f", "#ffffff"),
    ("orchid", _("Orchid"), "#c77dda", "#000000"),
    ("graphite", _("Graphite"), "#22262b", "#ffffff"),
)


def of(workspace: Workspace) -> list[Pair]:
    """Return a workspace's pairs in their order."""
    rows = list(PaletteEntry.objects.filter(workspace=workspace))
    return [_pair(row) for row in rows] or _shipped()


def is_shipped(workspace: Workspace) -> bool:
    """Say whether a workspace has changed nothing of the palette that was shipped."""
    return not PaletteEntry.objects.filter(workspace=workspace).exists()


def get(workspace: Workspace, code: str) -> Pair:
    """Return a pair by its code; raises MissingError."""
    found = next((pair for pair in of(workspace) if pair.code == code), None)
    if found is None:
        raise MissingError(code)
    return found


def names(workspace: Workspace) -> Names:
    """Return {(background, text): the pair's name}; of two that look the same the first."""
    return {(pair.background, pair.foreground): pair.name for pair in reversed(of(workspace))}


def name_in(names: Names, background: str | None, foreground: str | None) -> str:
    """Return what two colours together are called; empty where they are no pair."""
    return names.get((background or "", foreground or ""), "")


def backgrounds(workspace: Workspace) -> dict[str, str]:
    """Return {background: the pair's name} in the palette's order; of two alike the first."""
    named: dict[str, str] = {}
    for pair in of(workspace):
        named.setdefault(pair.background, pair.name)
    return named


def add(workspace: Workspace, look: Look, *, by: Actor) -> Pair:
    """Add a pair at the end; raises NameTakenError and FullError."""
    with transaction.atomic():
        rows = _opened(workspace)
        if len(rows) >= MOST:
            raise FullError
        _check_name(rows, look.name)
        row = PaletteEntry(
            workspace=workspace, code=secrets.token_hex(4), position=_after(rows), **_fields(look)
        )
        _sign(row, by)
        row.save()
    _tell("palette-added", workspace, by, code=row.code, **vars(look))
    return _pair(row)


def change(workspace: Workspace, code: str, look: Look, *, shown: Look, by: Actor) -> Pair:
    """Give a pair another look than ``shown``.

    Raises ChangedError, MissingError and NameTakenError.
    """
    with transaction.atomic():
        rows = _opened(workspace)
        row = _row(rows, code)
        now = _pair(row)
        if now.look not in (shown, look):
            raise ChangedError(now)
        _check_name([other for other in rows if other is not row], look.name)
        for name, value in _fields(look).items():
            setattr(row, name, value)
        _sign(row, by)
        row.save()
    _tell("palette-changed", workspace, by, code=code, before=vars(now.look), **vars(look))
    return _pair(row)


def remove(workspace: Workspace, code: str, *, by: Actor) -> Pair:
    """Take a pair out and return it; calendars keep their colours. Raises MissingError."""
    with transaction.atomic():
        row = _row(_opened(workspace), code)
        gone = _pair(row)
        row.delete()
    _tell("palette-removed", workspace, by, code=code, **vars(gone.look))
    return gone


def move(workspace: Workspace, code: str, *, down: bool, by: Actor) -> None:
    """Have a pair change places with its neighbour; at an end it stays. Raises MissingError."""
    with transaction.atomic():
        rows = _opened(workspace)
        at = rows.index(_row(rows, code))
        to = at + 1 if down else at - 1
        if not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for position, row in enumerate(rows):
            row.position = position
        PaletteEntry.objects.bulk_update(rows, ["position"])
    _tell("palette-moved", workspace, by, code=code, down=down)


def _opened(workspace: Workspace) -> list[PaletteEntry]:
    """Return the rows to be changed, the shipped ones where there are none; nobody else has them.

    Call it inside a transaction.
    """
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    rows = list(PaletteEntry.objects.filter(workspace=workspace))
    if not rows:
        rows = [
            PaletteEntry(workspace=workspace, code=pair.code, position=at, **_fields(pair))
            for at, pair in enumerate(_shipped())
        ]
        PaletteEntry.objects.bulk_create(rows)
    return rows


def _row(rows: Iterable[PaletteEntry], code: str) -> PaletteEntry:
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise MissingError(code)
    return found


def _check_name(others: Iterable[PaletteEntry], name: str) -> None:
    if name.casefold() in {row.name.casefold() for row in others}:
        raise NameTakenError(name)


def _after(rows: list[PaletteEntry]) -> int:
    return max((row.position for row in rows), default=-1) + 1


def _fields(look: Look) -> dict[str, str]:
    return {
        "name": look.name,
        "background_color": look.background,
        "foreground_color": look.foreground,
    }


def _sign(row: PaletteEntry, by: Actor) -> None:
    row.changed_at, row.changed_by = timezone.now(), by.name[:200]


def _pair(row: PaletteEntry) -> Pair:
    return Pair(
        name=row.name,
        background=row.background_color,
        foreground=row.foreground_color,
        code=row.code,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def _shipped() -> list[Pair]:
    return [Pair(str(name), back, text, code) for code, name, back, text in SHIPPED]


def _tell(event: str, workspace: Workspace, by: Actor, **facts: object) -> None:
    """Log what was done, and have lists drawn anew: they call colours by their names."""
    renew(Source.objects.filter(workspace=workspace).values_list("pk", flat=True))
    who = {"actor": f"{by.issuer}:{by.subject}", "role": by.role, "request": by.request_id}
    audit.line(event, **who, workspace=workspace.workspace_id, **facts)
