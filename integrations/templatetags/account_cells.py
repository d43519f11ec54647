"""The cells of a row of the accounts' table, but for the one that every look changes."""

from collections.abc import Hashable, Mapping

from django import template

from integrations.templatetags import kept

register = template.Library()


@register.simple_tag
def account_cells(row: Mapping[str, Hashable], *, several: bool, why: object) -> str:
    """Return the cells; what each option means is said in the template."""
    shown = {name: value for name, value in row.items() if name not in {"checked", "seen_at"}}
    return kept.draw("accounts/cells.html", shown, several=bool(several), why=str(why or ""))
