"""How a connection is made, kept, and known to have sent nothing."""

import re
import socket
import ssl
import threading
import time

import pytest

from focusadmin import outbound_session
from focusadmin.outbound import (
    Authorization,
    BrokenAnswerError,
    ConnectError,
    Outbound,
    OutboundError,
    UnsendableError,
)
from tests.outbound.rawserver import (
    LOCALHOST,
    OK,
    SECRET,
    RawServer,
    head,
    send,
)

KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"


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


def test_it_speaks_tls_with_the_roots_it_is_given(tls_server: RawServer) -> None:
    body = b"x" * 100_000
    tls_server.say(head(b"Content-Length: 100000") + body)

    assert send(tls_server.url, Outbound(ca_bundle=LOCALHOST)).body == body


def test_it_knows_that_nothing_was_sent_to_a_stranger(tls_server: RawServer) -> None:
    with pytest.raises(ConnectError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        send(tls_server.url)

    assert not caught.value.sent


def test_it_reports_an_answer_cut_short_over_tls(tls_server: RawServer) -> None:
    tls_server.say(head(b"Content-Length: 5") + b"[]")

    with pytest.raises(BrokenAnswerError):
        send(tls_server.url, Outbound(ca_bundle=LOCALHOST))


def test_it_sends_through_a_tunnel(server: RawServer) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LOCALHOST)

    def tunnel(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with context.wrap_socket(wire, server_side=True) as inner:
            server.heads.append(inner.recv(65536))
            inner.sendall(OK)

    server.script = tunnel
    way = Outbound(proxy_url=f"http://127.0.0.1:{server.port}", ca_bundle=LOCALHOST)

    answer = send("https://localhost:9/api", way, auth=Authorization(f"Bearer {SECRET}"))

    assert answer.body == b"[]"
    assert SECRET.encode() not in server.heads[0]
    assert SECRET.encode() in server.heads[1]


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


def test_it_dials_anew_what_the_other_side_may_be_about_to_close(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(wire: socket.socket) -> None:
        wire.sendall(KEPT)
        if wire.recv(65536):
            wire.sendall(KEPT)

    server.script = two
    way = Outbound()
    monkeypatch.setattr(outbound_session, "KEPT", 0.2)

    for wait in (0.0, 0.3, 0.0):
        send(server.url, way)
        time.sleep(wait)

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
