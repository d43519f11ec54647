"""A server on loopback that says any bytes, at any pace."""

import atexit
import shutil
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import trustme

from focusadmin.outbound import Outbound, Response


def _certificate() -> str:
    """A key, its certificate and the authority behind them in one file that goes with the run."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1", "localhost")
    file = folder / "localhost.pem"
    leaf.private_key_and_cert_chain_pem.write_to_path(str(file))
    authority.cert_pem.write_to_path(str(file), append=True)
    return str(file)


LOCALHOST = _certificate()
SECRET = "toggl_sk_" + "5a" * 16
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

Script = Callable[[socket.socket], None]


class RawServer:
    """Accepts on loopback, reads a request's head and lets the script answer."""

    def __init__(self, tls: bool = False) -> None:
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._tls:
            self._tls.load_cert_chain(LOCALHOST)
        self.script: Script = lambda wire: wire.sendall(OK)
        self.heads: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http{'s' * tls}://127.0.0.1:{self.port}/api/thing?return_to=nonce-123"
        threading.Thread(target=self._accept, daemon=True).start()

    def say(self, *pieces: bytes, pause: float = 0.0) -> None:
        """Answer with these pieces, then close."""

        def script(wire: socket.socket) -> None:
            for piece in pieces:
                wire.sendall(piece)
                time.sleep(pause)

        self.script = script

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(wire,), daemon=True).start()

    def _serve(self, wire: socket.socket) -> None:
        if self._tls:
            wire = self._tls.wrap_socket(wire, server_side=True, do_handshake_on_connect=False)
        with wire, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = wire.recv(65536)
                if not piece:
                    return
                head += piece
            self.heads.append(head)
            self.script(wire)


def send(
    url: str, way: Outbound | None = None, deadline: float = 2.0, **kwargs: object
) -> Response:
    options = {"headers": {}, "auth": None, "body": None, "deadline": deadline} | kwargs
    return (way or Outbound()).send("GET", url, **options)  # type: ignore[arg-type]


def head(*lines: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *lines, b"", b""))


def drip(piece: bytes, first: bytes = b"") -> Script:
    def script(wire: socket.socket) -> None:
        wire.sendall(first)
        while True:
            wire.sendall(piece)
            time.sleep(0.05)

    return script
