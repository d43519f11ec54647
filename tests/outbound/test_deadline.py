"""However the answer drips, the call ends with its deadline."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from focusadmin.outbound import (
    DeadlineError,
    Outbound,
)
from tests.outbound.rawserver import (
    CHUNKED,
    LOCALHOST,
    RawServer,
    Script,
    drip,
    head,
    send,
)

#: A busy machine is late; without the deadline each of these takes two seconds or for ever.
LATE = 1.6


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda wire: time.sleep(2), id="silence"),
        pytest.param(drip(b"H"), id="status line"),
        pytest.param(drip(b"X-A: b\r\n", b"HTTP/1.1 200 OK\r\n"), id="head"),
        pytest.param(drip(b"HTTP/1.1 100 Continue\r\n\r\n"), id="1xx"),
        pytest.param(drip(b"x", head(b"Content-Length: 100000")), id="body"),
        pytest.param(drip(b"x", head()), id="body without length"),
        pytest.param(drip(b"1\r\nx\r\n", CHUNKED), id="chunks"),
        pytest.param(drip(b"X: y\r\n", CHUNKED + b"0\r\n"), id="trailers"),
    ],
)
def test_it_ends_with_the_deadline_however_the_answer_drips(
    server: RawServer, script: Script
) -> None:
    server.script = script
    started = time.monotonic()

    with pytest.raises(DeadlineError) as caught:
        send(server.url, deadline=0.4)

    assert 0.35 < time.monotonic() - started < LATE
    assert caught.value.sent


def test_it_ends_with_the_deadline_while_the_body_is_being_sent(server: RawServer) -> None:
    server.script = lambda wire: time.sleep(2)
    started = time.monotonic()

    with pytest.raises(DeadlineError) as caught:
        send(server.url, deadline=0.4, body=b"x" * 50_000_000)

    assert time.monotonic() - started < LATE
    assert caught.value.sent


def test_it_ends_with_the_deadline_during_the_tls_handshake(server: RawServer) -> None:
    started = time.monotonic()

    with pytest.raises(DeadlineError) as caught:
        send(f"https://127.0.0.1:{server.port}/", deadline=0.4)

    assert 0.35 < time.monotonic() - started < LATE
    assert not caught.value.sent


def test_it_ends_with_the_deadline_while_the_name_is_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answered.wait(20) and [])
    started = time.monotonic()

    with pytest.raises(DeadlineError) as caught:
        send("http://focus.example.com/", deadline=0.4)

    took = time.monotonic() - started
    answered.set()
    assert 0.35 < took < LATE
    assert not caught.value.sent


def test_it_ends_with_the_deadline_while_connecting() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for wire in waiting:
            wire.setblocking(False)
            with suppress(BlockingIOError):
                wire.connect(("127.0.0.1", port))

        with pytest.raises(DeadlineError) as caught:
            send(f"http://127.0.0.1:{port}/", deadline=0.3)

        for wire in waiting:
            wire.close()
    assert not caught.value.sent


def test_it_ends_with_the_deadline_over_tls(tls_server: RawServer) -> None:
    tls_server.script = drip(b"x", head())
    started = time.monotonic()

    with pytest.raises(DeadlineError):
        send(tls_server.url, Outbound(ca_bundle=LOCALHOST), deadline=0.4)

    assert 0.35 < time.monotonic() - started < LATE


def test_it_ends_with_the_deadline_in_the_handshake_behind_a_proxy(
    tls_server: RawServer,
) -> None:
    """TLS within TLS: the proxy agrees to connect, then a handshake drips in."""

    def agree(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        wire.recv(65536)
        drip(b"x", b"\x16\x03\x03\x40\x00")(wire)

    tls_server.script = agree
    way = Outbound(proxy_url=tls_server.url, ca_bundle=LOCALHOST)
    started = time.monotonic()

    with pytest.raises(DeadlineError) as caught:
        send("https://focus.invalid/", way, deadline=0.4)

    assert time.monotonic() - started < LATE
    assert tls_server.heads[0].startswith(b"CONNECT focus.invalid:443 ")
    assert not caught.value.sent


def test_it_ends_with_the_deadline_when_the_proxy_drips(server: RawServer) -> None:
    server.script = drip(b"X: y\r\n", b"HTTP/1.1 200 OK\r\n")

    with pytest.raises(DeadlineError) as caught:
        send("https://focus.invalid/", Outbound(proxy_url=server.url), deadline=0.4)

    assert not caught.value.sent


@pytest.mark.parametrize("deadline", [0, -1.0])
def test_it_sends_nothing_when_there_is_no_time_left(server: RawServer, deadline: float) -> None:
    with pytest.raises(DeadlineError) as caught:
        send(server.url, deadline=deadline)

    assert not caught.value.sent
    assert server.connections == 0


def test_it_ends_with_the_deadline_while_a_body_is_packed_tight(server: RawServer) -> None:
    """Small pieces all the time: no read ever waits, so the clock is asked before each."""

    def pour(wire: socket.socket) -> None:
        wire.sendall(CHUNKED)
        while True:
            wire.sendall(b"1\r\nx\r\n")

    server.script = pour
    started = time.monotonic()

    with pytest.raises(DeadlineError):
        send(server.url, deadline=0.4)

    assert time.monotonic() - started < LATE
