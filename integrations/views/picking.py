"""Choosing a default project or task by name, inside the form that it belongs to; nothing is saved.

The form is sent as it stands, so nothing typed is lost: "Search" shows it again with what was found
below the field, "Use it" with the number filled in. With scripts the browser swaps that part alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations import access
from integrations.access import AdminRequest
from integrations.models import Name, Source
from integrations.services import name_reading, names, rows
from integrations.views import looking_up, naming
from integrations.views.naming import Told
from integrations.views.words import Text

Kind = Name.Kind
#: The buttons, and the fields that belong to the search of a setting.
_FIND, _PICK = "find", "pick"
#: Requests that a search may take: the list's first page, what matches, and the clients.
_MOST = {Kind.PROJECT: 3, Kind.TASK: 2}
#: Characters of a search.
_MAX_TEXT = 100


@dataclass
class Picker:
    """What stands below the field of a number: what it is called, and a search."""

    name: str
    is_task: bool
    #: What the field holds at the moment.
    current: Told | None
    #: What that means, where it is not well.
    advice: str
    #: Why there is no search.
    refusal: Text
    price: str
    #: What was searched for; None where nothing was.
    text: str | None = None
    found: list[Told] = field(default_factory=list)
    #: There are more than these.
    is_partial: bool = False
    #: Why Focus could not be asked.
    problem: str = ""

    @property
    def heading(self) -> str:
        """How many were found."""
        if self.is_partial:
            return _("The first %(count)s; add a word to find others") % {"count": len(self.found)}
        if self.is_task:
            told = ngettext("%(count)s task", "%(count)s tasks", len(self.found))
        else:
            told = ngettext("%(count)s project", "%(count)s projects", len(self.found))
        return told % {"count": len(self.found)}


def is_asked(request: AdminRequest) -> bool:
    """Say whether the form was sent to search, or to take what was found.

    Enter in a field of a search presses the form's first button, which has no name.
    """
    if _FIND in request.POST or _PICK in request.POST:
        return True
    return "save" not in request.POST and _entered(request) is not None


def filled(request: AdminRequest) -> dict[str, Any]:
    """Return the form as it was typed, with the number that was chosen."""
    typed = {name: text for name, text in request.POST.items() if name not in (_FIND, _PICK)}
    return typed | _chosen(request)


def filled_and_chosen(request: AdminRequest) -> dict[str, Any]:
    """Return the same for a form in which a setting has to be chosen before its value counts."""
    given = _chosen(request)
    return filled(request) | {f"{name}_choice": "set" for name in given}


def focus(request: AdminRequest, form: forms.Form) -> None:
    """Let the keyboard go on from the field that was just filled in."""
    for name in _chosen(request):
        form.fields[name].widget.attrs["autofocus"] = True


def pickers(request: AdminRequest, source: Source, form: forms.Form) -> dict[str, Picker]:
    """Return the picker of each field of a form.

    Searches through ``source`` where the form was sent for that: the only thing here that asks.
    """
    numbers = {
        name: _number(form[name].value()) if name in form.fields else None for name in rows.NUMBERS
    }
    asked = _asked(request) if request.method == "POST" else None
    found = None if asked is None else _search(request, source, asked, numbers)
    sources = [source, *(row for row in request.sources if row.pk != source.pk)]
    known = names.of_values(sources, [numbers])
    code, _read_at = name_reading.state([source])
    shown = {
        name: _picker(source, name, known, numbers, looking_up.REFUSALS.get(code, ""))
        for name in names.FIELDS
    }
    if asked is not None and found is not None:
        picker = shown[asked]
        picker.text = _text(request, asked)
        picker.found = _told(found, source, names.FIELDS[asked])
        picker.is_partial = found.is_partial
        picker.problem = looking_up.sentence(found.error) if found.error else ""
    return shown


def _picker(
    source: Source,
    name: str,
    known: names.Names,
    numbers: Mapping[str, int | None],
    refusal: Text,
) -> Picker:
    kind = names.FIELDS[name]
    workspace = numbers["default_workspace_id"]
    named = known.value(name, numbers[name], workspace=workspace, source=source.pk)
    current = naming.told(named)
    advice = current.advice if current else ""
    project = numbers["default_project_id"]
    if named and named.project_id and project and named.project_id != project:
        advice = advice or _("This task belongs to another project than the default one.")
    is_whole = name_reading.is_whole(source, kind, _parent(kind, numbers))
    return Picker(
        name=name,
        is_task=kind == Kind.TASK,
        current=current,
        advice=advice,
        refusal=refusal,
        price=_price(kind, is_whole=is_whole),
    )


def _price(kind: Kind, *, is_whole: bool) -> str:
    if is_whole:
        return _("Costs no request: the names were read within the last %(hours)s hours.") % {
            "hours": settings.NAMES_MAX_AGE
        }
    return _("Costs up to %(count)s requests, and mostly none for the next %(hours)s hours.") % {
        "count": _MOST[kind],
        "hours": settings.NAMES_MAX_AGE,
    }


def _search(
    request: AdminRequest, source: Source, name: str, numbers: Mapping[str, int | None]
) -> name_reading.Found:
    kind = names.FIELDS[name]
    return name_reading.search(
        source,
        kind,
        _text(request, name),
        by=access.actor(request),
        project_id=_parent(kind, numbers),
    )


def _told(found: name_reading.Found, source: Source, kind: Kind) -> list[Told]:
    numbers = [row.number for row in found.rows]
    wanted: dict[str, Any] = {"tasks" if kind == Kind.TASK else "projects": numbers}
    known = names.of([source], **wanted)
    ask = known.task if kind == Kind.TASK else known.project
    return [told for number in numbers if (told := naming.told(ask(number, source=source.pk)))]


def _parent(kind: Kind, numbers: Mapping[str, int | None]) -> int:
    """Return the project whose tasks are searched, 0 for all."""
    return (numbers["default_project_id"] or 0) if kind == Kind.TASK else 0


def _asked(request: AdminRequest) -> str | None:
    """Return the field whose names are searched for."""
    name = request.POST.get(_FIND)
    if name in names.FIELDS:
        return name
    if _PICK in request.POST or "save" in request.POST:
        return None
    return _entered(request)


def _entered(request: AdminRequest) -> str | None:
    """Return the field whose search holds words that nobody has searched for yet."""
    for name in names.FIELDS:
        text = _text(request, name)
        if text and text != request.POST.get(f"found_{name}", "").strip():
            return name
    return None


def _chosen(request: AdminRequest) -> dict[str, str]:
    """Return {field: number} of what was found and taken."""
    name = request.POST.get(_PICK, "")
    number = _number(request.POST.get(f"picked_{name}"))
    return {name: str(number)} if name in names.FIELDS and number else {}


def _text(request: AdminRequest, name: str) -> str:
    return " ".join(request.POST.get(f"find_{name}", "").split())[:_MAX_TEXT]


def _number(value: Any) -> int | None:
    """Return the number that a field holds, None for anything else: the form says what is wrong."""
    text = str(value).strip() if value is not None else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(rows.MAX_ID))):
        return None
    return int(text) if int(text) <= rows.MAX_ID else None
