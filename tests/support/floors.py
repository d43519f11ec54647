"""Hold the measured coverage against its floors: ``python -m tests.support.floors FILE``.

A floor is for lines and for branches, each on its own, so that many lines hide no missing branch.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Folder: percent.
FLOORS = {"integrations/": 95.0, "integrations/focus/": 100.0, "integrations/services/": 100.0}


def percent(covered: int, of: int) -> float:
    """Return a share in percent; nothing to cover is covered."""
    return 100.0 * covered / of if of else 100.0


def shares(summaries: list[Mapping[str, int]]) -> tuple[float, float]:
    """Return the percent of lines and of branches that ran."""

    def total(name: str) -> int:
        return sum(summary[name] for summary in summaries)

    lines = percent(total("covered_lines"), total("num_statements"))
    return lines, percent(total("covered_branches"), total("num_branches"))


def ranges(numbers: list[int]) -> list[str]:
    """Return consecutive numbers as ``first-last``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}-{run[-1]}" if run[1:] else str(run[0]) for run in runs]


def gaps(name: str, file: Mapping[str, Any]) -> str | None:
    """Return what never ran in one file, or None: lines, and branches out of lines that did run."""
    lines = file["missing_lines"]
    jumps = [f"{start}→{end}" for start, end in file["missing_branches"] if start not in lines]
    return f"  {name}: {', '.join(ranges(lines) + jumps)}" if lines or jumps else None


def complaints(report: Mapping[str, Any], floors: Mapping[str, float]) -> list[str]:
    """Return a paragraph for every folder that is below its floor."""
    found = []
    for folder, floor in floors.items():
        files = {name: file for name, file in report["files"].items() if name.startswith(folder)}
        lines, branches = shares([file["summary"] for file in files.values()])
        print(f"{folder:<24} lines {lines:6.2f} %  branches {branches:6.2f} %  (floor {floor:g} %)")
        if not files or min(lines, branches) < floor:
            missing = list(filter(None, (gaps(name, file) for name, file in files.items())))
            found.append("\n".join([f"{folder} is below {floor:g} %; never ran:", *missing]))
    return found


if __name__ == "__main__":
    sys.exit("\n".join(complaints(json.loads(Path(sys.argv[1]).read_text()), FLOORS)) or None)
