"""``manage.py apply FILE --key WHOSE [--dry-run]``: give calendars the settings of a file.

Ends with 0 where there is nothing to do, 1 where something was done (or, with --dry-run, is to be
done), and 2 where anything went wrong.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import CommandError, CommandParser

from integrations.management import operating, settings_words
from integrations.management.operating import APPLIED, FAILED, OperatorCommand
from integrations.models import Source
from integrations.services import carrying_out, operators, plans, sheet_reading, sheet_wishes
from integrations.services.actors import Actor
from integrations.services.plans import Plan
from integrations.services.sheet_problems import Problems, SheetError

#: Characters of a reason, as the forms allow.
MAX_NOTE = 500
STOPPING = Event()


class Command(OperatorCommand):
    """Reads the file, asks Focus once, says what differs, and carries it out as a batch."""

    help = (
        "Give calendars the settings of FILE, as manage.py export writes it. Exit code: 0 nothing"
        " to do, 1 applied (with --dry-run: something to do), 2 failed. Ctrl-C finishes the request"
        " in hand and leaves the rest undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether and why it is done."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", help="- for standard input")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument("--note", default="", help="why, for the record")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; whatever prevents it is one sentence, and one for each problem of the file."""
        note = " ".join(options["note"].split())
        if len(note) > MAX_NOTE or not note.isprintable():
            why = f"--note: a line of at most {MAX_NOTE} characters, please."
            raise CommandError(why, returncode=FAILED)
        with operating.sentences():
            data = operating.read(options["file"], sheet_reading.MAX_BYTES)
            source = operators.source(options["key"], options["workspace"])
            by = operators.actor(note)
            plan = self._planned(data, source, by)
            if not plan.steps:
                self.stdout.write("Nothing to do.")
                return
            if options["dry_run"]:
                self.stdout.write("A dry run: nothing was changed.")
            else:
                self._apply(plan, source, by)
        sys.exit(APPLIED)

    def _planned(self, data: bytes, source: Source, by: Actor) -> Plan:
        """Return what the file comes to now, after saying it."""
        try:
            sheet_reading.read(data, Problems())  # what cannot be read at all costs no request
            error = operators.read(source, by=by)
            if error is not None:
                raise operating.failed(error)
            found = operators.calendars(source)
            wishes = sheet_wishes.read(data, found, source.workspace.workspace_id)
        except SheetError as error:
            rest = f"\n… and {error.more} more." if error.more else ""
            told = f"Nothing was changed, because of the file:\n{error}{rest}"
            raise CommandError(told, returncode=FAILED) from error
        plan = plans.make(wishes, sources=[source], person=None, role=None)
        for line in settings_words.plan(plan, listed=found.count()):
            self.stdout.write(line)
        for cost in plan.costs():
            for line in settings_words.cost(cost, len(plan.steps)):
                self.stdout.write(line)
        if plan.blocked:
            raise CommandError("Not all of it can be done, so nothing was.", returncode=FAILED)
        return plan

    def _apply(self, plan: Plan, source: Source, by: Actor) -> None:
        with _stopped_by_signals():
            batch = carrying_out.begin(plan, source, by=by)
            self.stdout.write(f"Begun: {batch.pk}.")
            for progress in carrying_out.carry_out(batch, by=by, stopping=STOPPING):
                self.stdout.write(settings_words.progress(progress))
                self.stdout.flush()
        undone = settings_words.not_done(batch)
        for line in undone:
            self.stdout.write(line)
        if undone:
            raise CommandError(
                f"{len(undone)} of {len(plan.steps)} changes were not done. Run this again to go"
                " on: what is done by then is not done twice.",
                returncode=FAILED,
            )


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP finish the request in hand and begin nothing more."""
    STOPPING.clear()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    STOPPING.set()
