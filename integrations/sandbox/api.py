"""The Focus API: from a request to an answer, and on the way the log, the faults and the gates."""

from dataclasses import replace

from integrations.sandbox import callback
from integrations.sandbox.bodies import Query
from integrations.sandbox.calls import Call
from integrations.sandbox.context import Context, RequestSeen
from integrations.sandbox.gates import (
    authenticate,
    bearer,
    left,
    organization_of,
    quota_headers,
    spend,
)
from integrations.sandbox.messages import Request, Response
from integrations.sandbox.operations import OPERATIONS
from integrations.sandbox.pages import STYLESHEET, style
from integrations.sandbox.problems import ProblemError
from integrations.sandbox.routing import Match, integers, match

READING = frozenset(
    ("list_accounts", "list_calendars", "projects", "tasks", "clients", "settings")
    + ("list_mappings", "get_mapping")
)


class Api:
    """Answers what arrives at the API's port."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, request: Request) -> Response:
        """Answer one request; the callback's pages need their stylesheet from here."""
        if request.path == STYLESHEET:
            return style()
        try:
            found = match(request.method, request.path)
        except ProblemError as problem:
            self._note(request, "unknown", problem.status)
            return problem.response()
        if found.operation == "callback":
            return callback.answer(self._context, request.query)
        return self._operation(request, found)

    def _operation(self, request: Request, found: Match) -> Response:
        seen = self._see(request, found.operation)
        fault = self._context.faults.take(found.operation)
        if fault is None or fault.performed:
            self._context.at("before", seen)
            response = self._perform(request, found)
            self._context.at("after", seen)
        else:
            response = Response(200)
        response = fault.spoil(response) if fault else response
        self._context.answered.append((seen, response.status))
        return self._late(response)

    def _late(self, response: Response) -> Response:
        latency = self._context.switches.latency
        if not latency:
            return response
        delivery = replace(response.delivery, delay=response.delivery.delay + latency)
        return replace(response, delivery=delivery)

    def _perform(self, request: Request, found: Match) -> Response:
        world, switches = self._context.world, self._context.switches
        with world.lock:
            try:
                person = authenticate(world, request.headers.get("authorization", ""))
                ids = integers(found.parameters)
                organization = organization_of(world, person, ids)
            except ProblemError as problem:
                return problem.response()
            window = world.window(person.email, organization)
            try:
                spend(world, window, switches)
                query = Query(request.query)
                call = Call(
                    world, switches, self._context.addresses, person, ids, query, request.body
                )
                response = OPERATIONS[found.operation](call)
            except ProblemError as problem:
                response = problem.response()
            if found.operation not in READING and response.status < 400:
                self._context.save()
            if not switches.quota_headers:
                return response
            return response.with_headers(*quota_headers(*left(world, window, switches)))

    def _see(self, request: Request, operation: str) -> RequestSeen:
        seen = RequestSeen(
            request.method,
            request.path,
            {name: values[0] for name, values in request.query.items()},
            operation,
            bearer(request.headers.get("authorization", "")),
            request.body,
            dict(request.headers),
        )
        self._context.seen.append(seen)
        return seen

    def _note(self, request: Request, operation: str, status: int) -> None:
        self._context.answered.append((self._see(request, operation), status))
