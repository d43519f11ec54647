"""How answers are written, in the documented and in the observed dialect."""

from collections.abc import Iterable

from integrations.sandbox.bodies import OBSERVED
from integrations.sandbox.messages import Response, encode
from integrations.sandbox.problems import JSON_TYPE
from integrations.sandbox.switches import Switches
from integrations.sandbox.world import Json

TEXT_TYPE = ("Content-Type", "text/plain; charset=utf-8")


def calendars(switches: Switches, rows: Iterable[Json]) -> Response:
    """A list of calendars."""
    return listing(switches, [calendar(switches, row) for row in rows])


def accounts(switches: Switches, rows: Iterable[Json]) -> Response:
    """A list of accounts, each with its calendars."""
    shown = [
        {**row, "calendars": [calendar(switches, inner) for inner in row["calendars"]]}
        for row in rows
    ]
    return listing(switches, shown)


def calendar(switches: Switches, row: Json) -> Json:
    """One calendar; the documented service does not know the observed members."""
    if not switches.documented:
        return row
    return {name: value for name, value in row.items() if name not in OBSERVED}


def listing(switches: Switches, rows: list[Json]) -> Response:
    """A list: ``{"items": …}`` as documented, a bare array sent as text as observed."""
    shown = None if switches.null_for_empty and not rows else rows
    if switches.documented:
        return Response(200, encode({"items": shown}), (JSON_TYPE,))
    return Response(200, encode(shown), (TEXT_TYPE,))


def written(switches: Switches, rows: Iterable[Json]) -> Response:
    """After a write: the list as documented, nothing at all as observed."""
    return calendars(switches, rows) if switches.documented else Response(204)


def plain(payload: Json) -> Response:
    """An answer that both descriptions agree on."""
    return Response(200, encode(payload), (JSON_TYPE,))


def redirect(location: str) -> Response:
    """A 302 with the little page that a Go service sends along."""
    headers = (("Location", location), ("Content-Type", "text/html; charset=utf-8"))
    return Response(302, b"<p>Found.</p>", headers)
