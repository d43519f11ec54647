"""How the service says no."""

import secrets
from typing import Any

from integrations.sandbox.messages import Response, encode

JSON_TYPE = ("Content-Type", "application/json; charset=utf-8")


class ProblemError(Exception):
    """A refusal: ``status``, the service's ``code`` and its description, and which values."""

    def __init__(
        self,
        status: int,
        code: str,
        description: str,
        values: dict[str, Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description
        self.values = values or {}
        self.headers = headers

    def response(self) -> Response:
        """The answer, with a trace id of its own."""
        body = {
            "error": self.code,
            "error_description": self.description,
            "error_values": self.values,
            "trace_id": secrets.token_hex(16),
        }
        return Response(self.status, encode(body), (JSON_TYPE, *self.headers))


def invalid(name: str, expected: str) -> ProblemError:
    """A 400 that names the parameter or member."""
    return ProblemError(400, "validation_error", f"{name} must be {expected}", {name: expected})


def missing(thing: str) -> ProblemError:
    """A 404 that names what there is none of."""
    return ProblemError(404, "not_found", f"{thing} not found")
