"""No redirect, no cookie, no secret in sight."""

import logging
import socket
import traceback
from contextlib import suppress

import pytest

from focusadmin.outbound import (
    Authorization,
    Outbound,
    OutboundError,
)
from tests.outbound.rawserver import (
    OK,
    SECRET,
    RawServer,
    head,
    send,
)


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


@pytest.mark.parametrize("answer", [b"", head(b"bad line"), OK, head(b"Content-Length: 9")])
def test_it_shows_no_key_and_no_query_in_logs_or_tracebacks(
    server: RawServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes,
) -> None:
    server.say(answer)
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3.connectionpool", "urllib3.connection"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
        caplog.set_level(logging.DEBUG, name)
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
