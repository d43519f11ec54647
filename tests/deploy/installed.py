"""Focusadmin as it is installed: configured by its environment, behind nginx, on a unix socket."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from integrations.sandbox import Sandbox
from tests.deploy.asking import Answer, Headers, request, send
from tests.deploy.front import HOST, SECRET, Front
from tests.deploy.gatekeeper import COOKIE
from tests.deploy.provider import AUDIENCE, ISSUER, Provider
from tests.support import environment

SIGNED = {"SIGN_IN": "oauth2-proxy", "JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE}
#: As nginx-headers.conf says.
PLAIN = {
    "SIGN_IN": "headers",
    "PROXY_SECRET": SECRET,
    "HEADER_USER": "X-Auth-Request-User",
    "HEADER_EMAIL": "X-Auth-Request-Email",
    "HEADER_NAME": "X-Auth-Request-Preferred-Username",
    "HEADER_GROUPS": "X-Auth-Request-Groups",
    "SIGN_OUT_URL": "/oauth2/sign_out",
}


def configuration(box: Sandbox, folder: Path, provider: Provider, kind: str) -> dict[str, str]:
    """Return the environment of an installation that signs people in the ``kind`` way."""
    ours = environment.PRODUCTION | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": f"sqlite:///{folder}/focusadmin.sqlite3",
        "STATIC_ROOT": f"{folder}/static",
        "PUBLIC_URL": f"https://{HOST}",
        "FOCUS_API_URL": box.api_url,
        "FOCUS_API_KEY": box.shared_key,
        "FOCUS_CONSENT_ORIGINS": box.provider_url,
        "TRUSTED_PROXIES": "unix",
        "ROLE_MANAGER_GROUPS": "calendar-managers",
    }
    if kind == "signed":
        return {**ours, **SIGNED, "JWT_KEYS": str(provider.keys)}
    return {**ours, **PLAIN}


@dataclass
class Browser:
    """Keeps cookies and follows nothing; ``session`` is the sign-in at the gatekeeper."""

    front: Front
    session: str = ""
    source: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self.cookies = {COOKIE: self.session} if self.session else {}

    def get(self, path: str, headers: Headers | None = None) -> Answer:
        """Open a page."""
        return self._send(request(path, cookies=self.cookies, headers=headers))

    def post(self, path: str, form: Mapping[str, str], headers: Headers | None = None) -> Answer:
        """Send a form of ours."""
        more = dict(form)
        return self._send(
            request(path, method="POST", cookies=self.cookies, form=more, headers=headers)
        )

    def _send(self, message: bytes) -> Answer:
        answer = send(self.front, message, source=self.source)
        self.cookies |= answer.cookies
        return answer


def token_of(page: Answer) -> dict[str, str]:
    """Return the page's CSRF field."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, page
    return {"csrfmiddlewaretoken": found[1]}


def rows(folder: Path, statement: str) -> list[tuple[str, ...]]:
    """Return what the installation's database holds."""
    with closing(sqlite3.connect(folder / "focusadmin.sqlite3", timeout=20)) as connection:
        return connection.execute(statement).fetchall()
