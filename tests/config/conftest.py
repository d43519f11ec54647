"""Starts with changes to a good environment."""

import os
import runpy
from typing import Any

import pytest

from tests.check.sources import ROOT
from tests.config.starting import Start
from tests.support.environment import PRODUCTION


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Read the settings anew with changes to a good environment; None removes a variable."""

    def read(**changes: str | None) -> dict[str, Any]:
        for name in list(os.environ):
            if name.startswith("FOCUS") or name.removesuffix("_FILE") in PRODUCTION:
                monkeypatch.delenv(name)
        for name, value in (PRODUCTION | changes).items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "focusadmin/settings.py"))

    return read
