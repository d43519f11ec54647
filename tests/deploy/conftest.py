"""nginx with the documented configuration, what it asks, and what it stands before."""

from collections.abc import Iterator

import pytest

from tests.deploy.front import Front, nginx_before
from tests.deploy.gatekeeper import RENEWED, Gatekeeper, gatekeeper
from tests.deploy.served import gunicorn

#: What oauth2-proxy says of somebody who is signed in.
ALEX = {
    "Authorization": "Bearer alex.id.token",
    "X-Auth-Request-User": "alex",
    "X-Auth-Request-Email": "alex@example.com",
    "X-Auth-Request-Preferred-Username": "Alex",
    "X-Auth-Request-Groups": "staff,calendar-managers",
}


@pytest.fixture(scope="session")
def keeper() -> Iterator[Gatekeeper]:
    """A stand-in for oauth2-proxy that knows Alex, and one session that it renews."""
    with gatekeeper() as keeper:
        keeper.sessions |= {"alex": ALEX, RENEWED: ALEX, "silent": {}}
        yield keeper


@pytest.fixture(scope="session", params=["signed", "headers"])
def echo(
    request: pytest.FixtureRequest, keeper: Gatekeeper, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """nginx before an application that tells what reached it."""
    folder = tmp_path_factory.mktemp(f"echo-{request.param}")
    with (
        gunicorn("tests.deploy.echo:application", folder) as socket,
        nginx_before(socket, keeper.address, request.param, folder) as front,
    ):
        yield front


@pytest.fixture
def request_kind(request: pytest.FixtureRequest) -> str:
    """``signed`` or ``headers``: in which way nginx names people to ``echo``."""
    kind: str = request.node.callspec.params["echo"]
    return kind
