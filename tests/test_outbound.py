"""The way out against a server that says any bytes, at any pace."""

import gzip
import logging
import os
import re
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from focusadmin.outbound import (
    Authorization,
    BrokenAnswerError,
    ConnectError,
    DeadlineError,
    Outbound,
    OutboundError,
    Response,
    TooLargeError,
    UnsendableError,
)

SECRET = "toggl_sk_" + "5a" * 16
KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
EXAMPLES = 2000 if os.environ.get("PROVE") else 60

Script = Callable[[socket.socket], None]


class RawServer:
    """Accepts on loopback, reads a request's head and lets the script answer."""

    def __init__(self) -> None:
        self.script: Script = lambda wire: wire.sendall(OK)
        self.heads: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api/thing?return_to=nonce-123"
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
        with wire, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = wire.recv(65536)
                if not piece:
                    return
                head += piece
            self.heads.append(head)
            self.script(wire)


@pytest.fixture
def server() -> Iterator[RawServer]:
    server = RawServer()
    yield server
    server.close()


def send(
    url: str, way: Outbound | None = None, deadline: float = 2.0, **kwargs: object
) -> Response:
    options = {"headers": {}, "auth": None, "body": None, "deadline": deadline} | kwargs
    return (way or Outbound()).send("GET", url, **options)  # type: ignore[arg-type]


def head(*lines: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *lines, b"", b""))


def test_it_returns_status_headers_and_body(server: RawServer) -> None:
    server.say(b"HTTP/1.1 418 Odd\r\nX-Thing: a\r\nX-Thing: b\r\nContent-Length: 2\r\n\r\nhi")

    answer = send(server.url)

    assert (answer.status, answer.body) == (418, b"hi")
    assert answer.header("x-THING") == "a, b"
    assert answer.header("missing") is None
    assert "hi" not in repr(answer)


def drip(piece: bytes, first: bytes = b"") -> Script:
    def script(wire: socket.socket) -> None:
        wire.sendall(first)
        while True:
            wire.sendall(piece)
            time.sleep(0.05)

    return script


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

    assert 0.35 < time.monotonic() - started < 0.8
    assert caught.value.sent


def test_it_ends_with_the_deadline_while_the_body_is_being_sent(server: RawServer) -> None:
    server.script = lambda wire: time.sleep(2)
    started = time.monotonic()

    with pytest.raises(DeadlineError) as caught:
        send(server.url, deadline=0.4, body=b"x" * 50_000_000)

    assert time.monotonic() - started < 0.8
    assert caught.value.sent


def test_it_ends_with_the_deadline_during_the_tls_handshake(server: RawServer) -> None:
    started = time.monotonic()

    with pytest.raises(DeadlineError) as caught:
        send(f"https://127.0.0.1:{server.port}/", deadline=0.4)

    assert 0.35 < time.monotonic() - started < 0.8
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


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://nowhere.invalid/",
        f"http://{'a' * 70}.invalid/",
        "http://%zz.invalid/",
    ],
)
def test_it_knows_that_nothing_was_sent_when_there_is_no_connection(url: str) -> None:
    with pytest.raises((ConnectError, UnsendableError)) as caught:
        send(url)

    assert not caught.value.sent


def test_it_knows_that_nothing_was_sent_when_tls_fails() -> None:
    def greet() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            ports.append(listener.getsockname()[1])
            ready.set()
            wire, _ = listener.accept()
            with wire:
                wire.recv(10)
                wire.sendall(b"HTTP/1.1 400 no TLS here\r\n\r\n")

    ports: list[int] = []
    ready = threading.Event()
    thread = threading.Thread(target=greet)
    thread.start()
    ready.wait()

    with pytest.raises(ConnectError) as caught:
        send(f"https://127.0.0.1:{ports[0]}/")

    thread.join()
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("nonsense", {}),
        ("ftp://127.0.0.1/", {}),
        ("http://[::1", {}),
        ("http://127.0.0.1/", {"X-A": "a\r\nb: c"}),
        ("http://127.0.0.1/", {"X-A": 3}),
    ],
)
def test_it_refuses_a_malformed_request(url: str, headers: dict[str, object]) -> None:
    with pytest.raises(UnsendableError) as caught:
        send(url, headers=headers)

    assert not caught.value.sent


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
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 103 Early\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
        head(b"Content-Encoding: gzip") + gzip.compress(b"[]")[:-9],
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
        head(b"Content-Encoding: gzip") + gzip.compress(b"x" * 500_000_000, 9),
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


@pytest.mark.parametrize("location", [b"http://127.0.0.1:1/", b"\xff\xfe", b"http://[::1", b""])
def test_it_neither_follows_nor_downloads_nor_parses_a_redirect(
    server: RawServer, location: bytes
) -> None:
    sent = 0

    def redirect(wire: socket.socket) -> None:
        nonlocal sent
        wire.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n")
        wire.sendall(b"Content-Length: 300000000\r\n\r\n")
        with suppress(OSError):
            for _ in range(4000):
                sent += wire.send(b"x" * 65536)

    server.script = redirect

    answer = send(server.url)

    assert (answer.status, answer.body) == (302, b"")
    assert answer.header("Location") == location.decode("latin-1")
    assert sent < 20_000_000


def test_it_never_sends_a_cookie_back(server: RawServer) -> None:
    server.say(head(b"Set-Cookie: session=alex; Path=/", b"Connection: close"))
    way = Outbound()

    send(server.url, way)
    send(server.url, way)

    assert len(server.heads) == 2
    assert not any(b"cookie" in head.lower() for head in server.heads)


def test_it_ignores_netrc_and_proxy_variables(
    server: RawServer, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login mallory password wrong\n")
    monkeypatch.setenv("NETRC", netrc)
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    way = Outbound()

    send(server.url, way)
    send(server.url, way, auth=Authorization(f"Bearer {SECRET}"))

    assert b"authorization" not in server.heads[0].lower()
    assert f"Authorization: Bearer {SECRET}\r\n".encode() in server.heads[1]


def test_it_goes_through_the_proxy_it_is_given(server: RawServer) -> None:
    way = Outbound(proxy_url=f"http://user:word@127.0.0.1:{server.port}")

    send("http://focus.invalid/api", way)
    server.say(b"HTTP/1.1 407 Who are you\r\n\r\n")
    with pytest.raises(ConnectError) as caught:
        send("https://focus.invalid/api", way)

    assert server.heads[0].startswith(b"GET http://focus.invalid/api HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " in server.heads[0]
    assert server.heads[1].startswith(b"CONNECT focus.invalid:443 ")
    assert not caught.value.sent


def test_it_ends_with_the_deadline_when_the_proxy_drips(server: RawServer) -> None:
    server.script = drip(b"X: y\r\n", b"HTTP/1.1 200 OK\r\n")

    with pytest.raises(DeadlineError) as caught:
        send("https://focus.invalid/", Outbound(proxy_url=server.url), deadline=0.4)

    assert not caught.value.sent


def test_it_refuses_an_unreadable_ca_bundle(tmp_path: object) -> None:
    with pytest.raises(OSError):
        Outbound(ca_bundle=f"{tmp_path}/missing.pem")
    with open(f"{tmp_path}/odd.pem", "w") as file:
        file.write("nonsense")
    with pytest.raises(ssl.SSLError):
        Outbound(ca_bundle=f"{tmp_path}/odd.pem")


def test_it_keeps_a_connection_and_replaces_one_that_was_dropped(server: RawServer) -> None:
    def two(wire: socket.socket) -> None:
        wire.sendall(KEPT)
        wire.recv(65536)
        wire.sendall(KEPT)

    server.script = two
    way = Outbound()

    for _ in range(4):
        assert send(server.url, way).body == b"[]"
        time.sleep(0.05)

    assert server.connections == 2


def test_it_serves_many_threads_each_with_its_own_key(server: RawServer) -> None:
    way = Outbound()
    problems: list[OutboundError] = []

    def work(number: int) -> None:
        for turn in range(10):
            try:
                send(f"{server.url}&n={number}-{turn}", way, auth=Authorization(f"Bearer {number}"))
            except OutboundError as error:
                problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    pairs = [re.search(rb"n=(\d+)-.*Bearer (\d+)", head, re.DOTALL) for head in server.heads]
    assert len(pairs) == 200
    assert all(pair and pair[1] == pair[2] for pair in pairs)


@pytest.mark.parametrize("answer", [b"", head(b"bad line"), OK, head(b"Content-Length: 9")])
def test_it_shows_no_key_and_no_query_in_logs_or_tracebacks(
    server: RawServer, caplog: pytest.LogCaptureFixture, answer: bytes
) -> None:
    server.say(answer)
    caplog.set_level(logging.DEBUG)
    shown = ""

    try:
        send(server.url, auth=Authorization(f"Bearer {SECRET}"))
    except OutboundError as error:
        assert "nonce-123" not in str(error)
        assert error.__cause__ is None
        assert error.__context__ is None
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
        inner = [frame for frame in trace.stack if "test_outbound" not in frame.filename]
        shown = repr([frame.locals for frame in inner]) + str(error) + repr(error)

    assert SECRET not in shown + caplog.text
    assert "nonce-123" not in caplog.text


RAW = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=100).map(lambda body: b"HTTP/1.1 200 OK\r\n" + body),
    st.binary(max_size=100).map(lambda body: CHUNKED + body),
    st.binary(max_size=50).map(lambda text: head(b"Location: " + text, b"Content-Length: 0")),
    st.binary(max_size=50).map(lambda text: head(b"Set-Cookie: " + text, b"Content-Length: 0")),
    st.binary(max_size=50).map(lambda text: head(b"Content-Type: " + text, b"Content-Length: 0")),
    st.binary(max_size=50).map(lambda text: head(b"Content-Encoding: gzip") + text),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(b"HTTP/1.1 301 Moved\r\nLocation: \xff\r\n\r\n")
@given(RAW)
def test_it_turns_any_bytes_into_an_answer_or_one_of_its_errors(
    server: RawServer, answer: bytes
) -> None:
    server.say(answer)

    try:
        found = send(server.url)
    except OutboundError as error:
        assert error.detail
    else:
        assert 200 <= found.status <= 599
