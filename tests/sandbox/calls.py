"""Short ways to ask the sandbox something, over real HTTP."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from integrations.sandbox import Sandbox

SCOPES = ("/organizations/5500001/workspaces/4400001", "/workspaces/4400001")
SCOPE = SCOPES[0]
ACCOUNTS = f"{SCOPE}/integrations/calendar"
BACK = "http://127.0.0.1:9/back?attempt=7"


def call(box: Sandbox, method: str, path: str, **options: Any) -> requests.Response:
    """One request with the shared key (or ``key``), redirects not followed."""
    key = options.pop("key", box.shared_key)
    headers = {"Authorization": f"Bearer {key}", **options.pop("headers", {})}
    return plain(method, box.api_url + path, headers=headers, **options)


def plain(method: str, url: str, **options: Any) -> requests.Response:
    """One request as a browser sends it, redirects not followed."""
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, allow_redirects=False, timeout=10, **options)


def accounts(box: Sandbox, **options: Any) -> list[dict[str, Any]]:
    """The accounts of the shared key, as an observed client sees them."""
    found: list[dict[str, Any]] = call(box, "GET", ACCOUNTS, **options).json()
    return found


def account(box: Sandbox, email: str) -> dict[str, Any]:
    """The one account with this address."""
    [found] = [a for a in accounts(box) if a["email"] == email]
    return found


def setup(box: Sandbox, provider: str = "google", return_to: str | None = BACK) -> str:
    """Begin to connect; the provider's consent address."""
    query = {"provider": provider, **({"return_to": return_to} if return_to else {})}
    return call(box, "GET", f"{ACCOUNTS}/setup", params=query).headers["Location"]


def reauth(box: Sandbox, integration_id: int, **query: str) -> str:
    """Begin to renew; the provider's consent address."""
    path = f"{ACCOUNTS}/{integration_id}/reauth"
    return call(box, "GET", path, params={"return_to": BACK, **query}).headers["Location"]


def state_of(consent: str) -> str:
    """The state that a consent address carries."""
    return parse_qs(urlsplit(consent).query)["state"][0]


def answer(box: Sandbox, consent: str, **fields: Any) -> requests.Response:
    """Press a button on the consent page (Allow unless said otherwise); the provider's answer."""
    everything = ["calendars", "events", "write"]
    form = {"decision": "allow", "permission": everything, "state": state_of(consent), **fields}
    return plain("POST", f"{box.provider_url}/consent", data=form)


def travel(box: Sandbox, consent: str, **fields: Any) -> dict[str, str]:
    """Answer the consent page and follow the callback; what ``return_to`` was given besides."""
    back = plain("GET", answer(box, consent, **fields).headers["Location"])
    assert back.status_code == 302
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    assert back.headers["Location"].startswith("http://127.0.0.1:9/back?")
    assert query.pop("attempt") == ["7"]
    return {name: values[0] for name, values in query.items()}


def choices(page: str, name: str) -> dict[str, bool]:
    """The values offered under ``name`` on a consent page, and whether each is chosen."""
    tags = re.findall(rf'<input type="(?:radio|checkbox)" name="{name}"[^>]*>', page)
    return {re.findall(r'value="([^"]*)"', tag)[0]: " checked" in tag for tag in tags}
