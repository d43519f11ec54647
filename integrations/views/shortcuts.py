"""Keys that lead somewhere, as the overview lists them.

Each is the ``data-keys`` of a link or field in the header or footer, which the script follows.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from integrations.views.words import Text


@dataclass(frozen=True)
class Shortcut:
    """Keys pressed one after the other, and what they do."""

    keys: tuple[str, ...]
    does: Text


SHORTCUTS = (
    Shortcut(("/",), _("Go to the search of everything")),
    Shortcut(("?",), _("Show this overview")),
    Shortcut(("g", "o"), _("Open the overview")),
    Shortcut(("g", "a"), _("Open the accounts")),
    Shortcut(("g", "c"), _("Open the calendars")),
    Shortcut(("g", "p"), _("Open the palette")),
    Shortcut(("g", "r"), _("Open the rules")),
    Shortcut(("g", "y"), _("Open the activity")),
    Shortcut(("g", "t"), _("Open the people, for managers")),
    Shortcut(("g", "m"), _("Open my key")),
    Shortcut(("g", "s"), _("Open my settings")),
    Shortcut(("g", "h"), _("Open the help")),
)
