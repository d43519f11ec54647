"""The connections of ``outbound.py``: strict about an answer's head, and bound to the deadline.

They sit under a session of ``requests``, which is left nothing to decide.
"""

import http.client
import io
import logging
import socket
import ssl
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any, ClassVar

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from focusadmin.wire import Quiet, current, dial

MOST_DIGITS = 18  # of a length: http.client takes one that it cannot read for none
POOL_SIZE = 32
#: Seconds after its last request for which a connection is used again (ADR 11).
KEPT = 4.0


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
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Never: requests would parse Location and download the redirect's body."""
        return None


for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(Quiet())


def session(proxy_url: str | None, context: ssl.SSLContext) -> requests.Session:
    """Return a session of ``requests`` that does nothing by itself, with connections of its own."""
    made = _Session()
    made.trust_env = False
    made.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    made.headers = {"User-Agent": "Focusadmin", "Accept-Encoding": "gzip"}
    made.proxies = {"http": proxy_url, "https": proxy_url} if proxy_url else {}
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter(context))
    return made
