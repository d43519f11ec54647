"""The one hardened way out: HTTP with a hard total deadline and a size cap.

Redirects, cookies, ``.netrc`` and proxy variables do not exist here. Imports no Django.

What can go wrong is listed in ``outbound_errors.py``. No message, log line or traceback holds an
Authorization header, a query or an answer.
"""

import http.client
import ssl
import time
import zlib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError

from focusadmin.outbound_errors import (
    BrokenAnswerError,
    ConnectError,
    DeadlineError,
    OutboundError,
    TooLargeError,
    UnsendableError,
    translate,
)
from focusadmin.outbound_session import session
from focusadmin.wire import PIECE, Call, TimedTLSSocket, current, unpacked

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
        self._proxy_url, self._context, self._max_bytes = proxy_url, context, max_bytes
        self._session = session(proxy_url, context)

    def apart(self) -> "Outbound":
        """Return the same with connections of its own: no answer comes late to somebody else."""
        other = copy(self)
        other._session = session(self._proxy_url, self._context)
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
