"""Projects and tasks in words: name, client and number, and what speaks against them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from integrations.models import Name
from integrations.services.names import Named

Kind = Name.Kind


class Mark(NamedTuple):
    """A word beside a name, and the tone of its tag."""

    text: str
    tone: str


@dataclass(frozen=True)
class Told:
    """A number as a table or a form shows it."""

    number: int
    #: Empty where it is not known.
    name: str
    color: str | None
    client: str
    #: "archived", "of another workspace", …
    marks: tuple[Mark, ...]
    #: New entries are better not given it.
    is_dead: bool
    #: What that means and what to do; empty where all is well.
    advice: str

    def __str__(self) -> str:
        return _line(self)


def told(named: Named | None) -> Told | None:
    """Return a project or a task as pages show it, None for none."""
    if named is None:
        return None
    return Told(
        number=named.number,
        name=named.name,
        color=named.color,
        client=named.client,
        marks=tuple(_marks(named)),
        is_dead=named.is_dead,
        advice=_advice(named),
    )


def unknown(found: Iterable[Told | None]) -> int:
    """Return how many numbers have no name, and are not known to point at nothing."""
    return len({one.number for one in found if one and not one.name and not one.is_dead})


def _line(shown: Told) -> str:
    """Return it in one line: "Website relaunch, Harbour Theatre (330001) – archived"."""
    line = str(shown.number)
    if shown.name:
        values: Mapping[str, Any] = {
            "name": shown.name,
            "client": shown.client,
            "number": shown.number,
        }
        if shown.client:
            line = _("%(name)s, %(client)s (%(number)s)") % values
        else:
            line = _("%(name)s (%(number)s)") % values
    marks = ", ".join(mark.text for mark in shown.marks)
    return f"{line} – {marks}" if marks else line


def _marks(named: Named) -> Iterator[Mark]:
    if named.is_archived:
        is_task = named.kind == Kind.TASK
        word = pgettext("task", "done") if is_task else pgettext("project", "archived")
        yield Mark(word, "warn")
    if named.is_foreign:
        yield Mark(_("other workspace"), "neutral")
    if named.is_missing:
        yield Mark(_("not found"), "bad")


def _advice(named: Named) -> str:
    is_task = named.kind == Kind.TASK
    if named.is_missing:
        if is_task:
            return _(
                "No task with this number is among those that this key sees in Focus: it was"
                " deleted, or is not for this person. Choose another one, or none."
            )
        return _(
            "No project with this number is among those that this key sees in Focus: it was"
            " deleted, or is not for this person. Choose another one, or none."
        )
    if named.is_archived:
        if is_task:
            return _("This task is done. New entries are better given another one, or none.")
        return _("This project is archived. New entries are better given another one, or none.")
    if named.is_foreign and named.is_known:
        return _("It belongs to another workspace than this one.")
    return ""
