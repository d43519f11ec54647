"""The proxy's own port: hands requests on with an assertion, and answers back as they come."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any

from integrations.sandbox.messages import Response
from integrations.sandbox.pages import message
from integrations.sandbox.wire import NO_BODY, WireHandler

ASSERTION = "X-Demo-Jwt-Assertion"
#: The name of the proxy's cookie, as it begins in a Cookie header.
COOKIE = "demo_sso="
PIECE = 65_536
#: Seconds; longer than the application gives itself for anything.
PATIENCE = 60
HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
#: What says who or where somebody is. It is for a proxy to say, so no client's word gets through;
#: nor does a name with an underscore, which some servers take for a hyphen.
CLAIMED = re.compile(
    r"x-demo-.*|x-forwarded-.*|forwarded|x-real-ip|x-auth-.*|x-remote-.*|remote-.*|x-pomerium-.*"
    r"|x-authentik-.*|x-goog-.*|x-ms-.*|x-amzn-.*|cf-.*|.*_.*",
    re.IGNORECASE,
)


class Relay(WireHandler):
    """One connection of a browser."""

    server: Any

    def relay(self) -> None:
        """Answer a request ourselves, or let the application answer it."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.send_error(400, "A body needs a Content-Length")
            return
        body, cookies = self._body_of(int(length)), self._cookies()
        ours = next((c.removeprefix(COOKIE) for c in cookies if c.startswith(COOKIE)), "")
        found = self.server.proxy.look(self.command, self.path, self.headers.get("Referer"), ours)
        if isinstance(found, Response):
            for _ in body:
                continue  # Read to its end, or the next request would begin in the middle of it.
            self._deliver(found)
        else:
            self._forward(body, self.server.proxy.signer.sign(found))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = relay  # noqa: N815 - names of the base class
    do_PATCH = do_OPTIONS = relay  # noqa: N815 - the same

    def _cookies(self) -> list[str]:
        whole = ";".join(self.headers.get_all("Cookie", []))
        return [pair.strip() for pair in whole.split(";") if pair.strip()]

    def _body_of(self, length: int) -> Iterator[bytes]:
        while length > 0 and (piece := self.rfile.read(min(length, PIECE))):
            length -= len(piece)
            yield piece

    def _forward(self, body: Iterator[bytes], assertion: str) -> None:
        upstream = HTTPConnection("127.0.0.1", self.server.proxy.app_port, timeout=PATIENCE)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self._handed_on(assertion):
                upstream.putheader(name, value)
            upstream.endheaders()
            for piece in body:
                upstream.send(piece)
            self._pass_back(upstream.getresponse())
        except ConnectionRefusedError:
            self.close_connection = True
            text = "The proxy works, but what it stands before does not."
            self._deliver(message(502, "The application does not answer", text))
        except HTTPException:
            self.close_connection = True  # Half an answer must not look like a whole one.
        finally:
            upstream.close()

    def _handed_on(self, assertion: str) -> Iterator[tuple[str, str]]:
        named = ",".join(self.headers.get_all("Connection", []))
        dropped = HOP | {"cookie"} | {name.strip().lower() for name in named.split(",")}
        for name, value in self.headers.items():
            if name.lower() not in dropped and not CLAIMED.fullmatch(name):
                yield name, value
        if theirs := [pair for pair in self._cookies() if not pair.startswith(COOKIE)]:
            yield "Cookie", "; ".join(theirs)
        yield "Connection", "close"
        yield "X-Forwarded-For", self.client_address[0]
        yield "X-Forwarded-Proto", "http"
        yield ASSERTION, assertion

    def _pass_back(self, answer: HTTPResponse) -> None:
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        kept = [(name, text) for name, text in answer.getheaders() if name.lower() not in HOP]
        lines += [f"{name}: {text}" for name, text in kept]
        # An answer without a length ends with its connection, or is sent in pieces.
        bare = self.command == "HEAD" or answer.status in NO_BODY
        chunked = answer.length is None and not bare and self.request_version != "HTTP/1.0"
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        while piece := answer.read(PIECE):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        if answer.length:
            self.close_connection = True  # The application said that there would be more.
