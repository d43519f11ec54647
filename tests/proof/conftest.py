"""A large sandbox of its own, whose calendars are all mirrored, and processes in front of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from integrations.models import Source, Workspace
from integrations.sandbox import Sandbox
from integrations.services import keys, mirror
from tests.conftest import WORKSPACE
from tests.proof.processes import Crew, crew
from tests.support.plugin import PROVE

#: Accounts of the shared key, and calendars in each of them.
SIZE = (20, 10) if PROVE else (8, 5)


@pytest.fixture
def box(settings: LazySettings) -> Iterator[Sandbox]:
    """A sandbox of as many calendars as are to be changed, a little slow, without a quota."""
    with Sandbox(accounts=SIZE[0], calendars=SIZE[1], latency=0.03) as box:
        box.switches.quota = 1_000_000
        settings.FOCUS_API_URL = box.api_url
        settings.FOCUS_API_KEY = box.shared_key
        settings.FOCUS_CONSENT_ORIGINS = frozenset({box.provider_url})
        yield box


@pytest.fixture
def everything(box: Sandbox, db: Any) -> Source:
    """The shared key in the first workspace, just read."""
    source = keys.source(keys.shared(), Workspace.objects.get(workspace_id=WORKSPACE))
    mirror.read(source)
    return source


@pytest.fixture
def staff(box: Sandbox, tmp_path: Path, db: Any) -> Iterator[Crew]:
    """Nobody yet; whoever is started ends with the test."""
    with crew(box, tmp_path) as found:
        yield found
