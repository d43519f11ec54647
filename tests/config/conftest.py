"""Starts with changes to a good environment."""

import os
import runpy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.check.sources import ROOT
from tests.config.starting import Start
from tests.support.environment import PRODUCTION


@pytest.fixture
def start() -> Iterator[Start]:
    """Read the settings anew with changes to a good environment; None removes a variable."""
    before = dict(os.environ)

    def read(**changes: str | None) -> dict[str, Any]:
        for name in list(os.environ):
            if name.startswith("FOCUS") or name.removesuffix("_FILE") in PRODUCTION:
                del os.environ[name]
        environment = PRODUCTION | changes
        os.environ.update({name: value for name, value in environment.items() if value is not None})
        return runpy.run_path(str(ROOT / "focusadmin/settings.py"))

    yield read
    os.environ.clear()
    os.environ.update(before)
