"""One key's exchange with Toggl Focus in one workspace: what is sent, and what an answer is worth.

Every request spends one of the key's quota, is watched by its deadline, and raises FocusError only.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from focusadmin.outbound import Outbound, OutboundError, Response, TooLargeError
from integrations.focus.answers import error_for, read_failure
from integrations.focus.credentials import Credentials
from integrations.focus.decoding import is_endless
from integrations.focus.errors import BadResponseError, QuotaError, UnavailableError
from integrations.focus.quota import Quota, read_quota
from integrations.focus.sending import send

logger = logging.getLogger(__name__)

CALENDAR = "/integrations/calendar"
REDIRECTS = (301, 302, 303, 307, 308)
_OUT_OF_REQUESTS = (402, 429)

T = TypeVar("T")
#: Told of each request that was tried: "METHOD /path", its status or the error's name, its seconds.
Observer = Callable[[str, str, float], None]


@dataclass(frozen=True)
class Scope:
    """The workspace that is asked about, and its organization where it is known."""

    workspace_id: int
    organization_id: int | None = None

    @property
    def prefix(self) -> str:
        """The path in front of every calendar operation."""
        workspace = f"/workspaces/{self.workspace_id:d}"
        if self.organization_id is None:
            return workspace
        return f"/organizations/{self.organization_id:d}{workspace}"


class Exchange:
    """What every operation goes through; make one per job, share the transport between all."""

    #: What the last answer said about the key's requests.
    quota: Quota | None = None
    #: Requests that left this machine, or may have: what the key's owner pays for.
    calls: int = 0
    #: Those of them, since ``quota`` was told, whose answers did not say how many are left.
    untold: int = 0
    #: Whether the service refused for want of requests: nothing more is to be asked this hour.
    is_refused: bool = False
    #: The trace id of the last error.
    trace_id: str = ""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        transport: Outbound,
        *,
        scope: Scope,
        consent_origins: frozenset[str],
        deadline: float = 3.0,
        write_deadline: float = 10.0,
        observe: Observer | None = None,
    ) -> None:
        """``base_url`` may or may not end in ``/api``; the deadlines are seconds in total."""
        self._base = base_url.strip().rstrip("/").removesuffix("/api").rstrip("/") + "/api"
        self._credentials = credentials
        self._transport = transport
        self._scope = scope
        self._consent_origins = consent_origins
        self._deadline = deadline
        self._write_deadline = write_deadline
        self._observe = observe or (lambda _request, _status, _seconds: None)

    def _decoded(self, request: str, answer: Response, decode: Callable[[bytes], T]) -> T:
        try:
            if is_endless(answer.body):
                raise ValueError("more than is read")
            return decode(answer.body)
        except ValueError:
            detail = "not the JSON that was promised"
            # Not "from error": its text may be the whole answer.
            raise self._bad(BadResponseError, request, answer, detail) from None

    def _request(
        self,
        request: str,
        deadline: float,
        query: Mapping[str, str] | None = None,
        *,
        body: bytes | None = None,
        scoped: bool = True,
        redirects: bool = False,
    ) -> Response:
        """Send ``"METHOD /path"``; returns a 2xx, or a 3xx where redirects are expected."""
        method, _, path = request.partition(" ")
        url = self._base + (self._scope.prefix if scoped else "") + path
        if query:
            url += "?" + urlencode(query, errors="replace")
        started = time.monotonic()
        try:
            auth = self._credentials.authorization()
            answer = send(self._transport, method, url, auth=auth, body=body, deadline=deadline)
        except OutboundError as error:
            self.calls += error.sent
            self.untold += error.sent
            self._observe(request, type(error).__name__, time.monotonic() - started)
            logger.warning("%s: %s", request, error)
            kind = BadResponseError if isinstance(error, TooLargeError) else UnavailableError
            raise kind(request, detail=error.detail, quota=self.quota, sent=error.sent) from error
        self.calls += 1
        self._learn(answer)
        elapsed = time.monotonic() - started
        self._observe(request, str(answer.status), elapsed)
        logger.info("%s: %d in %d ms", request, answer.status, round(elapsed * 1000))
        self._check(request, answer, redirects)
        return replace(answer, body=self._credentials.scrub(answer.body))

    def _check(self, request: str, answer: Response, redirects: bool) -> None:
        if 200 <= answer.status <= 299 or (redirects and answer.status in REDIRECTS):
            return
        failure = read_failure(answer.body, self._credentials.redact)
        self.trace_id = failure.trace_id
        if self.trace_id:
            logger.warning("%s: %d", request, answer.status, extra={"trace": self.trace_id})
        setup = request == f"GET {CALENDAR}/setup"
        error = error_for(request, answer.status, failure, self.quota, setup=setup)
        self.is_refused = isinstance(error, QuotaError)
        raise error

    def _learn(self, answer: Response) -> None:
        """Keep what an answer says of the quota, or that it says nothing."""
        told = read_quota(answer.headers, refused=answer.status in _OUT_OF_REQUESTS)
        self.quota = told or self.quota
        is_told = told is not None and told.remaining is not None
        self.untold = 0 if is_told else self.untold + 1

    def _bad(
        self, kind: type[BadResponseError], request: str, answer: Response, detail: str
    ) -> BadResponseError:
        return kind(request, status=answer.status, detail=detail, quota=self.quota)
