"""Sockets and heads for ``outbound.py``: every wait ends with the call's deadline.

A timeout of ``requests`` is per read, so an answer that drips a byte at a time never meets it, and
``http.client`` takes a head that is cut short for a whole one. Standard library only.
"""

import contextvars
import http.client
import io
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

PIECE = 64 * 1024


@dataclass
class Call:
    """What is known about the request that this thread has under way."""

    ends_at: float
    max_received: int
    received: int = 0
    full: bool = False
    #: True until a connection attempt proves that nothing has left yet.
    sent: bool = True

    def left(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        return left

    def count(self, number: int) -> None:
        """Add bytes off the wire; raises OSError past the cap."""
        self.received += number
        if self.received > self.max_received:
            self.full = True
            raise OSError("answer too large")


current: contextvars.ContextVar[Call] = contextvars.ContextVar("outbound_call")


class TimedSocket(socket.socket):
    """A socket whose every operation ends with the call's deadline, and which counts bytes."""

    def recv(self, *args: Any, **kwargs: Any) -> bytes:
        call = current.get()
        self.settimeout(call.left())
        data = super().recv(*args, **kwargs)
        call.count(len(data))
        return data

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        call = current.get()
        self.settimeout(call.left())
        number = super().recv_into(*args, **kwargs)
        call.count(number)
        return number

    def send(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(current.get().left())
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(current.get().left())
        super().sendall(*args, **kwargs)


class TimedTLSSocket(TimedSocket, ssl.SSLSocket):
    """The same over TLS."""

    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(current.get().left())
        super().do_handshake(block)


def dial(host: str, port: int, options: Iterable[tuple[Any, ...]]) -> socket.socket:
    """Connect to the first address that answers, each with its share of the time left."""
    call = current.get()
    found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    problem: OSError = OSError("no address")
    for index, (family, kind, protocol, _, address) in enumerate(found):
        wire = TimedSocket(family, kind, protocol)
        try:
            for option in options:
                wire.setsockopt(*option)
            wire.settimeout(call.left() / (len(found) - index))
            wire.connect(address)
            wire.settimeout(call.left())
        except OSError as error:
            wire.close()
            problem = error
        else:
            return wire
    raise problem


class _Reader(io.BufferedReader):
    """Remembers the last line, because http.client takes a cut head for a whole one."""

    last_line = b""

    def readline(self, size: int | None = -1) -> bytes:
        self.last_line = super().readline(size)
        return self.last_line


class Answer(http.client.HTTPResponse):
    """A response whose head must be whole and well formed."""

    fp: io.BufferedReader

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = self._reader = _Reader(sock.makefile("rb", buffering=0))

    def begin(self) -> None:
        started = self.headers is not None
        super().begin()
        if started:
            return
        if self._reader.last_line not in (b"\r\n", b"\n"):
            raise http.client.HTTPException("head cut short")
        length = self.headers.get("Content-Length", "0").strip()
        if not (length.isascii() and length.isdigit()):
            raise http.client.HTTPException("odd Content-Length")
        if self.headers.defects and not self.headers.is_multipart():
            raise http.client.HTTPException("malformed head")
        if not 200 <= self.status <= 599:
            raise http.client.HTTPException("odd status")


def gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress in bounded pieces; a stream without its end is an error."""
    unzip = zlib.decompressobj(wbits=31)
    empty = True
    for piece in pieces:
        while piece:
            empty = False
            yield unzip.decompress(piece, PIECE)
            piece = unzip.unconsumed_tail
    yield unzip.flush()
    if not (unzip.eof or empty):
        raise zlib.error("cut short")
