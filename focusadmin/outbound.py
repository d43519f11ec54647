"""The one hardened way out: HTTP with a hard total deadline and a size cap.

Redirects, cookies, ``.netrc`` and proxy variables do not exist here. Imports no Django.

What can go wrong is listed in ``outbound_errors.py``. No message, log line or traceback holds an
Authorization header, a query or an answer.
"""

import http.client
import io
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.cookies import RequestsCookieJar
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)

from focusadmin.outbound_errors import (
    BrokenAnswerError,
    ConnectError,
    DeadlineError,
    OutboundError,
    TooLargeError,
    UnsendableError,
    translate,
)
from focusadmin.wire import PIECE, Call, Quiet, TimedTLSSocket, current, dial, unpacked

__all__ = [
    "Authorization",
    "BrokenAnswerError",
    "ConnectError",
    "DeadlineError",
    "Outbound",
    "OutboundError",
    "Response",
    "TooLargeError",
    "UnsendableError",
]

MAX_BYTES = 6 * 1024 * 1024  # 12,000 calendars are 5 MB
HEAD_BYTES = 1024 * 1024
MOST_DIGITS = 18  # of a length: http.client takes one that it cannot read for none
POOL_SIZE = 32
#: Seconds after its last request for which a connection is used again (ADR 11).
KEPT = 4.0


class Authorization(AuthBase):
    """An Authorization header, set after all others; its value never shows in a repr."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request

    def __repr__(self) -> str:
        return "<Authorization>"


@dataclass(frozen=True)
class Response:
    """An answer of any status; header names are lower case, the body of a redirect is not read."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The header's text, repeated ones joined with a comma; None when absent."""
        return self.headers.get(name.lower())


class _Reader(io.BufferedReader):
    """Remembers the last line, because http.client takes a cut head for a whole one."""

    last_line = b""

    def readline(self, size: int | None = -1) -> bytes:
        self.last_line = super().readline(size)
        return self.last_line


class _Answer(http.client.HTTPResponse):
    """A response whose head must be whole and well formed."""

    fp: io.BufferedReader

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = self._reader = _Reader(sock.makefile("rb", buffering=0))

    def begin(self) -> None:
        super().begin()
        if self._reader.last_line not in (b"\r\n", b"\n"):
            raise http.client.HTTPException("head cut short")
        length = self.headers.get("Content-Length", "0").strip()
        if not (length.isascii() and length.isdigit() and len(length) <= MOST_DIGITS):
            raise http.client.HTTPException("odd Content-Length")
        if self.headers.defects and not self.headers.is_multipart():
            raise http.client.HTTPException("malformed head")
        if not 200 <= self.status <= 599:
            raise http.client.HTTPException("odd status")


class _Connection(HTTPConnection):
    """Dials within the deadline and notes the moment from which something may have left."""

    response_class = _Answer
    _asked_at = 0.0

    @property
    def is_connected(self) -> bool:
        """Whether it can be used again; urllib3 makes a new one where it cannot."""
        return time.monotonic() - self._asked_at < KEPT and super().is_connected

    def _new_conn(self) -> socket.socket:
        try:
            return dial(self._dns_host, self.port or 80, self.socket_options or ())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, str(error.strerror)) from error

    def connect(self) -> None:
        current.get().sent = False
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        current.get().sent, self._asked_at = True, time.monotonic()
        super().request(*args, **kwargs)


class _TLSConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Adapter(HTTPAdapter):
    """Puts our connections and our TLS context under requests."""

    _pools: ClassVar[dict[str, Any]] = {"http": _Pool, "https": _TLSPool}

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_maxsize=POOL_SIZE)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(
            proxy, ssl_context=self._context, proxy_ssl_context=self._context, **kwargs
        )
        manager.pool_classes_by_scheme = self._pools
        return manager

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """The context holds the roots; loading certifi's beside them would widen a bundle."""


class _Session(requests.Session):
    context: ssl.SSLContext

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Never: requests would parse Location and download the redirect's body."""
        return None


for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(Quiet())


def _session(proxy_url: str | None, context: ssl.SSLContext) -> _Session:
    session = _Session()
    session.context = context
    session.trust_env = False
    session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    session.headers = {"User-Agent": "Focusadmin", "Accept-Encoding": "gzip"}
    session.proxies = {"http": proxy_url, "https": proxy_url} if proxy_url else {}
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(context))
    return session


class Outbound:
    """Sends one request and reads the whole answer; one instance serves many threads."""

    def __init__(
        self,
        *,
        proxy_url: str | None = None,
        ca_bundle: str | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """``ca_bundle`` replaces the public roots; OSError or ssl.SSLError when unreadable."""
        context = ssl.create_default_context(cafile=ca_bundle or DEFAULT_CA_BUNDLE_PATH)
        context.sslsocket_class = TimedTLSSocket
        self._max_bytes = max_bytes
        self._session = _session(proxy_url, context)

    def apart(self) -> "Outbound":
        """Return the same with connections of its own: no answer comes late to somebody else."""
        other = copy(self)
        other._session = _session(self._session.proxies.get("https"), self._session.context)
        return other

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        auth: Authorization | None,
        body: bytes | None,
        deadline: float,
        max_bytes: int | None = None,
    ) -> Response:
        """Send and return the answer, whatever its status, within ``deadline`` seconds.

        Raises OutboundError. ``max_bytes``: of the body.
        """
        if deadline <= 0:
            raise DeadlineError("no time left", sent=False)
        most = max_bytes or self._max_bytes
        call = Call(time.monotonic() + deadline, most, most + HEAD_BYTES)
        token = current.set(call)
        try:
            request = requests.Request(method, url, headers, None, body, auth=auth)
            outcome = self._attempt(call, request, deadline)
        finally:
            current.reset(token)
        if isinstance(outcome, OutboundError):
            # Raised here, without the cause: its frames hold the Authorization header.
            raise outcome
        return outcome

    def _attempt(
        self, call: Call, request: requests.Request, deadline: float
    ) -> Response | OutboundError:
        try:
            prepared = self._session.prepare_request(request)
            self._session.get_adapter(request.url)
        except (requests.RequestException, ValueError) as error:
            return UnsendableError(f"malformed request ({type(error).__name__})", sent=False)
        try:
            answer = self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=deadline,
                proxies=self._session.proxies,
            )
            try:
                return self._read(call, answer)
            finally:
                answer.close()
        except (
            requests.RequestException,
            HTTPError,
            http.client.HTTPException,
            OSError,
            ValueError,
            RecursionError,
            zlib.error,
        ) as error:
            host = urlsplit(request.url).netloc.rpartition("@")[2]
            return translate(call, error, host, timed_out=isinstance(error, requests.Timeout))

    def _read(self, call: Call, answer: requests.Response) -> Response:
        headers = {name.lower(): text for name, text in answer.headers.items()}
        status = answer.status_code
        if 300 <= status <= 399:
            return Response(status, headers, b"")
        pieces = answer.raw.stream(PIECE, decode_content=False)
        body = bytearray()
        for piece in unpacked(pieces, headers.get("content-encoding", "")):
            body += piece
            call.fill(len(body))
        return Response(status, headers, bytes(body))
