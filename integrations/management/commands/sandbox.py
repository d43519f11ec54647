"""``manage.py sandbox``: Toggl Focus and a calendar provider, pretended, on this machine."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.sandbox.alone import CannotStartError, add_arguments, run


class Command(BaseCommand):
    """Runs the sandbox in the foreground; needs neither a database nor a checked configuration."""

    help = "Run the sandbox of Toggl Focus alone, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sandbox's own options."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal arrives; raises CommandError with one sentence."""
        try:
            run(Namespace(**options), self._say)
        except CannotStartError as error:
            raise CommandError(f"The sandbox cannot start: {error}.") from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
