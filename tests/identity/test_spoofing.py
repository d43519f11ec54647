"""Somebody else's name in raw bytes, to gunicorn as it is deployed: nobody is let in by it.

One server trusts 127.0.0.1 and its unix socket; whoever comes from 127.0.0.2 is a stranger.
"""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from integrations.management.processes import follow_parent
from tests.check.demos import eventually
from tests.check.sources import ROOT
from tests.identity.proxied import NEW_SECRET, SECRET
from tests.identity.spoofs import SECOND, SPOOFED, beside, spoofs
from tests.support import environment

HOST = "127.0.0.1:8000"
#: Only managers may open it.
CONNECT = "/w/4400001/accounts/connect/"
PEERS = ("trusted", "untrusted", "unix")


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    port: int
    path: Path
    database: Path
    log: Path

    def ask(self, peer: str, lines: tuple[bytes, ...], path: str = "/workspaces/") -> bytes:
        """Send a request with these lines and return all that comes back."""
        head = (f"GET {path} HTTP/1.1".encode(), b"Host: " + HOST.encode(), b"Connection: close")
        with self._connected(peer) as connection:
            connection.sendall(b"\r\n".join((*head, *lines, b"", b"")))
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def is_up(self) -> bool:
        """Say whether a worker is there to answer."""
        return "Booting worker" in self.log.read_text()

    def people(self) -> list[str]:
        """Return whom the server knows."""
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            return [
                subject for (subject,) in connection.execute("SELECT subject FROM identity_user")
            ]

    def _connected(self, peer: str) -> socket.socket:
        if peer == "unix":
            found = socket.socket(socket.AF_UNIX)
            found.settimeout(20)
            found.connect(str(self.path))
            return found
        source = "127.0.0.1" if peer == "trusted" else "127.0.0.2"
        return socket.create_connection(("127.0.0.1", self.port), 20, source_address=(source, 0))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """gunicorn with its committed configuration, in header mode."""
    folder = tmp_path_factory.mktemp("spoofing")
    with (
        tempfile.TemporaryDirectory(prefix="focusadmin-") as short,
        socket.create_server(("127.0.0.1", 0), backlog=128) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
        open(folder / "log", "wb") as log,
    ):
        path, database = Path(short) / "web.sock", folder / "focusadmin.sqlite3"
        unix.bind(str(path))
        unix.listen(128)
        descriptors = [tcp.fileno(), unix.fileno()]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.identity.serve", *map(str, descriptors)],
            cwd=ROOT,
            env={**os.environ, **configuration(folder, database)},
            pass_fds=descriptors,
            stdout=log,
            stderr=log,
            preexec_fn=follow_parent(),
        )
        found = Server(tcp.getsockname()[1], path, database, folder / "log")
        try:
            eventually(lambda: found.is_up() or process.poll() is not None, seconds=60)
            assert process.poll() is None, found.log.read_text()
            yield found
        finally:
            process.terminate()
            process.wait(timeout=20)


def configuration(folder: Path, database: Path) -> dict[str, str]:
    """Return the server's environment: Authelia's headers, and everybody who is known may look."""
    return environment.TESTS | {
        "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "STATIC_ROOT": str(folder / "static"),
        "PUBLIC_URL": f"http://{HOST}",
        "SIGN_IN": "authelia",
        "TRUSTED_PROXIES": "127.0.0.1/32 unix",
        "PROXY_SECRET": f"{NEW_SECRET},{SECRET}",
        "ROLE_DEFAULT": "viewer",
        "ROLE_MANAGER_GROUPS": "calendar-admins",
    }


def with_secret(lines: tuple[bytes, ...], secret: str = SECRET) -> tuple[bytes, ...]:
    """Return the lines, and the proxy's secret after them."""
    return (*lines, b"X-Proxy-Secret: " + secret.encode())


def status(answer: bytes) -> int:
    """Return an answer's status."""
    return int(answer.split(b" ", 2)[1])


def person(answer: bytes) -> str:
    """Return whom a page's header names, '' where nobody."""
    found = re.search(rb'class="person"[^>]*>([^<]*)<', answer)
    return found[1].decode() if found else ""


@pytest.mark.few(2)
@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("knows_secret", [True, False], ids=["secret", "no-secret"])
def test_nobody_is_let_in_by_a_name_they_made_up(
    server: Server, peer: str, knows_secret: bool
) -> None:
    before = sorted(server.people())
    sent, wrong = 0, []
    for spoof in spoofs():
        if spoof.is_proxys_own and peer != "untrusted" and knows_secret:
            continue  # the proxy itself sends that; see the positive control
        answer = server.ask(peer, with_secret(spoof.lines) if knows_secret else spoof.lines)
        sent += 1
        if status(answer) not in (400, 403) or person(answer) or SPOOFED.encode() in answer:
            wrong.append((spoof.name, answer[:80]))

    assert not wrong
    assert sent >= 12 * 22
    assert sorted(server.people()) == before


@pytest.mark.parametrize("peer", ["trusted", "unix"])
@pytest.mark.parametrize("secret", [SECRET, NEW_SECRET])
@pytest.mark.parametrize("spelling", ["Remote-User", "remote-user", "REMOTE-USER"])
def test_a_proxy_that_knows_the_secret_is_believed(
    server: Server, peer: str, secret: str, spelling: str
) -> None:
    """Without this the test above could not fail."""
    answer = server.ask(peer, with_secret((spelling.encode() + b": Bo.Bright",), secret))

    assert (status(answer), person(answer)) == (200, "bo.bright")


OWN = (
    b"Remote-User: bo",
    b"Remote-Name: Bo",
    b"Remote-Email: bo@example.com",
    b"Remote-Groups: it",
)


@pytest.mark.parametrize("peer", PEERS)
def test_what_comes_beside_the_proxys_own_changes_nobody_and_gives_no_right(
    server: Server, peer: str
) -> None:
    expected = "" if peer == "untrusted" else "Bo"
    assert person(server.ask(peer, with_secret(OWN))) == expected

    for spoof in beside():
        answer = server.ask(peer, with_secret((*OWN, *spoof.lines)), CONNECT)

        assert status(answer) in (400, 403), spoof.name
        assert person(answer) in ("", expected), spoof.name
    assert SPOOFED not in server.people()
    assert SECOND not in server.people()


def connecting(server: Server, peer: str, *lines: bytes) -> int:
    """Return how a page that only managers may open answers."""
    everything = with_secret((b"Remote-User: bo", *lines))
    return status(server.ask(peer, everything, CONNECT))


@pytest.mark.parametrize("peer", ["trusted", "unix"])
def test_groups_are_those_of_one_header(server: Server, peer: str) -> None:
    """gunicorn joins two into a list that looks like one."""
    admins, it = b"Remote-Groups: calendar-admins", b"Remote-Groups: it"

    assert connecting(server, peer, b"Remote-Groups: it, calendar-admins") == 200
    assert connecting(server, peer, it) == 403
    assert connecting(server, peer, it, admins) == 403
    assert connecting(server, peer, admins, it) == 403
    assert connecting(server, peer, it, b"remote-groups: calendar-admins") == 403
    assert connecting(server, peer, it, b"Focusadmin-Repeated: x", admins) == 403


@pytest.mark.parametrize("peer", ["trusted", "unix"])
@pytest.mark.parametrize(
    "secrets",
    [
        (SECRET, SECRET),
        (SECRET, "wrong"),
        ("wrong", SECRET),
        (f"{SECRET},{NEW_SECRET}",),
        (SECRET + "x",),
        (SECRET[:-1],),
        (SECRET.upper(),),
        ("",),
    ],
)
def test_the_secret_is_exactly_one_of_the_two(
    server: Server, peer: str, secrets: tuple[str, ...]
) -> None:
    lines = tuple(b"X-Proxy-Secret: " + secret.encode() for secret in secrets)

    answer = server.ask(peer, (b"Remote-User: bo", *lines))

    assert (status(answer), person(answer)) == (403, "")


@pytest.mark.parametrize("name", ["X_Proxy_Secret", "X-Proxy_Secret"])
def test_the_secret_has_one_spelling(server: Server, name: str) -> None:
    answer = server.ask("trusted", (b"Remote-User: bo", f"{name}: {SECRET}".encode()))

    assert status(answer) == 400


def test_a_connection_that_was_believed_is_not_believed_again(server: Server) -> None:
    """Many requests share a connection of the proxy; each is somebody's by its own headers."""
    bo = b"\r\n".join(
        (
            b"GET /workspaces/ HTTP/1.1",
            b"Host: " + HOST.encode(),
            *with_secret((b"Remote-User: bo",)),
            b"",
            b"",
        )
    )
    nobody = (
        b"GET /workspaces/ HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(bo)
        first = b""
        while b"</html>" not in first:
            first += connection.recv(65536)
        connection.sendall(nobody)
        second = b"".join(iter(lambda: connection.recv(65536), b""))

    assert (status(first), person(first)) == (200, "bo")
    assert (status(second), person(second)) == (403, "")


@pytest.mark.parametrize(
    ("peer", "client"),
    [("trusted", "203.0.113.7"), ("unix", "203.0.113.7"), ("untrusted", "127.0.0.2")],
)
def test_what_is_forwarded_counts_from_a_trusted_peer_alone(
    server: Server, peer: str, client: str
) -> None:
    mark = f"/nothing-{peer}/"
    forwarded = (b"X-Forwarded-For: 198.51.100.9, 203.0.113.7", b"X-Forwarded-Host: evil.example")

    answer = server.ask(peer, forwarded, mark)

    [line] = [line for line in server.log.read_text(errors="replace").splitlines() if mark in line]
    assert f" client={client} " in line
    assert status(answer) == 403
    assert b"evil.example" not in answer


def test_neither_a_server_error_nor_a_secret_is_in_the_log(server: Server) -> None:
    for spoof in spoofs():
        server.ask("trusted", with_secret(spoof.lines))

    log = server.log.read_text(errors="replace")
    assert "Internal Server Error" not in log
    assert " ERROR " not in log
    assert "reason=duplicate" in log
    assert SECRET not in log
    # Whom the proxy itself vouched for is named on the lines of their requests, and nobody else.
    assert SPOOFED not in re.sub(r' person="[^"]*"', "", log)
