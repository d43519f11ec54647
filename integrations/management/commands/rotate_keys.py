"""Move people's stored keys under the first of FOCUS_ENCRYPTION_KEYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from focusadmin.checks import usable_database
from integrations.services import rotation


class Command(BaseCommand):
    """``manage.py rotate_keys [--forget-unreadable]``."""

    help = (
        "Encrypt every stored key under the first of FOCUS_ENCRYPTION_KEYS. Restart everything"
        " with new,old first. It may be stopped and run again at any time, beside the server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do with keys that cannot be read."""
        parser.add_argument(
            "--forget-unreadable",
            action="store_true",
            help="empty the keys that cannot be decrypted; their owners enter them again",
        )

    def handle(self, *args: Any, forget_unreadable: bool, **options: Any) -> None:
        """Do it; exit code 1 while a key cannot be read."""
        if not settings.FOCUS_ENCRYPTION_KEYS:
            raise CommandError("FOCUS_ENCRYPTION_KEYS is not set.")
        with usable_database():
            if forget_unreadable:
                self.stdout.write(f"Forgotten: {rotation.forget_unreadable()}.")
            done = rotation.rotate()
        self.stdout.write(
            f"Re-encrypted: {done.moved}. Under the first key before: {done.already}."
        )
        if done.unreadable:
            raise CommandError(
                f"Cannot be decrypted with any of FOCUS_ENCRYPTION_KEYS: {done.unreadable}."
                " Keep every old key, add the one that is missing, and run this again;"
                " or run it with --forget-unreadable."
            )
        self.stdout.write(
            "Every stored key is under the first of FOCUS_ENCRYPTION_KEYS. Once each server and"
            " worker was restarted with this value, the others may be dropped from it."
        )
