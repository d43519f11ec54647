"""Whether this machine can serve pages, as probes ask it; Focus is never asked.

A database that is away or silent is found out within seconds, on a connection of its own: the ones
that pages keep open would wait for a machine that is gone for as long as the network does.
"""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import Error, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from focusadmin.checks import is_migrated
from integrations.services import workers

logger = logging.getLogger(__name__)

#: The name of the connection that is made for one answer.
PROBE = "probe"
#: Seconds to connect, and again for each query.
PATIENCE = 2

DATABASE = "database: it cannot be used; the log says why"
MIGRATIONS = "migrations: the database is not up to date; run manage.py migrate"
WORKER = "worker: none is there, so bulk edits wait; start manage.py worker"

#: By vendor, what makes a connection give up soon and take no lock, and its first statement.
_LIMITS: dict[str, tuple[dict[str, Any], str]] = {
    "postgresql": (
        {"connect_timeout": PATIENCE, "tcp_user_timeout": PATIENCE * 1000},
        f"SET LOCAL statement_timeout = '{PATIENCE}s'",
    ),
    "sqlite": ({"timeout": PATIENCE, "transaction_mode": "DEFERRED"}, "PRAGMA query_only = 1"),
}
#: The applied migrations that were last found complete: working that out reads many files.
_complete: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True)
class Readiness:
    """What is wrong, in lines that hold no secret and no address."""

    #: Why no page can be served from here.
    problems: tuple[str, ...] = ()
    #: What is wrong elsewhere, while pages are served as ever.
    notes: tuple[str, ...] = ()


def look() -> Readiness:
    """Ask the database whether it is there and up to date, and when a worker last was."""
    try:
        with _probe() as probe:
            if not _is_up_to_date(probe):
                return Readiness(problems=(MIGRATIONS,))
            return Readiness(notes=() if workers.any_alive(PROBE) else (WORKER,))
    except Error as error:
        logger.warning("not ready: %s", " ".join(str(error).split()))
        return Readiness(problems=(DATABASE,))


@contextmanager
def _probe() -> Iterator[BaseDatabaseWrapper]:
    """Give a new connection to the database that gives up soon; raises django.db.Error."""
    probe = connection.copy(PROBE)
    options, first = _LIMITS[probe.vendor]
    probe.settings_dict["OPTIONS"].update(options)
    connections[PROBE] = probe
    try:
        with closing(probe), transaction.atomic(PROBE), probe.cursor() as cursor:
            cursor.execute(first)
            yield probe
    finally:
        del connections[PROBE]


def _is_up_to_date(probe: BaseDatabaseWrapper) -> bool:
    global _complete  # of this process
    applied = frozenset(MigrationRecorder(probe).applied_migrations())
    if applied != _complete:
        if not is_migrated(probe):
            return False
        _complete = applied
    return True
