#!/usr/bin/env python3
"""Run a management command; a configuration problem is a sentence, not a traceback."""

import os
import sys

from django.core.management import execute_from_command_line

from focusadmin.config import ConfigurationError
from integrations.management import demo

#: Commands whose exit codes mean something: 1 is no failure of theirs.
TELLING = {"apply": 2, "check_focus": 2, "export": 2, "list_broken": 2}


def main() -> None:
    """Run the command named on the command line."""
    if sys.argv[1:] and sys.argv[1] in demo.KINDS:
        demo.enter(demo.KINDS[sys.argv[1]])  # none of them needs a configuration
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusadmin.settings")
    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(TELLING.get("".join(sys.argv[1:2]), 1))


if __name__ == "__main__":
    main()
