"""Reading the environment: every variable once, and every problem in one message."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
PREFIXES = ("FOCUS", "FOKUS")
#: A line of .env; its value may hold anything that the environment can.
ASSIGNMENT = re.compile(r"(?:export )?(?P<name>[A-Za-z_0-9]+)=[^\0]*")
#: Kubernetes sets these for each service in a pod's namespace, such as one called focusadmin.
SERVICE_LINK = re.compile(
    r"\w+_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)


class ConfigurationError(ImproperlyConfigured):
    """The environment cannot be used; the message names each variable, its fault, an example."""


@dataclass
class Reader:
    """Reads variables one by one and collects every problem, so that one start names them all."""

    environment: Mapping[str, str]
    known: set[str] = field(default_factory=set)
    from_file: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def load(self, path: Path) -> None:
        """Add a .env file's variables to the environment, whose own win; no problem repeats any."""
        try:
            lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"FOCUSADMIN_ENV_FILE: {path} cannot be read: {error}.")
            return
        assignments = []
        for number, line in enumerate(lines, start=1):
            if found := ASSIGNMENT.fullmatch(line):
                assignments.append(line)
                self.from_file.add(found["name"])
            elif line and not line.startswith("#"):
                self.problems.append(f"{path}, line {number}: it is not NAME=value.")
        environ.Env.read_env(StringIO("\n".join(assignments)))

    def text(self, name: str, default: str = "") -> str:
        """Return the variable's text as it is, without the blanks around it.

        It comes from ``NAME_FILE`` where that is set; what cannot be read is a problem.
        """
        self.known |= {name, f"{name}_FILE"}
        try:
            text = self.environment.get(name, default).strip()
            text.encode()
        except UnicodeEncodeError:  # the environment may hold any bytes
            self.problems.append(f"{name}: it is not UTF-8.")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}_FILE cannot be read: {error}.")
        else:
            return text
        return default

    def parse(self, name: str, parser: Callable[[str], T], example: str, default: str = "") -> T:
        """Return the parsed variable; a problem is noted and ends the start in ``finish``."""
        text = self.text(name, default)
        try:
            if not text:
                raise ValueError("it is missing")
            return parser(text)
        except ValueError as error:
            self.problems.append(f"{name}: {error}. Example: {name}={example}")
            return None  # type: ignore[return-value]  # finish() raises before anyone sees it

    def optional(self, name: str, parser: Callable[[str], T], example: str) -> T | None:
        """Return the parsed variable, or None where it is not set."""
        return self.parse(name, parser, example) if self.text(name) else None

    def note(self, *problems: str | None) -> None:
        """Add the problems that are more than one variable's."""
        self.problems += [problem for problem in problems if problem]

    def finish(self) -> None:
        """Raise ConfigurationError with every problem that was found."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise ConfigurationError(
                f"Focusadmin cannot start, because its configuration is not complete:\n{lines}\n"
                "Every variable is explained in .env.example."
            )


def misspelt(environment: Iterable[str], from_file: set[str], known: Iterable[str]) -> list[str]:
    """Return a sentence for each variable that nothing reads though it looks like ours.

    Ours are those with our prefix, and those of .env that are almost one of ours: other programs
    have variables in the environment, and a few, such as gunicorn, may have some in .env.
    """
    names = sorted(known)
    sentences = []
    for name in sorted(set(environment) - set(names)):
        ours = name.startswith(PREFIXES) and not SERVICE_LINK.fullmatch(name)
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.6 if ours else 0.8)
        if ours or (name in from_file and close):
            hint = f" Did you mean {close[0]}?" if close else ""
            sentences.append(f"{name} is set, but nothing reads it.{hint}")
    return sentences
