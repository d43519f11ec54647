"""Sockets for ``outbound.py``: every wait ends with the call's deadline.

A timeout of ``requests`` is per read, so an answer that drips a byte at a time never meets it.
"""

import contextvars
import logging
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

PIECE = 64 * 1024


@dataclass
class Call:
    """What is known about the request that this thread has under way."""

    ends_at: float
    #: Bytes of the answer's body, and of all that is received.
    max_body: int
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

    def fill(self, size: int) -> None:
        """Look at the size of the body so far; raises OSError past the cap."""
        if size > self.max_body:
            self.full = True
            raise OSError("answer too large")

    def count(self, number: int) -> None:
        """Add bytes off the wire; raises OSError past the cap."""
        self.received += number
        if self.received > self.max_received:
            self.full = True
            raise OSError("answer too large")


current: contextvars.ContextVar[Call] = contextvars.ContextVar("outbound_call")


class Quiet(logging.Filter):
    """Drops urllib3's own lines about our calls: they hold paths and queries."""

    def filter(self, record: logging.LogRecord) -> bool:
        return current.get(None) is None


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
    found = _resolved(host, port, call.left())
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


def _resolved(host: str, port: int, seconds: float) -> list[Any]:
    """The addresses of a host; a thread waits for the resolver, which knows of no deadline."""
    found: Future[list[Any]] = Future()

    def resolve() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            found.set_exception(error)

    threading.Thread(target=resolve, name="resolve", daemon=True).start()
    return found.result(seconds)


def unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The body without its Content-Encoding; ValueError when that is unknown."""
    match encoding.strip().lower():
        case "" | "identity":
            return pieces
        case "gzip" | "x-gzip":
            return _gunzip(pieces)
        case _:
            raise ValueError("unknown Content-Encoding")


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
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
