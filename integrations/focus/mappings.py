"""Mapping rules: which project or task events of a title are given to. Organization scope only."""

from collections.abc import Callable
from typing import Final

from focusadmin.outbound import Response
from integrations.focus.errors import BadResponseError
from integrations.focus.exchange import CALENDAR, Exchange
from integrations.focus.members import JSON
from integrations.focus.resources import Listing, Rule
from integrations.focus.rules import decode_rule, decode_rules, rule_body

_MAPPINGS: Final = f"{CALENDAR}/mappings"


class MappingOperations(Exchange):
    """What can be asked of the rules; a service that does not offer them answers 404."""

    def list_mappings(self) -> Listing[Rule]:
        """GET /integrations/calendar/mappings."""
        request = f"GET {_MAPPINGS}"
        return self._decoded(request, self._request(request, self._deadline), decode_rules)

    def get_mapping(self, rule_id: int) -> Rule:
        """GET /integrations/calendar/mappings/{mapping_id}."""
        request = f"GET {_MAPPINGS}/{rule_id:d}"
        answer = self._request(request, self._deadline)
        return self._decoded(request, answer, _reader(rule_id))

    def create_mapping(
        self, title: str, project_id: int | None, task_id: int | None
    ) -> Rule | None:
        """POST /integrations/calendar/mappings.

        A rule whose title the service takes for the same is written over. None when the answer
        does not say what is there now.
        """
        request = f"POST {_MAPPINGS}"
        body = rule_body(_values(title, project_id, task_id))
        answer = self._request(request, self._write_deadline, body=body)
        return self._maybe_rule(request, answer, None)

    def replace_mapping(
        self, rule: Rule, title: str, project_id: int | None, task_id: int | None
    ) -> Rule | None:
        """PUT /integrations/calendar/mappings/{mapping_id}: the rule as it was read, but for these.

        RejectedError with status 409 where another rule has the title. None: as for creating.
        """
        request = f"PUT {_MAPPINGS}/{rule.rule_id:d}"
        try:
            body = rule_body(_values(title, project_id, task_id), rule.raw)
        except ValueError as error:
            detail = f"the rule cannot be sent back: {error}"
            raise BadResponseError(request, detail=detail, sent=False) from error
        answer = self._request(request, self._write_deadline, body=body)
        return self._maybe_rule(request, answer, rule.rule_id)

    def delete_mapping(self, rule_id: int) -> None:
        """DELETE /integrations/calendar/mappings/{mapping_id}."""
        request = f"DELETE {_MAPPINGS}/{rule_id:d}"
        answer = self._request(request, self._write_deadline)
        if answer.body.strip() not in (b"", b"null"):
            self._decoded(request, answer, decode_rules)

    def _maybe_rule(self, request: str, answer: Response, rule_id: int | None) -> Rule | None:
        if answer.body.strip() in (b"", b"null"):
            return None
        return self._decoded(request, answer, _reader(rule_id))


def _values(title: str, project_id: int | None, task_id: int | None) -> dict[str, JSON]:
    return {"title": title, "project_id": project_id, "task_id": task_id}


def _reader(rule_id: int | None) -> Callable[[bytes], Rule]:
    """What reads one rule, the one that was asked about; it raises ValueError for anything else."""

    def read(body: bytes) -> Rule:
        found = decode_rule(body.strip(b" \t\n\r"))
        if not isinstance(found, Rule) or found.rule_id != (rule_id or found.rule_id):
            raise ValueError("not the rule that was asked about")
        return found

    return read
