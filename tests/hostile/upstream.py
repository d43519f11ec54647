"""Toggl Focus on its worst day: stands before the sandbox and fails requests as a fault says."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from urllib.parse import urlsplit

from integrations.sandbox import Sandbox
from integrations.sandbox.routing import match
from tests.hostile.certificates import context

THREADS = "upstream"


@dataclass(frozen=True)
class Answer:
    """What the sandbox says to a request; empty where it was not asked."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    #: What fills the places in what a fault says: ``{key}`` is the caller's, as it is or as JSON
    #: may write it.
    places: Mapping[bytes, bytes] = field(default_factory=dict)

    def fill(self, said: bytes) -> bytes:
        """Put into what is said what is known now."""
        for name, text in self.places.items():
            said = said.replace(name, text)
        return said


@dataclass(frozen=True)
class Asked:
    """A request that arrived as a whole; header names are lower case."""

    operation: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def calendar_id(self) -> int:
        """The calendar that it is about; 0 where it is about none."""
        _path, _, rest = urlsplit(self.path).path.partition("/calendars/")
        return int(rest.partition("/")[0] or 0)


#: What is said on a connection; the answer is the sandbox's.
Script = Callable[[socket.socket, Answer], None]


class Stage(Enum):
    """When a fault strikes."""

    #: Nobody listens.
    REFUSED = auto()
    #: Before a byte is read, and before TLS.
    CONNECTION = auto()
    #: When the head of the request was read, and its body was not.
    HEAD = auto()
    #: When the whole request was read.
    ANSWER = auto()


class Says(Enum):
    """What a caller may make of a fault."""

    #: The request has certainly not left.
    UNSENT = auto()
    #: No answer.
    NOTHING = auto()
    #: The same; or the connection was gone before anything was sent, which is tried once more.
    LOST = auto()
    #: An answer, of which nothing can be made.
    GARBLED = auto()
    #: The same, or none: a busy machine does not get so far in time.
    LARGE = auto()
    #: The right answer.
    GOOD = auto()
    #: Some answer: it may be understood or not.
    ODD = auto()
    #: What the status says.
    STATUS = auto()


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. ``is_slow``: it lasts until the caller's time is over."""

    name: str
    script: Script
    says: Says = Says.NOTHING
    stage: Stage = Stage.ANSWER
    is_slow: bool = False
    #: How the server introduces itself over TLS; empty: without TLS.
    tls: str = ""
    status: int = 0

    def __str__(self) -> str:
        return self.name


class Upstream:
    """Listens with and without TLS; one request a connection, so that a fault can be aimed."""

    def __init__(self, box: Sandbox) -> None:
        self._box = urlsplit(box.api_url)
        self.places = {b"{provider}": box.provider_url.encode()}
        self._guard = threading.Lock()
        self._listeners: list[socket.socket] = []
        self._ports = [0, 0]
        self._open: set[socket.socket] = set()
        self._listen()
        self.disarm()

    @property
    def url(self) -> str:
        """The base of the API, without TLS."""
        return f"http://127.0.0.1:{self._ports[0]}/api"

    @property
    def tls_url(self) -> str:
        """The base of the API, over TLS."""
        return f"https://127.0.0.1:{self._ports[1]}/api"

    @property
    def busy(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def arm(
        self,
        fault: Fault,
        *,
        after: int = 0,
        times: int | None = None,
        performed: bool = True,
    ) -> None:
        """Let the connections after the first ones meet a fault: all, or only so many.

        ``performed``: what was asked is done all the same, before the fault strikes.
        """
        self.disarm()
        self._fault, self._healthy, self._performed = fault, after, performed
        self._until = None if times is None else after + times
        if fault.stage is Stage.REFUSED and not after:
            self._deafen()

    def disarm(self) -> None:
        """Serve everybody well again, and forget what was asked."""
        self._fault: Fault | None = None
        self._healthy = self.connections = 0
        self._until: int | None = None
        self._performed = True
        self.asked: list[Asked] = []
        #: Seconds of each connection that met the fault, until the caller gave up or was told.
        self.lasted: list[float] = []
        #: Those that the sandbox has carried out.
        self.done: list[Asked] = []
        if not self._listeners:
            self._listen()

    def close(self) -> None:
        """Listen no more, and end every connection."""
        self._deafen()
        for wire in list(self._open):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        self._listeners = [socket.create_server(("127.0.0.1", port)) for port in self._ports]
        self._ports = [listener.getsockname()[1] for listener in self._listeners]
        for listener, tls in zip(self._listeners, (False, True), strict=True):
            _start(self._accept, listener, tls)

    def _deafen(self) -> None:
        for listener in self._listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._listeners = []

    def _accept(self, listener: socket.socket, tls: bool) -> None:
        with suppress(OSError):
            while True:
                wire, _ = listener.accept()
                self._open.add(wire)
                _start(self._serve, wire, tls)

    def _serve(self, wire: socket.socket, tls: bool) -> None:
        raw, began = wire, time.monotonic()
        fault = self._next()
        try:
            with suppress(OSError):
                if fault and fault.stage is Stage.CONNECTION:
                    fault.script(wire, Answer())
                    return
                if tls:
                    kind = fault.tls if fault and fault.tls else "good"
                    wire = context(kind).wrap_socket(wire, server_side=True)
                self._converse(wire, fault)
        finally:
            wire.close()
            if fault:
                self.lasted.append(time.monotonic() - began)
            self._open.discard(raw)

    def _next(self) -> Fault | None:
        """Return the fault that this connection meets, if it is its turn."""
        with self._guard:
            self.connections += 1
            fault, number = self._fault, self.connections
            if fault and fault.stage is Stage.REFUSED and number == self._healthy:
                self._deafen()
            is_over = self._until is not None and number > self._until
            return None if number <= self._healthy or is_over else fault

    def _converse(self, wire: socket.socket, fault: Fault | None) -> None:
        if fault and fault.stage is Stage.HEAD:
            _head(wire)
            fault.script(wire, Answer())
            return
        asked = receive(wire)
        if asked is None:
            return
        self.asked.append(asked)
        answer = Answer()
        if fault is None or self._performed or asked.method == "GET":
            answer = self._pass_on(asked)
            self.done.append(asked)
        key = asked.headers.get("authorization", "").rpartition(" ")[2]
        secrets = {b"{key}": key.encode(), b"{escaped key}": _escaped(key)}
        answer = replace(answer, places=self.places | secrets)
        (fault.script if fault else say)(wire, answer)

    def _pass_on(self, asked: Asked) -> Answer:
        box = http.client.HTTPConnection(self._box.hostname or "", self._box.port or 0, timeout=10)
        try:
            kept = {name: text for name, text in asked.headers.items() if name != "connection"}
            box.request(asked.method, asked.path, asked.body, kept)
            found = box.getresponse()
            return Answer(found.status, tuple(found.getheaders()), found.read())
        finally:
            box.close()


def say(wire: socket.socket, answer: Answer, *more: bytes) -> None:
    """Say what the sandbox said, with more lines in the head."""
    lines = [f"{name}: {text}".encode("latin-1") for name, text in answer.headers]
    status = b"HTTP/1.1 %d OK" % answer.status
    lines = [status, *lines, *map(answer.fill, more), b"Connection: close", b"", b""]
    wire.sendall(b"\r\n".join(lines) + answer.body)


def _start(work: Callable[..., None], *args: object) -> None:
    threading.Thread(target=work, args=args, name=THREADS, daemon=True).start()


def _head(wire: socket.socket) -> tuple[bytes, bytes]:
    """Read until the head is whole; returns it and what came after it."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = wire.recv(65536)
        if not piece:
            return b"", b""
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    return head, body


def receive(wire: socket.socket) -> Asked | None:
    """Read a whole request; None where there is no more."""
    head, body = _head(wire)
    if not head:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _version = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): text.strip() for name, _, text in pairs}
    while len(body) < int(headers.get("content-length", 0)):
        body += wire.recv(65536)
    operation = match(method, urlsplit(path).path).operation
    return Asked(operation, method, path, headers, body)


def _escaped(key: str) -> bytes:
    return f"\\u{ord(key[0]):04X}{key[1:]}".encode() if key else b""
