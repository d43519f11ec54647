"""Find a Firefox for the test of the way to the provider and back, or get one.

Looks at ``FIREFOX=…``, then at the path; where none is found, installs one with apt (as root).
"""

import os
import shutil

from tests.support import apt
from tests.support.chromium import runs

NAMES = ("firefox-esr", "firefox")
ADVICE = (
    "One test needs Firefox and none could be had. Install it (Debian: `apt-get install"
    " firefox-esr`), or name one: `make prove FIREFOX=/path/to/firefox`."
)


class NoFirefoxError(Exception):
    """There is no Firefox and none can be installed; the message says what to do."""


def installed() -> str | None:
    """Return the first Firefox on the path that runs."""
    found = filter(None, (shutil.which(name) for name in NAMES))
    return next((program for program in found if runs(program)), None)


def find() -> str:
    """Return the path of a Firefox that runs; raises NoFirefoxError."""
    if named := os.environ.get("FIREFOX"):
        program = shutil.which(named)
        if program is None or not runs(program):
            raise NoFirefoxError(f"FIREFOX={named} is not a program that runs.")
        return program
    program = installed()
    if program is None and apt.install("firefox-esr"):
        program = installed()
    if program is None:
        raise NoFirefoxError(ADVICE)
    return program
