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

import http.client
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
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

from focusadmin.wire import PIECE, Answer, Call, TimedTLSSocket, current, dial, gunzip

MAX_BYTES = 16 * 1024 * 1024  # 5,000 calendars are 2 MB
HEAD_BYTES = 1024 * 1024
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


class _Connection(HTTPConnection):
    """Dials within the deadline and notes the moment from which something may have left."""

    response_class = Answer

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
        current.get().sent = True
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
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Never: requests would parse Location and download the redirect's body."""
        return None


class _Quiet(logging.Filter):
    """Drops urllib3's own lines about our calls: they hold paths and queries."""

    def filter(self, record: logging.LogRecord) -> bool:
        return current.get(None) is None


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
        context.sslsocket_class = TimedTLSSocket
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
        call = Call(time.monotonic() + deadline, self._max_bytes + HEAD_BYTES)
        token = current.set(call)
        try:
            outcome = self._attempt(call, requests.Request(method, url, headers, None, body), auth)
        finally:
            current.reset(token)
        if isinstance(outcome, OutboundError):
            # Raised here, without the cause: its frames hold the Authorization header.
            raise outcome
        return outcome

    def _attempt(
        self, call: Call, request: requests.Request, auth: Authorization | None
    ) -> Response | OutboundError:
        request.auth = auth
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
            return _translate(call, error, urlsplit(request.url).netloc.rpartition("@")[2])

    def _read(self, call: Call, answer: requests.Response) -> Response:
        headers = {name.lower(): text for name, text in answer.headers.items()}
        status = answer.status_code
        if 300 <= status <= 399:
            return Response(status, headers, b"")
        pieces = answer.raw.stream(PIECE, decode_content=False)
        match headers.get("content-encoding", "identity").strip().lower():
            case "identity" | "":
                pass
            case "gzip" | "x-gzip":
                pieces = gunzip(pieces)
            case _:
                raise http.client.HTTPException("unknown Content-Encoding")
        body = bytearray()
        for piece in pieces:
            body += piece
            if len(body) > self._max_bytes:
                call.full = True
                raise OSError("answer too large")
        return Response(status, headers, bytes(body))


def _translate(call: Call, error: Exception, host: str) -> OutboundError:
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
