"""``manage.py migrate``: Django's own, by one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connection

#: Which lock of PostgreSQL: any number that nothing else uses.
LOCK = 0x666F6375


class Command(migrate.Command):
    """Whoever comes second waits, and then finds nothing left to do.

    Machines and containers that start together all migrate; Django alone would let them collide.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate while nobody else does."""
        with _alone():
            super().handle(*args, **options)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the database's lock; it goes with the process, however that ends.

    Raises django.db.OperationalError where the database cannot be used.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    else:
        connection.ensure_connection()  # what is wrong with the database itself is said first
        try:
            file = open(f"{connection.settings_dict['NAME']}.migrating", "w")  # noqa: SIM115
        except OSError as error:
            raise OperationalError(str(error)) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
