"""What is wrong with a settings file: every problem with its line and column, told together."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

#: As many problems as are told; whoever has more has one cause for most of them.
MOST = 100
#: Characters of a cell that a problem repeats.
QUOTED = 40


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong; line 0 is the file as a whole, and no column is the whole line."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        if not self.line:
            return self.text
        where = {"line": self.line, "column": self.column, "text": self.text}
        if not self.column:
            return _("Line %(line)s: %(text)s") % where
        return _("Line %(line)s, column %(column)s: %(text)s") % where


class SheetError(Exception):
    """A file that nothing is taken from: ``problems`` are the first, ``more`` counts the others."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("\n".join(map(str, found[:MOST])))
        self.problems = found[:MOST]
        self.more = len(found) - len(self.problems)


@dataclass
class Problems:
    """Collects them while a file is being read."""

    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: str, text: str) -> None:
        """Note a problem and go on."""
        self.found.append(Problem(line, column, text))

    def check(self) -> None:
        """Raise SheetError where there was any, in the order of the lines."""
        if self.found:
            raise SheetError(sorted(self.found, key=lambda problem: problem.line))


def quoted(text: str) -> str:
    """Return a cell as a message repeats it: in one line, printable, and not all of a long one."""
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return shown if len(shown) <= QUOTED else f"{shown[: QUOTED - 1]}…"
