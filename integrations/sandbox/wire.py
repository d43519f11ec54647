"""HTTP/1.1 with keep-alive, and bad manners on demand: what both sandbox servers speak."""

import socket
import struct
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from integrations.sandbox.messages import Request, Response, encode

MAX_BODY = 1_000_000
IDLE_SECONDS = 60
KNOWN = frozenset(HTTPStatus)
NO_BODY = frozenset({204, 304})


def reason(status: int) -> str:
    """The phrase of a status, or an honest shrug for one that nobody registered."""
    return HTTPStatus(status).phrase if status in KNOWN else "Unassigned"


class PortError(OSError):
    """A port that cannot be listened on; the message says which and why."""


class WireServer(ThreadingHTTPServer):
    """A loopback server of one thread a connection; ``app`` turns requests into answers."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, app: Callable[[Request], Response]) -> None:
        """Listen on ``port`` of 127.0.0.1, 0 for any; raises PortError when it is taken."""
        self.app = app
        self.closing = Event()
        self._open: set[socket.socket] = set()
        self._guard = Lock()
        try:
            super().__init__(("127.0.0.1", port), WireHandler)
        except OSError as error:
            text = f"Port {port} cannot be used ({error.strerror}); choose another one"
            raise PortError(text) from error

    @property
    def port(self) -> int:
        """The port that was really bound."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind without the name lookup of the base class."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.port

    def remember(self, connection: socket.socket) -> None:
        """Keep an open connection, so that closing the server closes it."""
        with self._guard:
            self._open.add(connection)

    def shutdown_request(self, request: Any) -> None:
        """Close one connection and forget it."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def finish(self) -> None:
        """Stop serving, and end every connection that is still open."""
        self.closing.set()
        self.shutdown()
        self.server_close()
        with self._guard:
            still_open = list(self._open)
        for connection in still_open:
            close_read_side(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a caller that hung up go; anything else is a bug and is printed."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def close_read_side(connection: socket.socket) -> None:
    """Wake the thread that waits on ``connection`` so that it ends by itself."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # It has ended meanwhile.


class WireHandler(BaseHTTPRequestHandler):
    """Reads a request, asks the app, and writes the answer in one piece (or as told)."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: WireServer

    def setup(self) -> None:
        """Tell the server about the connection."""
        super().setup()
        self.server.remember(self.connection)

    def answer(self) -> None:
        """Serve one request, whatever its method."""
        body = self._body()
        if body is None:
            return
        try:
            parts = urlsplit(self.path)
        except ValueError:
            self.send_error(400, "The address is malformed")
            return
        query = parse_qs(parts.query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, query, headers, body)
        self._deliver(self.server.app(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names of the base class
    do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = do_QUERY = answer  # noqa: N815 - the same

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.send_error(400, "A body needs a Content-Length")
            return None
        if int(length) > MAX_BODY:
            self.send_error(413, f"A body may have {MAX_BODY} bytes")
            return None
        return self.rfile.read(int(length))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is not HTTP as we speak it, and end the connection."""
        self.close_connection = True
        error = {"error": "bad_request", "error_description": message or reason(code)}
        response = Response(code, encode(error), (("Content-Type", "application/json"),))
        self._deliver(response.with_headers(("Connection", "close")))

    def _head(self, response: Response) -> bytes:
        lines = [
            f"HTTP/1.1 {response.status} {reason(response.status)}",
            f"Date: {self.date_time_string()}",
        ]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if response.status not in NO_BODY:
            lines.append(f"Content-Length: {len(response.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _deliver(self, response: Response) -> None:
        delivery = response.delivery
        if delivery.delay:
            self.server.closing.wait(delivery.delay)
        if delivery.reset:
            self._reset()
            return
        silent = self.command == "HEAD" or response.status in NO_BODY
        body = b"" if silent else response.body
        if delivery.cut:
            body, self.close_connection = body[: len(body) // 2], True
        if delivery.pause:
            self.wfile.write(self._head(response))
            self._drip(body, delivery.pause)
        else:
            self.wfile.write(self._head(response) + body)

    def _drip(self, body: bytes, pause: float) -> None:
        for byte in body:
            if self.server.closing.wait(pause):
                return
            self.wfile.write(bytes([byte]))

    def _reset(self) -> None:
        """End the connection with a TCP reset instead of a goodbye."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.rfile.close()
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the request log is on the control page."""
