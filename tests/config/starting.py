"""How the tests of the configuration start the product."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests.check.sources import ROOT
from tests.support.environment import PRODUCTION

Start = Callable[..., dict[str, Any]]


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, as an operator would."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**PRODUCTION, "PATH": os.environ["PATH"], **changes},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
