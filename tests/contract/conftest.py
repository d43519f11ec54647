"""The client at one end of a real wire, the sandbox at the other, in every combination."""

from collections.abc import Callable, Iterator

import pytest

from focusadmin.outbound import Outbound
from integrations.focus import BearerKey, Credentials, FocusClient, Scope
from integrations.sandbox import Sandbox
from tests.contract.operations import OF_ORGANIZATION


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what there is only under an organization, where it is not known."""
    items[:] = [item for item in items if not _is_nowhere(item)]


def _is_nowhere(item: pytest.Item) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    return params.get("scope") == "workspace" and params.get("operation") in OF_ORGANIZATION


MakeFocus = Callable[..., FocusClient]


@pytest.fixture(scope="session")
def open_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box


@pytest.fixture(scope="session")
def transport() -> Outbound:
    """One way out for all tests, as one serves all requests of a process."""
    return Outbound()


@pytest.fixture(params=["observed", "documented"])
def box(request: pytest.FixtureRequest, open_sandbox: Sandbox) -> Sandbox:
    """The seeded sandbox in each dialect."""
    open_sandbox.reset()
    open_sandbox.switches.dialect = request.param
    return open_sandbox


@pytest.fixture(params=["organization", "workspace"])
def scope(request: pytest.FixtureRequest) -> Scope:
    """The first workspace, with and without its organization's id."""
    return Scope(4400001, 5500001 if request.param == "organization" else None)


@pytest.fixture
def make_focus(box: Sandbox, scope: Scope, transport: Outbound) -> MakeFocus:
    def make(
        credentials: Credentials | None = None,
        where: Scope | None = None,
        deadline: float = 3.0,
        base: str | None = None,
    ) -> FocusClient:
        return FocusClient(
            base or box.api_url,
            credentials or BearerKey(box.shared_key),
            transport,
            scope=where or scope,
            consent_origins=frozenset({box.provider_url}),
            deadline=deadline,
            write_deadline=deadline,
        )

    return make


@pytest.fixture
def focus(make_focus: MakeFocus) -> FocusClient:
    """Alex Admin's client."""
    return make_focus()
