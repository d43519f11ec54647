"""Faults of the wire: no connection, no answer, an answer that breaks off or never ends."""

import gzip
import os
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

from tests.hostile.upstream import Answer, Fault, Says, Script, Stage
from tests.outbound.rawserver import CHUNKED, OK, drip, head

STATUS = b"HTTP/1.1 200 OK\r\n"
GZIP = b"Content-Encoding: gzip"
#: Where an answer has nothing to break off in.
TYPICAL = b'[{"calendar_id": 1, "name": "Team"}]' * 20
PIECE = b"7" * 65536
MANY = 300_000_000 // len(PIECE)


def saying(*pieces: bytes) -> Script:
    """Say just this, and close."""

    def script(wire: socket.socket, answer: Answer) -> None:
        for piece in pieces:
            wire.sendall(answer.fill(piece))

    return script


def dripping(piece: bytes, first: bytes = b"") -> Script:
    """Say something first, and then a piece again and again."""
    return lambda wire, answer: drip(piece, first)(wire)


def silent(first: bytes = b"") -> Script:
    """Say something and no more, until the caller gives up."""

    def script(wire: socket.socket, answer: Answer) -> None:
        wire.sendall(first)
        while wire.recv(65536):
            continue

    return script


def reset(first: bytes = b"") -> Script:
    """Say something, and end the connection with a reset."""

    def script(wire: socket.socket, answer: Answer) -> None:
        wire.sendall(first)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return script


def pouring(first: bytes, piece: bytes = PIECE) -> Script:
    """Say something first, and 300 MB after it."""

    def script(wire: socket.socket, answer: Answer) -> None:
        wire.sendall(first)
        for _time in range(MANY * len(PIECE) // len(piece)):
            wire.sendall(piece)

    return script


@cache
def bomb() -> bytes:
    """Return 30 MB of nothing in 30 kB."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(10**6)) for _time in range(30)) + packer.flush()


def _half(wire: socket.socket, answer: Answer) -> None:
    """Say half of what there is to say."""
    body = answer.body or TYPICAL
    wire.sendall(head(b"Content-Length: %d" % len(body)) + body[: len(body) // 2])


def _late_reset(wire: socket.socket, answer: Answer) -> None:
    """Say everything, and reset the connection when it has arrived."""
    body = answer.body or b"[]"
    wire.sendall(head(b"Content-Length: %d" % len(body)) + body)
    time.sleep(0.02)
    reset()(wire, answer)


def _hello(after: Script) -> Script:
    """Read the caller's part of a handshake first."""

    def script(wire: socket.socket, answer: Answer) -> None:
        wire.recv(65536)
        after(wire, answer)

    return script


def _rubbish(wire: socket.socket, answer: Answer) -> None:
    """Say what is no TLS, under a TLS that is well."""
    with socket.socket(fileno=os.dup(wire.fileno())) as raw:
        raw.sendall(b"HTTP/1.1 200 OK\r\n\r\n[]")


_HELLO = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(32)


def unconnected() -> Iterator[Fault]:
    """Yield what keeps a request from leaving, and what is no HTTP from the first byte on."""
    early = Stage.CONNECTION
    yield Fault("refused", silent(), Says.UNSENT, Stage.REFUSED)
    yield Fault("refused over TLS", silent(), Says.UNSENT, Stage.REFUSED, tls="good")
    yield Fault("reset at once", reset(), Says.LOST, early)
    yield Fault("closed at once", saying(), Says.NOTHING, early)
    yield Fault("never reads", silent(), Says.NOTHING, early, is_slow=True)
    yield Fault("greets as SSH", saying(b"SSH-2.0-OpenSSH_9.6\r\n"), Says.NOTHING, early)
    yield Fault("reset after the head", reset(), Says.NOTHING, Stage.HEAD)
    yield Fault("hangs after the head", silent(), Says.NOTHING, Stage.HEAD, is_slow=True)
    for name, script in {
        "closed": saying(),
        "reset": reset(),
        "cut": saying(_HELLO[:40]),
        "an alert": saying(b"\x15\x03\x03\x00\x02\x02\x28"),
        "plain HTTP": saying(OK),
        "rubbish": saying(b"\x00" * 500),
    }.items():
        yield Fault(f"handshake: {name}", _hello(script), Says.UNSENT, early, tls="good")
    for name, script in {
        "hangs": silent(),
        "hangs half way": _hello(silent(_HELLO)),
        "drips": _hello(dripping(b"\x00", b"\x16\x03\x03\x40\x00")),
    }.items():
        yield Fault(f"handshake: {name}", script, Says.UNSENT, early, is_slow=True, tls="good")
    for kind in ("expired", "wrong host", "self-signed"):
        yield Fault(f"certificate: {kind}", saying(), Says.UNSENT, tls=kind)


def broken_off() -> Iterator[Fault]:
    """Yield answers that break off."""
    for name, said in {
        "without a byte": b"",
        "in the status line": b"HTTP/1.1 20",
        "after the status line": STATUS,
        "in the head": STATUS + b"Content-Le",
        "between headers": STATUS + b"X-A: b\r\n",
        "before the head's end": STATUS + b"Content-Length: 5\r\n",
        "before the body": head(b"Content-Length: 5"),
        "before the chunks": CHUNKED,
        "in a chunk": CHUNKED + b"5\r\n[]",
        "after a chunk": CHUNKED + b"2\r\n[]\r\n",
        "in the gzip": head(GZIP) + gzip.compress(TYPICAL, mtime=0)[:-9],
    }.items():
        yield Fault(f"closed {name}", saying(said))
        yield Fault(f"reset {name}", reset(said))
    yield Fault("closed in the body", _half)
    yield Fault("closed in the body over TLS", _half, tls="good")
    yield Fault("rubbish under TLS", _rubbish, tls="good")
    yield Fault("reset after the body", _late_reset, Says.ODD)


def endless() -> Iterator[Fault]:
    """Yield answers that never come to their end."""
    for name, script in {
        "silence": silent(),
        "silence in the head": silent(STATUS),
        "silence in the body": silent(head(b"Content-Length: 100000") + b"["),
        "drip of the status line": dripping(b"H"),
        "drip of the head": dripping(b"X-A: b\r\n", STATUS),
        "drip of 100s": dripping(b"HTTP/1.1 100 Continue\r\n\r\n"),
        "drip of the body": dripping(b" ", head(b"Content-Length: 100000")),
        "drip of a body without length": dripping(b" ", head()),
        "drip of chunks": dripping(b"1\r\n \r\n", CHUNKED),
        "drip of trailers": dripping(b"X: y\r\n", CHUNKED + b"0\r\n"),
        "drip of gzip": dripping(b"\x00", head(GZIP) + gzip.compress(b"[]")[:10]),
    }.items():
        is_odd = Says.NOTHING if "gzip" not in name else Says.ODD
        yield Fault(name, script, is_odd, is_slow="gzip" not in name)
    yield Fault("drip over TLS", dripping(b" ", head()), is_slow=True, tls="good")


def huge() -> Iterator[Fault]:
    """Yield answers that are larger than anybody needs."""
    length = b"Content-Length: %d" % (MANY * len(PIECE))
    for name, script in {
        "300 MB": pouring(head(length)),
        "300 MB without length": pouring(head()),
        "300 MB in one chunk": pouring(CHUNKED + b"%x\r\n" % (MANY * len(PIECE))),
        "300 MB in small chunks": pouring(CHUNKED, b"400\r\n" + b"7" * 0x400 + b"\r\n"),
        "300 MB over TLS": pouring(head(length)),
        "gzip bomb": lambda wire, answer: wire.sendall(head(GZIP) + bomb()),
        "gzip bombs in a row": lambda wire, answer: wire.sendall(head(GZIP) + bomb() * 50),
        "gzip bomb in a bomb": lambda wire, answer: wire.sendall(
            head(GZIP) + gzip.compress(bomb() * 50)
        ),
    }.items():
        says = Says.LARGE if "bomb in a" not in name else Says.ODD
        yield Fault(name, quietly(script), says, tls="good" if "TLS" in name else "")
    for name, script in {
        "300 MB redirect": pouring(b"HTTP/1.1 302 Found\r\n" + length + b"\r\n\r\n"),
        "300 MB in one header": pouring(STATUS + b"X-A: "),
        "300 MB of headers": pouring(STATUS, b"X-A: " + b"b" * 1000 + b"\r\n"),
        "300 MB of 100s": pouring(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        "300 MB before the answer": pouring(b""),
    }.items():
        yield Fault(name, quietly(script), Says.ODD)


def quietly(script: Script) -> Script:
    """Let the caller hang up in the middle."""

    def quiet(wire: socket.socket, answer: Answer) -> None:
        with suppress(OSError):
            script(wire, answer)

    return quiet
