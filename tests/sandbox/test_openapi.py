"""The sandbox answers as its OpenAPI file says, whatever is asked (more of it with PROVE=1)."""

import json
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

import integrations.sandbox
from integrations.sandbox import Sandbox
from integrations.sandbox.routing import ROUTES

Test = TypeVar("Test", bound=Callable[..., None])
DOCUMENT: dict[str, Any] = json.loads(
    (Path(integrations.sandbox.__file__).parent / "openapi.json").read_text()
)
EXAMPLES = 150 if os.environ.get("PROVE") == "1" else 2
#: Every id that exists for the shared key of a small world, so that questions get real answers.
REAL = {
    "organization_id": [5500001, 5500942],
    "workspace_id": [4400001, 4400002],
    "integration_id": [710001],
    "calendar_id": [810001, 810002, 810003],
}


def with_real_ids() -> dict[str, Any]:
    """The file, with the ids of the small world filled in."""
    document = deepcopy(DOCUMENT)
    for name, ids in REAL.items():
        document["components"]["parameters"][name]["schema"] = {"type": "integer", "enum": ids}
    return document


def each_operation(document: dict[str, Any]) -> Callable[[Test], Test]:
    """One test of every operation in the file, for whichever server is running."""
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig())
    parametrize: Callable[[Test], Test] = schema.parametrize()
    return parametrize


@schemathesis.deserializer("text/plain")
def read_text_as_json(ctx: Any, response: Any) -> Any:
    """The service calls its JSON text."""
    return json.loads(response.content)


bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=EXAMPLES < 100,
)


@pytest.fixture(scope="module", params=["observed", "documented"])
def served(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each dialect."""
    with Sandbox(dialect=request.param, accounts=1, calendars=3) as sandbox:
        yield sandbox


def ask(box: Sandbox, case: Any) -> None:
    """Ask a freshly seeded sandbox, and hold every part of the answer against the file."""
    box.reset()
    headers = {"Authorization": f"Bearer {box.shared_key}"}
    case.call_and_validate(base_url=box.api_url, headers=headers, allow_redirects=False)


@each_operation(DOCUMENT)
@bounded
def test_it_answers_any_ids_as_described(case: Any, served: Sandbox) -> None:
    ask(served, case)


@each_operation(with_real_ids())
@bounded
def test_it_answers_for_its_own_ids_as_described(case: Any, served: Sandbox) -> None:
    ask(served, case)


def test_every_operation_is_described() -> None:
    described = {
        (method.upper(), path)
        for path, item in DOCUMENT["paths"].items()
        for method in item
        if method != "parameters"
    }

    served = {(m, "/" + "/".join(parts)) for m, parts, name in ROUTES if name != "callback"}

    assert described == served
