"""Failures on demand, per operation: what a wire, a proxy or a bad day can do to an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Literal, get_args

from integrations.sandbox.gates import quota_headers, used_up
from integrations.sandbox.messages import Delivery, Response, encode
from integrations.sandbox.problems import JSON_TYPE, ProblemError
from integrations.sandbox.routing import OPERATIONS

Kind = Literal[
    "status",
    "delay",
    "drip",
    "cut",
    "reset",
    "html",
    "bad_json",
    "wrong_shape",
    "quota",
    "redirect",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
ANY = "any"
#: Kinds that spoil the answer to something that was really done, unless told otherwise.
PERFORMED = frozenset(("delay", "drip", "cut", "bad_json", "wrong_shape"))
HTML_TYPE = ("Content-Type", "text/html; charset=utf-8")
ELSEWHERE = "https://phishing.example.net/login"
DRIP_SECONDS = 0.2
#: Options of each kind, beside ``performed`` which every kind takes.
OPTIONS: dict[Kind, frozenset[str]] = {
    "status": frozenset(("status", "body", "headers")),
    "delay": frozenset(("seconds",)),
    "drip": frozenset(("pause",)),
    "cut": frozenset(),
    "reset": frozenset(),
    "html": frozenset(("status", "body")),
    "bad_json": frozenset(("body",)),
    "wrong_shape": frozenset(("payload",)),
    "quota": frozenset(("resets_in",)),
    "redirect": frozenset(("location", "status")),
}


@dataclass
class Fault:
    """One failure; ``times`` counts down, None means until it is cleared."""

    operation: str
    kind: Kind
    times: int | None = 1
    performed: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def spoil(self, response: Response) -> Response:
        """The answer that goes out instead of ``response``."""
        return SPOILERS[self.kind](response, self.options)


class Faults:
    """The failures that wait for a request."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self._guard = Lock()

    def add(self, operation: str, kind: str, *, times: int | None = 1, **options: Any) -> Fault:
        """Let the next ``times`` requests of ``operation`` fail; raises ValueError for nonsense."""
        known = next((k for k in KINDS if k == kind), None)
        if known is None:
            raise ValueError(f"No fault is called {kind}; there are {', '.join(KINDS)}")
        if operation not in (*OPERATIONS, ANY):
            raise ValueError(f"No operation is called {operation}")
        performed = bool(options.pop("performed", known in PERFORMED))
        if strange := sorted(set(options) - OPTIONS[known]):
            raise ValueError(f"A {kind} fault has no {', '.join(strange)}")
        fault = Fault(operation, known, times, performed, options)
        self.waiting.append(fault)
        return fault

    def take(self, operation: str) -> Fault | None:
        """The first failure meant for ``operation``, counted down."""
        with self._guard:
            for fault in self.waiting:
                if fault.operation in (operation, ANY):
                    self._count_down(fault)
                    return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)

    def clear(self) -> None:
        """No failures any more."""
        self.waiting.clear()


def status(response: Response, options: dict[str, Any]) -> Response:
    """An error of the service, or any body under any status."""
    code = int(options.get("status", 500))
    headers = tuple(dict(options.get("headers", {})).items())
    if "body" in options:
        return Response(code, as_bytes(options["body"]), headers)
    problem = ProblemError(code, "injected_error", f"The sandbox was told to answer {code}")
    return problem.response().with_headers(*headers)


def delay(response: Response, options: dict[str, Any]) -> Response:
    """The right answer, late."""
    return replace(response, delivery=Delivery(delay=float(options.get("seconds", 5))))


def drip(response: Response, options: dict[str, Any]) -> Response:
    """The right answer, byte after byte; an empty one gets a body to drip."""
    body = response.body or b"null" * 100
    code = 200 if response.status == 204 else response.status
    delivery = Delivery(pause=float(options.get("pause", DRIP_SECONDS)))
    return replace(response, status=code, body=body, delivery=delivery)


def cut(response: Response, options: dict[str, Any]) -> Response:
    """Half of the answer, then the end of the connection."""
    body = response.body or b"null"
    code = 200 if response.status == 204 else response.status
    return replace(response, status=code, body=body, delivery=Delivery(cut=True))


def reset(response: Response, options: dict[str, Any]) -> Response:
    """No answer but a TCP reset."""
    return replace(response, delivery=Delivery(reset=True))


def html(response: Response, options: dict[str, Any]) -> Response:
    """The page of a proxy that stands in between."""
    page = "<!doctype html><title>Bad gateway</title><h1>502 Bad gateway</h1><p>nginx</p>"
    body = as_bytes(options.get("body", page))
    return Response(int(options.get("status", 502)), body, (HTML_TYPE,))


def bad_json(response: Response, options: dict[str, Any]) -> Response:
    """A success whose body is no JSON."""
    return Response(200, as_bytes(options.get("body", '[{"calendar_id": 1, ')), (JSON_TYPE,))


def wrong_shape(response: Response, options: dict[str, Any]) -> Response:
    """A success whose JSON is not what was promised."""
    payload = options.get("payload", {"message": "Everything is fine", "count": 3})
    return Response(200, encode(payload), (JSON_TYPE,))


def quota(response: Response, options: dict[str, Any]) -> Response:
    """The 402 of an hour that is spent."""
    seconds = int(options.get("resets_in", 1800))
    return used_up(seconds).response().with_headers(*quota_headers(0, seconds))


def redirect(response: Response, options: dict[str, Any]) -> Response:
    """A Location that lies."""
    location = str(options.get("location", ELSEWHERE))
    return Response(int(options.get("status", 302)), b"", (("Location", location),))


def as_bytes(body: str | bytes) -> bytes:
    """A body given either way."""
    return body.encode() if isinstance(body, str) else body


SPOILERS: dict[Kind, Callable[[Response, dict[str, Any]], Response]] = {
    "status": status,
    "delay": delay,
    "drip": drip,
    "cut": cut,
    "reset": reset,
    "html": html,
    "bad_json": bad_json,
    "wrong_shape": wrong_shape,
    "quota": quota,
    "redirect": redirect,
}
