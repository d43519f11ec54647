"""HTTP as the servers speak it, below what requests would send."""

import http.client
import socket
import time
from urllib.parse import urlsplit

import pytest

from integrations.sandbox import Sandbox
from tests.sandbox.calls import ACCOUNTS


def address(box: Sandbox) -> tuple[str, int]:
    """Where the API listens."""
    parts = urlsplit(box.api_url)
    assert parts.hostname and parts.port
    return parts.hostname, parts.port


def raw(box: Sandbox, request: bytes) -> bytes:
    """What comes back for exactly these bytes, until the server hangs up."""
    with socket.create_connection(address(box), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_connections_are_kept(box: Sandbox) -> None:
    connection = http.client.HTTPConnection(*address(box), timeout=5)
    sockets = []
    for method, path in (("GET", ACCOUNTS), ("DELETE", f"{ACCOUNTS}/710003"), ("GET", "/nowhere")):
        connection.request(
            method, f"/api{path}", headers={"Authorization": f"Bearer {box.shared_key}"}
        )
        connection.getresponse().read()
        sockets.append(connection.sock)
    connection.close()

    assert len(set(sockets)) == 1
    assert sockets[0] is not None


def test_stopping_ends_open_connections() -> None:
    with Sandbox() as box:
        connection = socket.create_connection(address(box), timeout=5)
        connection.sendall(b"GET /api/nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 404")

    assert connection.recv(65536) == b""
    connection.close()


def test_stopping_does_not_wait_for_a_slow_answer() -> None:
    with Sandbox() as box:
        box.fault("settings", "delay", seconds=60)
        connection = socket.create_connection(address(box), timeout=5)
        connection.sendall(b"GET /api/users/me/settings HTTP/1.1\r\nHost: a\r\n\r\n")
        while not box.requests:
            continue
        began = time.monotonic()

    assert time.monotonic() - began < 30, "the answer takes twice as long"
    connection.close()


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /api/workspaces/1/integrations/calendar HTTP/1.1", b"401"),
        (b"BREW /api HTTP/1.1", b"501"),
        (b"GET http://[ HTTP/1.1", b"400"),
        (b"GET", b"400"),
        (b"HEAD /api/nowhere HTTP/1.1", b"404"),
    ],
)
def test_it_refuses_in_json(box: Sandbox, request_line: bytes, status: bytes) -> None:
    answer = raw(box, request_line + b"\r\nHost: a\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"Content-Type: application/json" in head
    assert body.startswith(b'{"error"') is not request_line.startswith(b"HEAD")


def test_a_caller_may_hang_up(box: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    box.fault("settings", "drip", pause=0.01)
    with socket.create_connection(address(box), timeout=5) as connection:
        connection.sendall(b"GET /api/users/me/settings HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(1)

    assert raw(box, b"GET /api/nowhere HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 404")
    assert capfd.readouterr().err == ""
