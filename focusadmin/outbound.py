"""The one hardened way out: HTTP with a hard total deadline and a size cap.

Redirects, cookies, ``.netrc`` and proxy variables do not exist here. Imports no Django.

* OutboundError
  * UnsendableError     the request itself is malformed: nothing was sent
  * ConnectError        no connection (name, refused, TLS, proxy): nothing was sent
  * DeadlineError       the time is over; ``.sent`` says whether the request had begun to leave
  * TooLargeError       the answer is larger than the cap
  * BrokenAnswerError   reset, cut short or not HTTP

No message, log line or traceback of these holds an Authorization header, a query or an answer.
"""

import contextvars
import http.client
import io
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Iterator, Mapping
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

MAX_BYTES = 16 * 1024 * 1024  # 5,000 calendars are 2 MB
HEAD_BYTES = 1024 * 1024
PIECE = 64 * 1024
POOL_SIZE = 32


class OutboundError(Exception):
    """No usable answer; ``sent`` is False only when it is certain that nothing left."""

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.sent = sent


class UnsendableError(OutboundError):
    """The request is malformed."""


class ConnectError(OutboundError):
    """There is no connection to the server."""


class DeadlineError(OutboundError):
    """The time is over."""


class TooLargeError(OutboundError):
    """The answer is larger than the cap."""


class BrokenAnswerError(OutboundError):
    """The answer was cut short or is not HTTP."""


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


@dataclass
class _Call:
    """What is known about the request that this thread has under way."""

    ends_at: float
    max_received: int
    received: int = 0
    full: bool = False
    #: True until a connection attempt proves that nothing has left yet.
    sent: bool = True

    def left(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        return left

    def count(self, number: int) -> None:
        """Add bytes off the wire; raises OSError past the cap."""
        self.received += number
        if self.received > self.max_received:
            self.full = True
            raise OSError("answer too large")


_current: contextvars.ContextVar[_Call] = contextvars.ContextVar("outbound_call")


class _Timed(socket.socket):
    """A socket on which every operation ends with the call's deadline.

    A timeout of ``requests`` is per read: an answer dripping a byte at a time never meets it.
    """

    def recv(self, *args: Any, **kwargs: Any) -> bytes:
        call = _current.get()
        self.settimeout(call.left())
        data = super().recv(*args, **kwargs)
        call.count(len(data))
        return data

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        call = _current.get()
        self.settimeout(call.left())
        number = super().recv_into(*args, **kwargs)
        call.count(number)
        return number

    def send(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_current.get().left())
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(_current.get().left())
        super().sendall(*args, **kwargs)


class _TimedTLS(_Timed, ssl.SSLSocket):
    """The same over TLS; the handshake inherits the time left from the socket it wraps."""


def _dial(host: str, port: int, options: Any) -> socket.socket:
    """Connect to the first address that answers, each with its share of the time left."""
    call = _current.get()
    found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    problem: OSError = OSError("no address")
    for index, (family, kind, protocol, _, address) in enumerate(found):
        wire = _Timed(family, kind, protocol)
        try:
            for option in options or ():
                wire.setsockopt(*option)
            wire.settimeout(call.left() / (len(found) - index))
            wire.connect(address)
            wire.settimeout(call.left())
        except OSError as error:
            wire.close()
            problem = error
        else:
            return wire
    raise problem


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
        started = self.headers is not None
        super().begin()
        if started:
            return
        if self._reader.last_line not in (b"\r\n", b"\n"):
            raise http.client.HTTPException("head cut short")
        length = self.headers.get("Content-Length", "0").strip()
        if not (length.isascii() and length.isdigit()):
            raise http.client.HTTPException("odd Content-Length")
        if self.headers.defects and not self.headers.is_multipart():
            raise http.client.HTTPException("malformed head")
        if not 200 <= self.status <= 599:
            raise http.client.HTTPException("odd status")


class _Dialling(HTTPConnection):
    """Dials within the deadline and notes the moment from which something may have left."""

    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        try:
            return _dial(self._dns_host, self.port or 80, self.socket_options)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, str(error.strerror)) from error

    def connect(self) -> None:
        _current.get().sent = False
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        _current.get().sent = True
        super().request(*args, **kwargs)


class _DiallingTLS(_Dialling, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Dialling


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _DiallingTLS


class _Adapter(HTTPAdapter):
    """Puts our connections and our TLS context under requests."""

    _pools: ClassVar[dict[str, Any]] = {"http": _Pool, "https": _PoolTLS}

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
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Never: requests would parse Location and download the redirect's body."""
        return None


class _Quiet(logging.Filter):
    """Drops urllib3's own lines about our calls: they hold paths and queries."""

    def filter(self, record: logging.LogRecord) -> bool:
        return _current.get(None) is None


for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_Quiet())


class Outbound:
    """Sends one request and reads the whole answer; one instance serves many threads and keys."""

    def __init__(
        self,
        *,
        proxy_url: str | None = None,
        ca_bundle: str | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """``ca_bundle`` replaces the public roots; OSError or ssl.SSLError when unreadable."""
        context = ssl.create_default_context(cafile=ca_bundle or DEFAULT_CA_BUNDLE_PATH)
        context.sslsocket_class = _TimedTLS
        self._max_bytes = max_bytes
        self._session = _Session()
        self._session.trust_env = False
        self._session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers = {"User-Agent": "Focusadmin", "Accept-Encoding": "gzip"}
        self._session.proxies = {"http": proxy_url, "https": proxy_url} if proxy_url else {}
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(context))

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        auth: Authorization | None,
        body: bytes | None,
        deadline: float,
    ) -> Response:
        """Send and return the answer, whatever its status, within ``deadline`` seconds.

        Raises OutboundError. Name resolution alone may take longer.
        """
        call = _Call(time.monotonic() + deadline, self._max_bytes + HEAD_BYTES)
        token = _current.set(call)
        try:
            outcome = self._attempt(call, requests.Request(method, url, headers, None, body), auth)
        finally:
            _current.reset(token)
        if isinstance(outcome, OutboundError):
            # Raised here, without the cause: its frames hold the Authorization header.
            raise outcome
        return outcome

    def _attempt(
        self, call: _Call, request: requests.Request, auth: Authorization | None
    ) -> Response | OutboundError:
        request.auth = auth
        try:
            prepared = self._session.prepare_request(request)
        except (requests.RequestException, ValueError) as error:
            return UnsendableError(f"malformed request ({type(error).__name__})", sent=False)
        try:
            answer = self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=call.left(),
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
            return _translate(call, error, urlsplit(request.url).netloc)

    def _read(self, call: _Call, answer: requests.Response) -> Response:
        headers = {name.lower(): text for name, text in answer.headers.items()}
        status = answer.status_code
        if 300 <= status <= 399:
            return Response(status, headers, b"")
        pieces = answer.raw.stream(PIECE, decode_content=False)
        match headers.get("content-encoding", "identity").strip().lower():
            case "identity" | "":
                pass
            case "gzip" | "x-gzip":
                pieces = _gunzip(pieces)
            case _:
                raise http.client.HTTPException("unknown Content-Encoding")
        body = bytearray()
        for piece in pieces:
            body += piece
            if len(body) > self._max_bytes:
                call.full = True
                raise OSError("answer too large")
        return Response(status, headers, bytes(body))


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress in bounded pieces; a stream without its end is an error."""
    unzip = zlib.decompressobj(wbits=31)
    empty = True
    for piece in pieces:
        while piece:
            empty = False
            yield unzip.decompress(piece, PIECE)
            piece = unzip.unconsumed_tail
    if not (unzip.eof or empty):
        raise zlib.error("cut short")


def _translate(call: _Call, error: Exception, host: str) -> OutboundError:
    """Name the failure by what happened to the call, not by which library noticed."""
    if call.full:
        return TooLargeError("the answer is larger than allowed", sent=True)
    if time.monotonic() >= call.ends_at or isinstance(error, requests.Timeout):
        return DeadlineError("no complete answer in time", sent=call.sent)
    if not call.sent:
        return ConnectError(f"no connection to {host} ({_reason(error)})", sent=False)
    return BrokenAnswerError(f"the answer broke off or is not HTTP ({_reason(error)})", sent=True)


def _reason(error: BaseException) -> str:
    """The innermost failure's kind and, from the operating system, its text."""
    inner: BaseException | None = error
    while inner is not None:
        error, inner = inner, inner.__cause__ or inner.__context__
    text = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
