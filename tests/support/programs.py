"""Programs that tests need: named, found on this machine, or installed with apt."""

import os
import shutil
from collections.abc import Callable

from tests.support import apt


class MissingProgramError(Exception):
    """There is no such program and none can be installed; the message says what to do."""


def named(variable: str, fits: Callable[[str], bool], what: str) -> str | None:
    """Return the program that a variable of the environment names, None where it names none.

    Raises MissingProgramError where it is not ``what``.
    """
    given = os.environ.get(variable)
    if not given:
        return None
    program = shutil.which(given)
    if program is None or not fits(program):
        raise MissingProgramError(f"{variable}={given} is not {what}.")
    return program


def had(installed: Callable[[], str | None], package: str) -> str | None:
    """Return what is installed, or what is after installing a package; None where that fails."""
    program = installed()
    if program is None and apt.install(package):
        program = installed()
    return program
