"""What nginx asks: a stand-in for oauth2-proxy, as small as its three addresses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

COOKIE = "focusadmin_sso"
#: Where somebody without a sign-in is sent: another site, as the company's identity provider is.
PROVIDER = "https://idp.example.com/authorize"
#: A session that is renewed in this very answer, in two pieces as a large one is.
RENEWED = "renewed"


@dataclass
class Gatekeeper:
    """Knows the sessions: for the cookie's value, the headers of the answer to nginx."""

    address: str
    sessions: dict[str, Mapping[str, str]] = field(default_factory=dict)
    #: The headers of every request, in order.
    asked: list[dict[str, str]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    keeper: Gatekeeper

    def do_GET(self) -> None:
        """Answer /oauth2/auth (202 or 401) and /oauth2/start (302)."""
        self.keeper.asked.append({"path": self.path, **dict(self.headers.items())})
        session = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        value = session.value if session else ""
        if self.path == "/oauth2/auth":
            self._verdict(value)
        elif self.path == "/oauth2/start":
            self._answer(HTTPStatus.FOUND, {"Location": PROVIDER})
        else:
            self._answer(HTTPStatus.NOT_FOUND, {})

    def _verdict(self, value: str) -> None:
        if value not in self.keeper.sessions:
            self._answer(HTTPStatus.UNAUTHORIZED, {})
            return
        self.send_response(HTTPStatus.ACCEPTED)
        if value == RENEWED:
            for part in (0, 1):
                self.send_header("Set-Cookie", f"{COOKIE}_{part}=piece{part}; Path=/; HttpOnly")
        for name, text in self.keeper.sessions[value].items():
            self.send_header(name, text)
        self._end()

    def _answer(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self._end()

    def _end(self) -> None:
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; ``asked`` remembers."""


@contextmanager
def gatekeeper() -> Iterator[Gatekeeper]:
    """Yield a gatekeeper that listens on loopback, in a thread of this process."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        keeper = Gatekeeper(f"127.0.0.1:{server.server_address[1]}")
        server.RequestHandlerClass = type("Handler", (_Handler,), {"keeper": keeper})
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield keeper
        finally:
            server.shutdown()
            thread.join()
