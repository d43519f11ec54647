"""The line of each kind of need."""

from collections.abc import Callable

from integrations.access import AdminRequest
from integrations.services.needs import Kind, Need
from integrations.views import account_lines, batch_lines, calendar_lines, key_lines
from integrations.views.lines import Line

_LINES: dict[Kind, Callable[[AdminRequest, Need], Line]] = {
    Kind.KEY: key_lines.key,
    Kind.SOON: key_lines.key,
    Kind.ACCOUNT: account_lines.broken,
    Kind.PERMISSION: account_lines.broken,
    Kind.BATCH: batch_lines.batch,
    Kind.NEW: calendar_lines.new,
    Kind.RECOLOURED: account_lines.recoloured,
    Kind.KEPT: account_lines.kept,
    Kind.DEFAULT: calendar_lines.default,
    Kind.TWIN: calendar_lines.twin,
    Kind.COLOUR: calendar_lines.colour,
}


def line(request: AdminRequest, need: Need) -> Line:
    """Return a need as a line for this person."""
    return _LINES[need.kind](request, need)
