"""The worker's part in the mail: it tells what others saw, and tries again what was not sent."""

import logging
from threading import Event, Thread

from django.db import close_old_connections, connection

from integrations.management import mail_words
from integrations.services import broken, mailing, operators, telling

logger = logging.getLogger(__name__)

#: Seconds between two looks at the rows; Focus is never asked.
INTERVAL = 60
#: Seconds for which the end of a worker waits for a mail that is under way.
PATIENCE = 15


class Mailing(Thread):
    """Looks once a minute beside the worker: a mail server that is silent holds no edit up."""

    def __init__(self, stopping: Event) -> None:
        super().__init__(name="mailing", daemon=True)
        self._stopping = stopping

    def run(self) -> None:
        """Tell and send until the worker is asked to end."""
        while mailing.is_on():
            try:
                close_old_connections()
                look()
            except Exception:
                logger.exception("mail: the look failed, and is done again in %d s", INTERVAL)
            if self._stopping.wait(INTERVAL):
                break
        connection.close()


def look() -> None:
    """Leave a mail about what changed of the accounts as they were last seen, and send."""
    found = broken.shown(operators.keys_called(None))
    among = operators.workspaces_numbered(None)
    report = broken.report(found, among, by=operators.actor(), ask=False)
    telling.tell(report, mail_words.words)
    mailing.send_waiting()
