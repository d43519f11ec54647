from collections.abc import Iterator

import pytest

from tests.outbound.rawserver import RawServer


@pytest.fixture
def server() -> Iterator[RawServer]:
    server = RawServer()
    yield server
    server.close()


@pytest.fixture
def tls_server() -> Iterator[RawServer]:
    server = RawServer(tls=True)
    yield server
    server.close()
