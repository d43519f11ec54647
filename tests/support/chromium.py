"""Find a Chromium for the browser tests, or get one; prints its path.

Looks at ``CHROMIUM=…``, then at the path, then at Playwright's own download; where none is found,
installs one with apt (as root) or lets Playwright download one.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.programs import MissingProgramError, had, named

NAMES = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
ADVICE = (
    "The browser tests need Chromium and none could be had. Install it (Debian and Ubuntu:"
    " `apt-get install chromium`), or name one: `make test CHROMIUM=/path/to/chrome`."
)


def runs(program: str) -> bool:
    """Say whether ``program`` answers when asked for its version."""
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def on_path() -> str | None:
    """Return the first Chromium on the path that runs."""
    found = filter(None, (shutil.which(name) for name in NAMES))
    return next((program for program in found if runs(program)), None)


def playwrights() -> str | None:
    """Return the path of the Chromium that Playwright downloaded, if it is there and runs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = playwright.chromium.executable_path
    return program if Path(program).exists() and runs(program) else None


def download() -> str | None:
    """Let Playwright download its Chromium and return the path, or None."""
    print("Downloading Chromium with Playwright …", file=sys.stderr)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, stdout=sys.stderr)
    return playwrights()


def find() -> str:
    """Return the path of a Chromium that runs; raises MissingProgramError."""
    program = (
        named("CHROMIUM", runs, "a program that runs")
        or on_path()
        or playwrights()
        or had(on_path, "chromium")
        or download()
    )
    if program is None:
        raise MissingProgramError(ADVICE)
    return program


def main() -> None:
    """Print the path, or end with one sentence."""
    try:
        print(find())
    except MissingProgramError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
