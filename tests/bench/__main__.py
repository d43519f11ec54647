"""``python -m tests.bench [--quick] [--json FILE] [NAME …]``: measure, and print a table."""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench.measuring import Line
from tests.support import environment

#: What the words in the table mean.
MEANINGS = """\
warm: drawn before for whoever asks, and no row has changed since
first look: an order of the list that nobody has asked for yet, of rows that were drawn before
all changed: no row is as it was when it was drawn
"""


def main() -> int:
    """Return how many goals were not met."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the lines as JSON too")
    parser.add_argument("names", nargs="*", help="of these works alone")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="focusadmin-bench-") as folder:
        prepare(Path(folder))
        from tests.bench.served import SERVED
        from tests.bench.works import WORKS

        print(MEANINGS)  # noqa: T201  # the table is what it is for
        lines = []
        for work in (*WORKS, *SERVED):
            if given.names and work.__name__ not in given.names:
                continue
            for line in work(3 if given.quick else 15):
                lines.append(line)
                print(table_row(line), flush=True)  # noqa: T201
    if given.json:
        found = [asdict(line) | {"met": line.is_met} for line in lines]
        given.json.write_text(json.dumps(found, indent=2))
    return sum(line.is_met is False for line in lines)


def table_row(line: Line) -> str:
    """Return a line of the table: work, ratio, goal, verdict, and what the ratio is made of."""
    goal = "" if line.goal is None else f"({'≥' if line.at_least else '≤'} {line.goal:g})"
    verdict = {True: "met", False: "NOT MET", None: "no goal"}[line.is_met]
    return f"{line.work:<52} {line.ratio:6.2f} {line.unit:<2} {goal:<8} {verdict:<8} {line.detail}"


def prepare(folder: Path) -> None:
    """Load Django on an empty database in ``folder``."""
    environment.use(
        environment.TESTS
        | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
            "LOG_LEVEL": "ERROR",
        }
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(min(main(), 100) and 1)
