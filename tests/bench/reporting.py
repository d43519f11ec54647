"""What is told of the lines: a table, JSON, and an exit code."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from tests.bench.measuring import Line

#: What the words in the table mean.
MEANINGS = """\
warm: drawn before for whoever asks, and no row has changed since
first look: an order of the list that nobody has asked for yet, of rows that were drawn before
all changed: no row is as it was when it was drawn
"""


def report(
    works: Iterable[Callable[[int], Iterable[Line]]], rounds: int, *, into: Path | None
) -> list[Line]:
    """Do the works and print a line for each thing measured; returns the lines.

    They are written ``into`` a file as JSON, those that there are where a work breaks.
    """
    print(MEANINGS)  # noqa: T201  # the table is what it is for
    lines: list[Line] = []
    try:
        for work in works:
            for line in work(rounds):
                lines.append(line)
                print(table_row(line), flush=True)  # noqa: T201
    finally:
        if into:
            into.write_text(as_json(lines))
    return lines


def table_row(line: Line) -> str:
    """Return a line of the table: work, ratio, goal, verdict, and what the ratio is made of."""
    goal = "" if line.goal is None else f"({'≥' if line.at_least else '≤'} {line.goal:g})"
    verdict = {True: "met", False: "NOT MET", None: "no goal"}[line.is_met]
    return f"{line.work:<52} {line.ratio:6.2f} {line.unit:<2} {goal:<8} {verdict:<8} {line.detail}"


def as_json(lines: Iterable[Line]) -> str:
    """Return the lines as JSON, each with its verdict."""
    return json.dumps([asdict(line) | {"met": line.is_met} for line in lines], indent=2)


def exit_code(lines: Iterable[Line]) -> int:
    """Return 1 where a goal was missed, else 0."""
    return int(any(line.is_met is False for line in lines))
