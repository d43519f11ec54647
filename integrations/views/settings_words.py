"""A calendar's settings in words and swatches: each value before and after."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from integrations.forms.bulk import LABELS
from integrations.services import colours, rows
from integrations.services.names import Named
from integrations.views import naming

#: What a number in a field is called: {field, value} to its name, as ``Names.value``.
Naming = Callable[[str, Any], Named | None]


def nameless(_name: str, _value: Any) -> None:
    """Know no names."""


def cells(
    before: Mapping[str, Any], after: Mapping[str, Any], *, called: Naming = nameless
) -> list[dict[str, Any]]:
    """Return what changes, field by field in the order of a calendar's form."""
    return [
        {
            "label": LABELS[name],
            "is_colour": name in rows.COLOURS,
            "before": text(name, before.get(name), called=called),
            "after": text(name, after[name], called=called),
            "before_swatch": swatch(name, before.get(name), called=called),
            "after_swatch": swatch(name, after[name], called=called),
        }
        for name in rows.EDITABLE
        if name in after
    ]


def values(wish: Mapping[str, Any], *, called: Naming = nameless) -> list[dict[str, Any]]:
    """Return values alone, with their swatches, in the same order."""
    return [
        {"label": cell["label"], "text": cell["after"], "swatch": cell["after_swatch"]}
        for cell in cells({}, wish, called=called)
    ]


def text(name: str, value: Any, *, called: Naming = nameless) -> str:
    """Return a field's value as people read it; a number 0 is none, and a missing flag is off."""
    if name in rows.FLAGS:
        return pgettext("calendar", "On") if value else pgettext("calendar", "Off")
    return str(naming.told(called(name, value)) or value) if value else str(_NONE)


def swatch(name: str, value: Any, *, called: Naming = nameless) -> str | None:
    """Return the colour to draw, of a project that of its own, None where there is none."""
    named = called(name, value)
    if named is not None:
        return named.color
    return colours.parse(value) if name in rows.COLOURS else None


def told(values: Mapping[str, Any], *, called: Naming = nameless) -> str:
    """Return values in one line: "Background colour: #1a73e8, On: Off"."""
    return ", ".join(
        f"{LABELS[name]}: {text(name, value, called=called)}"
        for name, value in values.items()
        if name in LABELS
    )


_NONE = pgettext_lazy("setting", "none")
