"""Short ways to say a request, over real HTTP."""

from typing import Any

import requests

from integrations.sandbox import Sandbox

SCOPES = ("/organizations/5500001/workspaces/4400001", "/workspaces/4400001")
SCOPE = SCOPES[0]
ACCOUNTS = f"{SCOPE}/integrations/calendar"


def call(box: Sandbox, method: str, path: str, **options: Any) -> requests.Response:
    """One request with the shared key, redirects not followed."""
    key = options.pop("key", box.shared_key)
    headers = {"Authorization": f"Bearer {key}", **options.pop("headers", {})}
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            method,
            box.api_url + path,
            headers=headers,
            allow_redirects=False,
            timeout=10,
            **options,
        )
