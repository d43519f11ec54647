"""``manage.py export --key WHOSE [--workspace NUMBER] [FILE]``: the settings file, as it is now."""

from typing import Any

from django.core.management.base import CommandParser

from integrations.management import operating
from integrations.management.operating import STANDARD, OperatorCommand
from integrations.services import operators, sheets


class Command(OperatorCommand):
    """Asks Focus once and writes what it answered; what there was before stays if it fails."""

    help = "Write the settings of every calendar that a key sees in a workspace to FILE, as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, too."""
        super().add_arguments(parser)
        parser.add_argument(
            "file", nargs="?", default=STANDARD, metavar="FILE", help="default: standard output"
        )

    def handle(
        self, *args: Any, key: str, workspace: int | None, file: str, **options: Any
    ) -> None:
        """Do it; what cannot be done is one sentence and exit code 2."""
        with operating.sentences():
            source = operators.source(key, workspace)
            error = operators.read(source, by=operators.actor())
            if error is not None:
                raise operating.failed(error)
            found = operators.calendars(source)
            operating.write(file, "".join(sheets.lines(found)), self.stdout)
            if file != STANDARD:
                self.stdout.write(f"Done: {found.count()} calendars in {file}.")
