"""The proxy as a whole: two servers, who is signed in, and what signs for them."""

from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from integrations.sandbox.messages import Response
from integrations.sandbox.pages import message
from integrations.sandbox.sso.desk import Desk
from integrations.sandbox.sso.people import Sessions, Somebody
from integrations.sandbox.sso.relay import COOKIE, Relay
from integrations.sandbox.sso.signing import Signer
from integrations.sandbox.wire import PortError, WireServer

AUDIENCE = "focusadmin-demo"
JWKS, ARRIVE, SIGN_OUT = "/.well-known/jwks.json", "/.sso/arrive", "/.sso/sign-out"
#: As every cookie that must come back from the calendar provider: Lax, not Strict.
ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Lax"
#: What an address may hold as it is; the rest, line ends above all, is escaped.
SAFE = "%/:?#[]@!$&'()*+,;="


class RelayServer(WireServer):
    """The server that stands where the application seems to be."""

    proxy: "SsoProxy"

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speak as a proxy does, and not as a server of whole answers."""
        Relay(request, client_address, self)


class SsoProxy:
    """A signing proxy on ``port`` in front of ``app_port``, and its sign-in desk on ``desk_port``.

    Two hosts on purpose: to a browser the desk, on localhost, is another origin and another site.
    """

    def __init__(self, *, port: int = 0, desk_port: int = 0, app_port: int = 0) -> None:
        self.port, self.desk_port, self.app_port = port, desk_port, app_port
        self.sessions = Sessions()
        self._servers: list[WireServer] = []

    @property
    def url(self) -> str:
        """The application, as people see it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def desk_url(self) -> str:
        """Where people sign in, and where the proxy is controlled."""
        return f"http://localhost:{self.desk_port}"

    def start(self) -> Self:
        """Listen on both ports; raises PortError when one is taken, and then holds none."""
        relay = RelayServer(self.port, no_page)
        try:
            desk = WireServer(self.desk_port, Desk(self))
        except PortError:
            relay.server_close()
            raise
        relay.proxy = self
        self.port, self.desk_port = relay.port, desk.port
        self.signer = Signer(self.url, AUDIENCE)
        self._servers = [relay, desk]
        for server in self._servers:
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """End every connection and let go of both ports."""
        for server in self._servers:
            server.finish()
        self._servers = []

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def look(
        self, method: str, target: str, referer: str | None, cookie: str
    ) -> Response | Somebody:
        """Return our own answer to a request, or who is asking where it is the application's."""
        path, _, query = target.partition("?")
        if path == JWKS:
            return Response(200, self.signer.jwks(), (("Content-Type", "application/json"),))
        if path == ARRIVE:
            return self._arrive(parse_qs(query), cookie)
        if path == SIGN_OUT:
            self.sessions.end(cookie)
            gone = ("Set-Cookie", f"{COOKIE}; Max-Age=0{ATTRIBUTES}")
            return redirect(f"{self.desk_url}/login?signed-out=yes").with_headers(gone)
        if who := self.sessions.find(cookie):
            return who
        # Only a GET can be repeated after the sign-in; for a form, the page that it was on.
        came_from = urlsplit(referer or "").path or "/"
        back = target if method in {"GET", "HEAD"} else came_from
        return redirect(f"{self.desk_url}/login?{urlencode({'back': back})}")

    def _arrive(self, query: dict[str, list[str]], former: str) -> Response:
        """Begin the session of a browser that comes from the desk, in place of its former one."""
        cookie = self.sessions.begin(query.get("code", [""])[0])
        self.sessions.end(former)
        if cookie is None:
            return redirect(f"{self.desk_url}/login")
        back = query.get("back", ["/"])[0]
        kept = ("Set-Cookie", f"{COOKIE}{cookie}{ATTRIBUTES}")
        where = quote(back, safe=SAFE) if back.startswith("/") else "/"
        return redirect(self.url + where).with_headers(kept)


def redirect(location: str) -> Response:
    """Send the browser on, with a GET."""
    return Response(302, b"", (("Location", location), ("Cache-Control", "no-store")))


def no_page(_request: object) -> Response:
    """The relay has no pages of its own."""
    return message(404, "Nothing here", "The proxy has no such page.")
