"""Answers that no sandbox would give: any accounts, as bytes of a 200."""

import json
from typing import Any

from integrations.sandbox import Sandbox


def account(integration_id: Any, email: str = "", /, **fields: Any) -> dict[str, Any]:
    """Return an account as Focus might send it, with a calendar unless ``calendars`` says so."""
    return {
        "calendar_integration_id": integration_id,
        "email": email,
        "provider": "google",
        "calendars": [calendar(1)],
        **fields,
    }


def calendar(calendar_id: Any, name: str = "Team", /, **fields: Any) -> dict[str, Any]:
    """Return a calendar as Focus might send it."""
    return {"calendar_id": calendar_id, "name": name, "external_id": f"c{calendar_id}", **fields}


def answer(sandbox: Sandbox, *accounts: dict[str, Any] | bytes, times: int | None = 1) -> None:
    """Let the next listing answer with exactly these accounts, or with these bytes."""
    if accounts and isinstance(accounts[0], bytes):
        body = accounts[0]
    else:
        body = json.dumps(accounts).encode()
    sandbox.fault("list_accounts", "bad_json", body=body, times=times)


def answer_calendars(sandbox: Sandbox, *calendars: dict[str, Any], times: int | None = 1) -> None:
    """Let the next listing of one account's calendars answer with exactly these."""
    body = json.dumps(calendars).encode()
    sandbox.fault("list_calendars", "bad_json", body=body, times=times)
