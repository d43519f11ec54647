"""What the operator's commands share: their options, their files, and how they fail."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from focusadmin.checks import usable_database
from focusadmin.config import ConfigurationError
from integrations import focus
from integrations.services.operators import OperatorError
from integrations.views.failures import failure

#: The exit code of what could not be done, and of what was (or has to be) done.
FAILED, APPLIED = 2, 1
#: The name that stands for standard input and output.
STANDARD = "-"


class OperatorCommand(BaseCommand):
    """A command that reads or writes Focus through a key: what goes wrong is exit code 2."""

    requires_system_checks = ()
    #: Whether a key has to be named; otherwise it is done with every one.
    names_key: ClassVar[bool] = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose key it is done with, and where."""
        parser.add_argument(
            "--key",
            required=self.names_key,
            metavar="WHOSE",
            help="shared, the e-mail address of its owner, or issuer:subject"
            + ("" if self.names_key else " (default: every key)"),
        )
        parser.add_argument(
            "--workspace", type=int, metavar="NUMBER", help="where there are several"
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """Let no crash look like a result: Python itself ends with 1."""
        try:
            super().run_from_argv(argv)
        except Exception:  # noqa: BLE001  # a bug: shown whole, with the code of a failure
            traceback.print_exc()
            sys.exit(FAILED)


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what can be foreseen into one sentence and the exit code of a failure."""
    try:
        with usable_database():
            yield
    except (OperatorError, ConfigurationError) as error:
        raise CommandError(str(error), returncode=FAILED) from error
    except OSError as error:
        why = " ".join(str(error).split())
        raise CommandError(f"The file cannot be used: {why}", returncode=FAILED) from error


def failed(error: focus.FocusError) -> CommandError:
    """Return the end of a command that Focus did not answer."""
    return CommandError(failure(error).words, returncode=FAILED)


def line(text: str) -> str:
    """Return a text as one printable line: names in it are somebody else's."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def read(path: str, most: int) -> bytes:
    """Return a file's bytes, or those of standard input: no more than one beyond ``most``."""
    if path == STANDARD:
        return sys.stdin.buffer.read(most + 1)
    with open(path, "rb") as file:
        return file.read(most + 1)


def write(path: str, text: str, stdout: Any) -> None:
    """Write a file as a whole, so that half of one is never there under its name; or print it."""
    if path == STANDARD:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        stdout.write(text, ending="")
        return
    partial = Path(f"{path}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
