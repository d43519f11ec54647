"""Toggl Focus' calendar API, one method per endpoint, at https://focus.toggl.com/api.

Every method spends one request of the key's quota and raises FocusError only. Answers may follow
the published reference or what was observed since: the bytes decide.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeVar
from urllib.parse import urlencode

from focusadmin.outbound import Outbound, OutboundError, Response, TooLargeError
from integrations.focus.answers import error_for, read_failure
from integrations.focus.consent import consent_problem
from integrations.focus.credentials import Credentials
from integrations.focus.decoding import decode_accounts, decode_calendars, decode_settings
from integrations.focus.errors import (
    BadResponseError,
    ConsentAddressError,
    QuotaError,
    UnavailableError,
)
from integrations.focus.members import JSON, replace_members
from integrations.focus.naming import PER_PAGE, Page, decode_page
from integrations.focus.quota import Quota, read_quota
from integrations.focus.resources import (
    Account,
    Calendar,
    Listing,
    Settings,
)
from integrations.focus.sending import send

logger = logging.getLogger(__name__)

_CALENDAR = "/integrations/calendar"
_LIST = f"GET {_CALENDAR}"
_OUT_OF_REQUESTS = (402, 429)
_REDIRECTS = (301, 302, 303, 307, 308)

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


class FocusClient:
    """One key's view of one workspace; make one per job, share the transport between all."""

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

    def list_accounts(self) -> Listing[Account]:
        """GET /integrations/calendar."""
        return self._accounts(self._request(_LIST, self._deadline))

    def list_accounts_unless(self, digest: str) -> Listing[Account] | None:
        """The same; None where the answer is, byte for byte, the one that has this digest."""
        answer = self._request(_LIST, self._deadline)
        return None if _digest(answer) == digest else self._accounts(answer)

    def list_calendars(self, integration_id: int) -> Listing[Calendar]:
        """GET /integrations/calendar/{integration_id}."""
        request = f"GET {_CALENDAR}/{integration_id:d}"
        answer = self._request(request, self._deadline)
        return self._decoded(request, answer, lambda body: decode_calendars(body, integration_id))

    def setup(self, provider: str, return_to: str | None = None) -> str:
        """GET /integrations/calendar/setup; returns the checked consent address, a secret.

        Raises AlreadyConnectedError, ConsentAddressError.
        """
        query = {"provider": provider} | ({"return_to": return_to} if return_to else {})
        return self._consent(f"GET {_CALENDAR}/setup", query)

    def reauth(self, integration_id: int, return_to: str, *, preserve_scope: bool) -> str:
        """GET /integrations/calendar/{integration_id}/reauth; returns the consent address.

        Without ``preserve_scope`` the service asks for write access. Raises ConsentAddressError.
        """
        query = {"return_to": return_to} | ({"preserve_scope": "true"} if preserve_scope else {})
        return self._consent(f"GET {_CALENDAR}/{integration_id:d}/reauth", query)

    def refresh(
        self, integration_id: int, *, focus_auto_track_default: bool | None = None
    ) -> Listing[Calendar]:
        """POST /integrations/calendar/{integration_id}/update: re-read from the provider."""
        request = f"POST {_CALENDAR}/{integration_id:d}/update"
        query = {}
        if focus_auto_track_default is not None:
            query["focus_auto_track_default"] = _boolean(focus_auto_track_default)
        answer = self._request(request, self._write_deadline, query)
        return self._decoded(request, answer, lambda body: decode_calendars(body, integration_id))

    def update_calendar(
        self, calendar: Calendar, changes: Mapping[str, JSON]
    ) -> Listing[Calendar] | None:
        """PUT /integrations/calendar/{integration_id}/calendars/{calendar_id}.

        Sends the calendar as it was read with only ``changes`` (by the wire's names) replaced.
        None when the service answers without saying what is there now.
        """
        at = f"{calendar.integration_id:d}/calendars/{calendar.calendar_id:d}"
        request = f"PUT {_CALENDAR}/{at}"
        try:
            body = replace_members(calendar.raw, changes)
        except ValueError as error:
            detail = f"the calendar cannot be sent back: {error}"
            raise BadResponseError(request, detail=detail, sent=False) from error
        answer = self._request(request, self._write_deadline, body=body)
        return self._maybe_calendars(request, answer, calendar.integration_id)

    def disconnect(self, integration_id: int, *, preserve_entities: bool) -> None:
        """DELETE /integrations/calendar/{integration_id}; planned entries are kept if so asked."""
        request = f"DELETE {_CALENDAR}/{integration_id:d}"
        query = {"preserve_entities": _boolean(preserve_entities)}
        answer = self._request(request, self._write_deadline, query)
        self._maybe_calendars(request, answer, integration_id)

    def settings(self) -> Settings:
        """GET /users/me/settings: proves that the key works."""
        request = "GET /users/me/settings"
        answer = self._request(request, self._deadline, scoped=False)
        return self._decoded(request, answer, decode_settings)

    def list_projects(self, page: int = 1, *, name: str = "") -> Page:
        """GET /projects: those whose name holds ``name``, PER_PAGE at a time."""
        return self._named("GET /projects", page, {"name": name})

    def list_tasks(self, page: int = 1, *, name: str = "", project_id: int | None = None) -> Page:
        """GET /tasks: the same of tasks, of one project where it is named."""
        told = "" if project_id is None else str(project_id)
        return self._named("GET /tasks", page, {"name": name, "project_id": told})

    def list_clients(self, page: int = 1, *, name: str = "") -> Page:
        """GET /workspaces/{workspace_id}/clients: clients know no organization."""
        request = f"GET /workspaces/{self._scope.workspace_id:d}/clients"
        return self._named(request, page, {"name": name}, scoped=False)

    def _named(
        self, request: str, page: int, filters: Mapping[str, str], *, scoped: bool = True
    ) -> Page:
        query = {"page": str(page), "per_page": str(PER_PAGE)}
        query |= {name: text for name, text in filters.items() if text}
        answer = self._request(request, self._deadline, query, scoped=scoped)
        return self._decoded(request, answer, decode_page)

    def _accounts(self, answer: Response) -> Listing[Account]:
        listing = self._decoded(_LIST, answer, decode_accounts)
        return replace(listing, digest=_digest(answer))

    def _consent(self, request: str, query: Mapping[str, str]) -> str:
        answer = self._request(request, self._write_deadline, query, redirects=True)
        if answer.status not in _REDIRECTS:
            raise self._bad(BadResponseError, request, answer, "a redirect was expected")
        address = answer.header("Location") or ""
        problem = consent_problem(address, self._consent_origins)
        if self._credentials.redact(address) != address:
            problem = "the address holds the key"
        if problem:
            del address
            raise self._bad(ConsentAddressError, request, answer, problem)
        return address

    def _maybe_calendars(
        self, request: str, answer: Response, integration_id: int
    ) -> Listing[Calendar] | None:
        if answer.body.strip() in (b"", b"null"):
            return None
        return self._decoded(request, answer, lambda body: decode_calendars(body, integration_id))

    def _decoded(self, request: str, answer: Response, decode: Callable[[bytes], T]) -> T:
        try:
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
        if 200 <= answer.status <= 299 or (redirects and answer.status in _REDIRECTS):
            return
        failure = read_failure(answer.body, self._credentials.redact)
        self.trace_id = failure.trace_id
        if self.trace_id:
            logger.warning("%s: %d", request, answer.status, extra={"trace": self.trace_id})
        setup = request == f"GET {_CALENDAR}/setup"
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


def _digest(answer: Response) -> str:
    return sha256(answer.body).hexdigest()


def _boolean(value: bool) -> str:
    return "true" if value else "false"
