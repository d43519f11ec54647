"""Reading the environment: every variable once, and every problem in one message."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
PREFIXES = ("FOCUS", "FOKUS")


class ConfigurationError(ImproperlyConfigured):
    """The environment cannot be used; the message names each variable, its fault, an example."""


@dataclass
class Reader:
    """Reads variables one by one and collects every problem, so that one start names them all."""

    environment: Mapping[str, str]
    known: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """Return the variable's text as it is, without the blanks around it.

        It comes from ``NAME_FILE`` where that is set; a file that cannot be read is a problem.
        """
        self.known |= {name, f"{name}_FILE"}
        try:
            return self.environment.get(name, default).strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}_FILE cannot be read: {error}.")
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


def misspelt(environment: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Return a sentence for each variable with our prefix that nothing reads."""
    names = sorted(known)
    sentences = []
    for name in sorted(environment):
        if name.startswith(PREFIXES) and name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            sentences.append(f"{name} is set, but nothing reads it.{hint}")
    return sentences
