"""Starts with changes to a good environment."""

import os
import runpy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.check.sources import ROOT
from tests.config.starting import Start
from tests.support.environment import PRODUCTION

OURS = (
    "FOCUS",
    "JWT_",
    "HEADER_",
    "ROLE_",
    "PROXY_SECRET",
    "TRUSTED_PROXIES",
    "SIGN_OUT_URL",
    "EMAIL_",
)


@pytest.fixture
def start() -> Iterator[Start]:
    """Read the settings anew with changes to a good environment; None removes a variable."""
    before = dict(os.environ)

    def read(**changes: str | None) -> dict[str, Any]:
        os.environ.clear()
        for name, value in before.items():
            if not name.startswith(OURS) and name.removesuffix("_FILE") not in PRODUCTION:
                os.environ[name] = value
        environment = PRODUCTION | changes
        os.environ.update({name: value for name, value in environment.items() if value is not None})
        return runpy.run_path(str(ROOT / "focusadmin/settings.py"))

    yield read
    os.environ.clear()
    os.environ.update(before)
