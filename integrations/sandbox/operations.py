"""What each operation does to the world, once its caller has passed the gates."""

from collections.abc import Callable

from integrations.sandbox import consents, dialects, mappings
from integrations.sandbox.bodies import BLANK, OBSERVED, OWN, calendar_body
from integrations.sandbox.calls import Call
from integrations.sandbox.messages import Response
from integrations.sandbox.permissions import PERMISSIONS, wanted
from integrations.sandbox.problems import ProblemError, invalid, missing
from integrations.sandbox.refresh import apply_pending
from integrations.sandbox.world import Json


def list_accounts(call: Call) -> Response:
    """GET …/integrations/calendar."""
    return dialects.accounts(call.switches, call.person.accounts)


def list_calendars(call: Call) -> Response:
    """GET …/integrations/calendar/{integration_id}."""
    return dialects.calendars(call.switches, call.account["calendars"])


def setup(call: Call) -> Response:
    """GET …/integrations/calendar/setup: off to the provider, for reading only."""
    provider = call.query.text("provider")
    if provider not in PERMISSIONS:
        raise invalid("provider", f"one of {', '.join(PERMISSIONS)}")
    return_to = return_address(call, required=False)
    connected = any(account["provider"] == provider for account in call.person.accounts)
    if call.switches.setup_conflict and connected:
        text = "status payment required: integration already exists"
        raise ProblemError(402, "integration_already_exists", text, {"provider": provider})
    consent = consents.begin(
        call.world, call.person, provider, wanted(write=False), return_to=return_to
    )
    return dialects.redirect(call.addresses.consent(consent))


def reauth(call: Call) -> Response:
    """GET …/{integration_id}/reauth: off to the provider, for more access unless told to keep."""
    return_to = return_address(call, required=True)
    preserve = call.query.flag("preserve_scope") and not call.switches.documented
    account = call.account
    write = account["has_write_scope"] if preserve else True
    consent = consents.begin(
        call.world,
        call.person,
        account["provider"],
        wanted(write=write),
        return_to=return_to,
        integration_id=account["calendar_integration_id"],
    )
    return dialects.redirect(call.addresses.consent(consent, hint=account["email"]))


def return_address(call: Call, *, required: bool) -> str | None:
    """Where the browser shall end; raises ProblemError 400, by switch for any address at all."""
    address = call.query.address("return_to", required=required)
    if address is not None and call.switches.refuse_return_to:
        raise invalid("return_to", "an address of this service")
    return address


def refresh(call: Call) -> Response:
    """POST …/{integration_id}/update: read the calendars from the provider again."""
    stamp = call.query.flag("focus_auto_track_default") and not call.switches.documented
    account = call.account
    if account["error_status"]:
        text = f"The calendar provider refused: {account['error_status']}"
        raise ProblemError(400, "integration_error", text, {"status": account["error_status"]})
    apply_pending(call.world, account, focus_auto_track=bool(stamp))
    return dialects.calendars(call.switches, account["calendars"])


def update_calendar(call: Call) -> Response:
    """PUT …/calendars/{calendar_id}: the whole object; what is left out is reset."""
    sent = calendar_body(call.body)
    calendars: list[Json] = call.account["calendars"]
    stored = call.calendar
    unseen = OBSERVED if call.switches.documented else frozenset[str]()
    kept = {name: stored[name] for name in stored if name in OWN | unseen}
    changed = {name: value for name, value in sent.items() if name not in kept}
    blank = {name: value for name, value in BLANK.items() if name not in kept}
    stored.clear()
    stored.update({**kept, **blank, **changed, "updated_at": call.world.clock.stamp()})
    return dialects.written(call.switches, calendars)


def disconnect(call: Call) -> Response:
    """DELETE …/{integration_id}; what becomes of planned entries is not kept here."""
    call.query.flag("preserve_entities")
    account = call.account
    call.person.accounts.remove(account)
    call.world.pending.pop(account["calendar_integration_id"], None)
    return dialects.written(call.switches, account["calendars"])


def projects(call: Call) -> Response:
    """GET …/projects, a page of them, by name if asked."""
    rows = [p for p in call.world.projects if p["workspace_id"] == call.ids["workspace_id"]]
    return page(call, rows)


def tasks(call: Call) -> Response:
    """GET …/tasks, a page of them, by name or project if asked."""
    workspace = call.ids["workspace_id"]
    here = {p["id"] for p in call.world.projects if p["workspace_id"] == workspace}
    asked = call.query.integer("project_id")
    wished = here if asked is None else here & {asked}
    return page(call, [t for t in call.world.tasks if t["project_id"] in wished])


def clients(call: Call) -> Response:
    """GET …/clients, a page of them, by name if asked; in the workspace scope only."""
    return page(
        call, [c for c in call.world.clients if c["workspace_id"] == call.ids["workspace_id"]]
    )


def page(call: Call, rows: list[Json]) -> Response:
    """One page of named rows, in the service's envelope; raises ProblemError 404 by switch."""
    if call.switches.nameless:
        raise missing("Address")
    number = call.query.whole("page", 1, 1_000_000)
    size = call.query.whole("per_page", 50, 100)
    name = (call.query.text("name") or "").casefold()
    found = [row for row in rows if name in row["name"].casefold()]
    shown = found[(number - 1) * size : number * size]
    return dialects.plain({"data": shown, "page": number, "per_page": size, "total": len(found)})


def settings(call: Call) -> Response:
    """GET /users/me/settings."""
    current = call.person.workspaces[0]
    return dialects.plain({"current_workspace_id": current, "timezone": "Europe/London"})


OPERATIONS: dict[str, Callable[[Call], Response]] = {
    "list_accounts": list_accounts,
    "setup": setup,
    "list_calendars": list_calendars,
    "disconnect": disconnect,
    "update_calendar": update_calendar,
    "reauth": reauth,
    "refresh": refresh,
    "settings": settings,
    "list_mappings": mappings.list_mappings,
    "get_mapping": mappings.get_mapping,
    "create_mapping": mappings.create_mapping,
    "replace_mapping": mappings.replace_mapping,
    "delete_mapping": mappings.delete_mapping,
    "hide_events": mappings.hide_events,
    "projects": projects,
    "tasks": tasks,
    "clients": clients,
}
