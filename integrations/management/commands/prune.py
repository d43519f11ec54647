"""``manage.py prune``: deletes of the record what is older than RECORD_DAYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate

from focusadmin.checks import usable_database
from integrations import tasks
from integrations.services import operators, pruning

WORDS = {
    "changes": "changes that ended before {day}",
    "attempts": "trips to a calendar provider that ended 30 days ago, or belong to them",
    "batches": "bulk edits of which no change is left",
    "drafts": "selections older than 30 days",
    "snapshots": "settings kept before {day}",
    "recolourings": "colours that refreshes changed before {day}",
    "uses": "days on which somebody read through another person's key, before {day}",
    "beats": "workers that have not been there for a day",
    "sessions": "sessions that are over",
    "accounts": "accounts gone for 90 days, of which no change is left",
    "calendars": "calendars gone for 90 days, or of these accounts",
    "told": "notes of what mail has said of accounts that are no longer known",
    "dismissals": "dismissed lines of the overview that are no more, or say something else",
    "results": "task results older than 14 days",
    "left_behind": "tasks that a worker was killed in more than 14 days ago",
}
TASKS = {"results": tasks.old_results, "left_behind": tasks.left_behind}


class Command(BaseCommand):
    """``manage.py prune [--dry-run]``."""

    help = (
        f"Delete what ended more than RECORD_DAYS ({settings.RECORD_DAYS}) days ago, and what"
        " nobody needs any more. Nothing else ever deletes of the record. It may be stopped and"
        " run again at any time, beside the server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether anything is deleted at all."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Delete, or count, and say what."""
        day = localdate(pruning.ended_before())
        with usable_database():
            pruned = pruning.count() if dry_run else pruning.prune(by=operators.actor())
            results = {
                name: too_old().count() if dry_run else pruning.in_pieces(too_old)
                for name, too_old in TASKS.items()
            }
        self.stdout.write("Would be deleted:" if dry_run else "Deleted:")
        for name, number in {**vars(pruned), **results}.items():
            self.stdout.write(f"{number:>8} {WORDS[name].format(day=day)}")
