"""What counts as a whole answer."""

import gzip
import os
import socket
import time

import pytest

from focusadmin.outbound import (
    BrokenAnswerError,
    Outbound,
    TooLargeError,
)
from tests.outbound.rawserver import (
    CHUNKED,
    RawServer,
    head,
    send,
)


def test_it_returns_status_headers_and_body(server: RawServer) -> None:
    server.say(b"HTTP/1.1 418 Odd\r\nX-Thing: a\r\nX-Thing: b\r\nContent-Length: 2\r\n\r\nhi")

    answer = send(server.url)

    assert (answer.status, answer.body) == (418, b"hi")
    assert answer.header("x-THING") == "a, b"
    assert answer.header("missing") is None
    assert "hi" not in repr(answer)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 103 Early\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
        head(b"Content-Encoding: gzip") + gzip.compress(b"[]", mtime=0)[:-9],
        CHUNKED,
        CHUNKED + b"5\r\n[]",
        CHUNKED + b"2\r\n[]\r\n",
        CHUNKED + b"zz\r\n[]\r\n",
        head(*(b"X-A: b" for _ in range(200))),
        head(b"X-A: " + b"b" * 70_000),
    ],
)
def test_it_takes_no_cut_or_odd_answer_for_a_whole_one(server: RawServer, answer: bytes) -> None:
    server.say(answer)

    with pytest.raises(BrokenAnswerError) as caught:
        send(server.url)

    assert caught.value.sent


def test_it_reports_a_reset(server: RawServer) -> None:
    def reset(wire: socket.socket) -> None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    server.script = reset

    with pytest.raises(BrokenAnswerError, match="Connection reset"):
        send(server.url)


@pytest.mark.parametrize(
    "answer",
    [
        head(b"Content-Length: 5000") + b"x" * 5000,
        head() + b"x" * 5000,
        CHUNKED + b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n",
        head(b"Content-Encoding: gzip") + gzip.compress(b"x" * 20_000_000, 9, mtime=0),
    ],
    ids=["length", "no length", "chunked", "gzip bomb"],
)
def test_it_stops_at_the_cap(server: RawServer, answer: bytes) -> None:
    server.say(answer)
    started = time.monotonic()

    with pytest.raises(TooLargeError):
        send(server.url, Outbound(max_bytes=4999))

    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "first", [CHUNKED + b"-1\r\n", CHUNKED, head(b"Content-Length: 9999999999"), b""]
)
def test_it_stops_reading_an_endless_answer(server: RawServer, first: bytes) -> None:
    sent = 0

    def flood(wire: socket.socket) -> None:
        nonlocal sent
        wire.sendall(first)
        while True:
            sent += wire.send(b"1" * 65536)

    server.script = flood

    with pytest.raises((TooLargeError, BrokenAnswerError)):
        send(server.url, Outbound(max_bytes=100_000), deadline=5)

    assert sent < 20_000_000


def test_it_accepts_an_answer_that_just_fits(server: RawServer) -> None:
    server.say(head(b"Content-Length: 5000") + b"x" * 5000)

    assert send(server.url, Outbound(max_bytes=5000)).body == b"x" * 5000


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 1_000_003])
def test_it_unpacks_gzip(server: RawServer, size: int) -> None:
    packed = gzip.compress(os.urandom(size // 2).hex().encode())
    server.say(head(b"Content-Encoding: gzip", b"Content-Length: %d" % len(packed)) + packed)

    assert send(server.url).body == gzip.decompress(packed)
