"""Find an nginx for the deployment tests, or get one; prints its path.

Looks at ``NGINX=…``, then at the path and where Debian puts it; where none is found, installs one
with apt (as root).
"""

import shutil
import subprocess
import sys

from tests.support.programs import MissingProgramError, had, named

#: Debian's place, which is not on everybody's path.
DEBIAN = "/usr/sbin/nginx"
ADVICE = (
    "The deployment tests need nginx with auth_request and none could be had. Install it (Debian"
    " and Ubuntu: `apt-get install nginx-light`), or name one: `make test NGINX=/path/to/nginx`."
)


def runs(program: str) -> bool:
    """Say whether ``program`` is an nginx that can ask another server who is there."""
    try:
        asked = subprocess.run([program, "-V"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and "http_auth_request_module" in asked.stderr


def installed() -> str | None:
    """Return the nginx of this machine, if there is one that will do."""
    found = filter(None, (shutil.which("nginx"), shutil.which(DEBIAN)))
    return next((program for program in found if runs(program)), None)


def find() -> str:
    """Return the path of an nginx that runs; raises MissingProgramError."""
    what = "an nginx that runs and has auth_request"
    program = named("NGINX", runs, what) or had(installed, "nginx-light")
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
