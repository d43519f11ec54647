"""Find a Firefox for the test of the way to the provider and back, or get one.

Looks at ``FIREFOX=…``, then at the path; where none is found, installs one with apt (as root).
"""

import shutil

from tests.support.chromium import runs
from tests.support.programs import MissingProgramError, had, named

NAMES = ("firefox-esr", "firefox")
ADVICE = (
    "One test needs Firefox and none could be had. Install it (Debian: `apt-get install"
    " firefox-esr`), or name one: `make prove FIREFOX=/path/to/firefox`."
)


def installed() -> str | None:
    """Return the first Firefox on the path that runs."""
    found = filter(None, (shutil.which(name) for name in NAMES))
    return next((program for program in found if runs(program)), None)


def find() -> str:
    """Return the path of a Firefox that runs; raises MissingProgramError."""
    program = named("FIREFOX", runs, "a program that runs") or had(installed, "firefox-esr")
    if program is None:
        raise MissingProgramError(ADVICE)
    return program
