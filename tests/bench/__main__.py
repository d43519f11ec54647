"""``python -m tests.bench [--quick] [--json FILE] [NAME …]``: measure, and print a table."""

import argparse
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.bench.reporting import exit_code, report
from tests.support import environment


def main() -> int:
    """Measure, and return 1 where a goal was missed."""
    with tempfile.TemporaryDirectory(prefix="focusadmin-bench-") as folder:
        load(Path(folder))
        from tests.bench.served import SERVED
        from tests.bench.works import WORKS

        works = {work.__name__: work for work in (*WORKS, *SERVED)}
        given = arguments(sys.argv[1:], works)
        prepare()
        chosen = [work for name, work in works.items() if name in (given.names or works)]
        return exit_code(report(chosen, 3 if given.quick else 15, into=given.json))


def arguments(words: Sequence[str], works: Collection[str]) -> argparse.Namespace:
    """Return what was asked for; the name of a work that does not exist ends the program."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the lines as JSON too")
    known = ", ".join(works)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of these works alone: {known}")
    given = parser.parse_args(words)
    for name in given.names:
        if name not in works:
            parser.error(f"there is no work {name!r}, but {known}")
    return given


def load(folder: Path) -> None:
    """Load Django on a database in ``folder``."""
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

    django.setup()


def prepare() -> None:
    """Make the database, empty, and collect the static files."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
