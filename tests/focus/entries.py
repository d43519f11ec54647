"""An account and a calendar as the service shows them."""

import json
from typing import Any

from integrations.focus import Calendar, Listing
from integrations.focus.decoding import decode_calendars

CALENDAR: dict[str, Any] = {
    "calendar_id": 9,
    "calendar_integration_id": 7,
    "external_id": "team@group.calendar.example.com",
    "name": "Team",
    "background_color": "#336699",
    "foreground_color": "#ffffff",
    "selected": True,
    "default_workspace_id": 4400001,
    "default_project_id": 0,
    "default_planned_task_id": None,
    "remind_tracking": False,
    "auto_track": True,
    "focus_auto_track": False,
    "default_action": "track",
    "created_at": "2026-08-03T12:00:00Z",
    "updated_at": "2026-08-03T12:00:00.5Z",
    "deleted_at": None,
}
ACCOUNT: dict[str, Any] = {
    "calendar_integration_id": 7,
    "email": "alex@example.com",
    "provider": "google",
    "error_status": "",
    "has_write_scope": True,
    "auto_track": False,
    "scopes": ["calendar.readonly"],
    "origin_product_id": 3,
    "created_at": "2026-08-03T12:00:00Z",
    "calendars": [CALENDAR],
}


def entry(body: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps(body | changes).encode()


def calendars(*entries: bytes) -> Listing[Calendar]:
    return decode_calendars(b"[" + b",".join(entries) + b"]", 7)
