"""What the control page's forms do; how it looks is in ``control_page.py``."""

import re

from integrations.sandbox import control_page
from integrations.sandbox.context import Context
from integrations.sandbox.faults import KINDS
from integrations.sandbox.messages import Request, Response
from integrations.sandbox.pages import message
from integrations.sandbox.switches import DIALECTS
from integrations.sandbox.world import Json, World

WHOLE = re.compile(r"[0-9]{1,9}")
MOST_SECONDS = 60.0


class FieldError(Exception):
    """A form field that cannot be used; the message says which and why."""


class Fields:
    """The fields of one form."""

    def __init__(self, request: Request) -> None:
        self._values = request.form()

    def text(self, name: str) -> str:
        """One field, stripped; empty when it is missing."""
        return (self._values.get(name) or [""])[0].strip()

    def whole(self, name: str, most: int, *, least: int = 0) -> int:
        """An integer from ``least`` to ``most``; raises FieldError."""
        text = self.text(name)
        if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise FieldError(f"“{name}” must be a whole number from {least} to {most}.")
        return int(text)

    def seconds(self, name: str) -> float:
        """Seconds from 0 to 60; raises FieldError."""
        try:
            value = float(self.text(name))
        except ValueError as error:
            raise FieldError(f"“{name}” must be a number of seconds.") from error
        if not 0 <= value <= MOST_SECONDS:
            raise FieldError(f"“{name}” must be from 0 to {MOST_SECONDS:.0f} seconds.")
        return value


def show(context: Context, request: Request) -> Response:
    """GET /control."""
    with context.world.lock:
        return control_page.whole(context)


def set_switches(context: Context, request: Request) -> Response:
    """POST /control/switches: all of them at once, as the form shows them."""
    fields, switches = Fields(request), context.switches
    try:
        latency = fields.seconds("latency")
        quota = fields.whole("quota", 1_000_000)
    except FieldError as error:
        return refused(error)
    with context.world.lock:
        wished = fields.text("dialect")
        switches.dialect = next((d for d in DIALECTS if d == wished), switches.dialect)
        switches.latency, switches.quota = latency, quota
        for name in control_page.FLAGS:
            setattr(switches, name, fields.text(name) == "on")
    return done(context)


def set_quota(context: Context, request: Request) -> Response:
    """POST /control/quota: how much of this hour is left to one person."""
    fields = Fields(request)
    try:
        remaining = fields.whole("remaining", 1_000_000)
        email = context.world.person(fields.text("person")).email
    except (FieldError, LookupError) as error:
        return refused(error)
    with context.world.lock:
        context.world.spent(email, context.switches.quota - remaining)
    return done(context)


def add_fault(context: Context, request: Request) -> Response:
    """POST /control/faults: one more failure."""
    fields = Fields(request)
    try:
        times = fields.whole("times", 1_000) or None
        options = options_of(fields)
        context.faults.add(fields.text("operation"), fields.text("kind"), times=times, **options)
    except (FieldError, ValueError) as error:
        return refused(error)
    return done(context)


def options_of(fields: Fields) -> dict[str, object]:
    """The options that the chosen kind understands; raises FieldError."""
    kind = fields.text("kind")
    options: dict[str, object] = {}
    if kind == "status":
        options["status"] = fields.whole("status", 599, least=400)
    if kind == "delay":
        options["seconds"] = fields.seconds("seconds")
    if kind == "redirect" and fields.text("location"):
        options["location"] = fields.text("location")
    if fields.text("performed") and kind in KINDS:
        options["performed"] = fields.text("performed") == "yes"
    return options


def clear_faults(context: Context, request: Request) -> Response:
    """POST /control/faults/clear."""
    context.faults.clear()
    return done(context)


def break_account(context: Context, request: Request) -> Response:
    """POST /control/account: break one account, or mend it."""
    try:
        account = context.world.account(Fields(request).whole("account", 10**8))
    except (FieldError, LookupError) as error:
        return refused(error)
    account["error_status"] = "" if account["error_status"] else "invalid_grant"
    return done(context)


def provider_change(context: Context, request: Request) -> Response:
    """POST /control/provider: let the provider change one account's calendars."""
    world = context.world
    try:
        account = world.account(Fields(request).whole("account", 10**8))
    except (FieldError, LookupError) as error:
        return refused(error)
    with world.lock:
        queue_one_of_each(world, account)
    return done(context)


def queue_one_of_each(world: World, account: Json) -> None:
    """A new calendar, and of the last three one gone, one renamed, one recoloured."""
    integration_id, number = account["calendar_integration_id"], world.new_id()
    world.queue(
        integration_id,
        "new",
        external_id=f"new{number}@group.calendar.example.com",
        name=f"New calendar {number}",
        background_color="#009688",
        foreground_color="#ffffff",
    )
    changes: tuple[tuple[str, Json], ...] = (
        ("vanished", {}),
        ("renamed", {"name": f"Renamed calendar {number}"}),
        ("recoloured", {"background_color": "#283593", "foreground_color": "#ffffff"}),
    )
    for (kind, change), calendar in zip(changes, account["calendars"][-3:], strict=False):
        world.queue(integration_id, kind, calendar_id=calendar["calendar_id"], **change)


def reset(context: Context, request: Request) -> Response:
    """POST /control/reset: the world as it was seeded."""
    context.reset()
    return done(context)


def done(context: Context) -> Response:
    """Back to the page, with everything written down."""
    context.save()
    return Response(303, b"", (("Location", "/control"),))


def refused(error: Exception) -> Response:
    """What was wrong with the form."""
    return message(400, "That did not work", f"{error} Go back and try again.")
