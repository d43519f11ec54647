"""A browser behind a proxy that says in plain headers who is asking."""

from typing import Any

from django.test import Client

from focusadmin.identity import headers, peers
from focusadmin.identity.configuration import HeaderProxy

SECRET = "for-tests-only-not-a-secret-0123456789"
NEW_SECRET = "for-tests-only-the-next-one-0123456789"
ISSUER = "headers:authelia"

CONFIG = HeaderProxy(
    preset="authelia",
    user_header="Remote-User",
    email_header="Remote-Email",
    name_header="Remote-Name",
    groups_header="Remote-Groups",
    groups_separator=",",
    secret_header="X-Proxy-Secret",
    secrets=(NEW_SECRET, SECRET),
    peers=peers.parse("127.0.0.1/32 unix"),
)


def wire(text: str) -> str:
    """Return a header's value as WSGI hands it over."""
    return text.encode().decode("latin-1")


def environ(
    user: str | None = "bo",
    groups: str | None = None,
    *,
    secret: str | None = SECRET,
    peer: str | None = "127.0.0.1",
    **more: str,
) -> dict[str, str]:
    """Return what a request brings: ``None`` leaves something out; ``more`` by header name."""
    given = {
        "Remote-User": user,
        "Remote-Groups": groups,
        "X-Proxy-Secret": secret,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    found = {headers.key(name): wire(value) for name, value in given.items() if value is not None}
    return found if peer is None else {"REMOTE_ADDR": peer, **found}


class Browser(Client):
    """A browser whose every request passes the proxy, as whoever is signed in there."""

    def __init__(self, user: str | None = "bo", groups: str | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.user, self.groups = user, groups

    def request(self, **request: Any) -> Any:
        """Send a request with what the proxy adds; what the test says wins."""
        return super().request(**(environ(self.user, self.groups) | request))
