"""What a refresh brings: the changes that the provider made since the last one."""

from integrations.sandbox.bodies import BLANK
from integrations.sandbox.world import Json, World


def apply_pending(world: World, account: Json, *, focus_auto_track: bool) -> None:
    """Apply everything that is queued for ``account``; new calendars get the given flag."""
    for change in world.pending.pop(account["calendar_integration_id"], []):
        fields = {name: value for name, value in change.items() if name != "kind"}
        if change["kind"] == "new":
            account["calendars"].append(
                new_calendar(world, account, fields, focus_auto_track=focus_auto_track)
            )
        else:
            alter(world, account, change["kind"], fields)


def alter(world: World, account: Json, kind: str, fields: Json) -> None:
    """Rename, recolour or remove one calendar; nothing when it is gone already."""
    calendars: list[Json] = account["calendars"]
    for calendar in calendars:
        if calendar["calendar_id"] == fields["calendar_id"]:
            if kind == "vanished":
                calendars.remove(calendar)
            else:
                calendar.update(fields, updated_at=world.clock.stamp())
            return


def new_calendar(world: World, account: Json, looks: Json, *, focus_auto_track: bool) -> Json:
    """A calendar as Focus first stores it: switched on, without defaults."""
    now = world.clock.stamp()
    return {
        "calendar_id": world.new_id(),
        "calendar_integration_id": account["calendar_integration_id"],
        "external_id": "",
        **BLANK,
        **looks,
        "selected": True,
        "focus_auto_track": focus_auto_track,
        "created_at": now,
        "updated_at": now,
        "deleted_at": None,
    }
