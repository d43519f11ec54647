"""Toggl Focus' calendar API, one method per endpoint, at https://focus.toggl.com/api.

Every method spends one request of the key's quota and raises FocusError only. Answers may follow
the published reference or what was observed since: the bytes decide.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from focusadmin.outbound import Response
from integrations.focus.consent import consent_problem
from integrations.focus.decoding import decode_accounts, decode_calendars, decode_settings
from integrations.focus.errors import BadResponseError, ConsentAddressError
from integrations.focus.exchange import CALENDAR, REDIRECTS
from integrations.focus.mappings import MappingOperations
from integrations.focus.members import JSON, replace_members
from integrations.focus.naming import PER_PAGE, Page, decode_page
from integrations.focus.resources import Account, Calendar, Listing, Settings

_LIST = f"GET {CALENDAR}"


class FocusClient(MappingOperations):
    """One key's view of one workspace; make one per job, share the transport between all."""

    def list_accounts(self) -> Listing[Account]:
        """GET /integrations/calendar."""
        return self._accounts(self._request(_LIST, self._deadline))

    def list_accounts_unless(self, digest: str) -> Listing[Account] | None:
        """The same; None where the answer is, byte for byte, the one that has this digest."""
        answer = self._request(_LIST, self._deadline)
        return None if _digest(answer) == digest else self._accounts(answer)

    def list_calendars(self, integration_id: int) -> Listing[Calendar]:
        """GET /integrations/calendar/{integration_id}."""
        request = f"GET {CALENDAR}/{integration_id:d}"
        answer = self._request(request, self._deadline)
        return self._decoded(request, answer, lambda body: decode_calendars(body, integration_id))

    def setup(self, provider: str, return_to: str | None = None) -> str:
        """GET /integrations/calendar/setup; returns the checked consent address, a secret.

        Raises AlreadyConnectedError, ConsentAddressError.
        """
        query = {"provider": provider} | ({"return_to": return_to} if return_to else {})
        return self._consent(f"GET {CALENDAR}/setup", query)

    def reauth(self, integration_id: int, return_to: str, *, preserve_scope: bool) -> str:
        """GET /integrations/calendar/{integration_id}/reauth; returns the consent address.

        Without ``preserve_scope`` the service asks for write access. Raises ConsentAddressError.
        """
        query = {"return_to": return_to} | ({"preserve_scope": "true"} if preserve_scope else {})
        return self._consent(f"GET {CALENDAR}/{integration_id:d}/reauth", query)

    def refresh(
        self, integration_id: int, *, focus_auto_track_default: bool | None = None
    ) -> Listing[Calendar]:
        """POST /integrations/calendar/{integration_id}/update: re-read from the provider."""
        request = f"POST {CALENDAR}/{integration_id:d}/update"
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
        request = f"PUT {CALENDAR}/{at}"
        try:
            body = replace_members(calendar.raw, changes)
        except ValueError as error:
            detail = f"the calendar cannot be sent back: {error}"
            raise BadResponseError(request, detail=detail, sent=False) from error
        answer = self._request(request, self._write_deadline, body=body)
        return self._maybe_calendars(request, answer, calendar.integration_id)

    def disconnect(self, integration_id: int, *, preserve_entities: bool) -> None:
        """DELETE /integrations/calendar/{integration_id}; planned entries are kept if so asked."""
        request = f"DELETE {CALENDAR}/{integration_id:d}"
        query = {"preserve_entities": _boolean(preserve_entities)}
        answer = self._request(request, self._write_deadline, query)
        self._maybe_calendars(request, answer, integration_id)

    def hide_events(self, integration_id: int, calendar_id: int, uids: Sequence[str]) -> None:
        """PUT /integrations/calendar/{integration_id}/calendars/{calendar_id}/settings.

        Events of these iCal uids, at most 500, are hidden; all others are not, any more.
        """
        request = f"PUT {CALENDAR}/{integration_id:d}/calendars/{calendar_id:d}/settings"
        body = json.dumps({"ical_uids": list(uids)}).encode()
        answer = self._request(request, self._write_deadline, body=body)
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
        if answer.status not in REDIRECTS:
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


def _digest(answer: Response) -> str:
    return sha256(answer.body).hexdigest()


def _boolean(value: bool) -> str:
    return "true" if value else "false"
