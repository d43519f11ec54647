"""One sandbox for all tests of it, as good as new for each."""

from collections.abc import Iterator

import pytest

from integrations.sandbox import Sandbox
from tests.support.plugin import PROVE

# Every operation of the description takes seconds to be made tests of.
collect_ignore = [] if PROVE else ["test_openapi.py"]


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    """A sandbox on two free ports."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def box(running: Sandbox) -> Sandbox:
    """The running sandbox, with its seeded world."""
    running.reset()
    return running
