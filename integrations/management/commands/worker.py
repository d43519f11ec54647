"""``manage.py worker``: carries out bulk edits, beside the application and on as many machines."""

import logging
import signal
from threading import Thread
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from focusadmin.checks import refuse_to_start
from integrations import tasks
from integrations.management.mailing import PATIENCE, Mailing
from integrations.services import workers

logger = logging.getLogger(__name__)

#: Seconds between two looks for work.
INTERVAL = 0.5


class Command(BaseCommand):
    """A thin loop around the stock worker of django-tasks-db, and the mail beside it."""

    help = "Work on bulk edits until a signal arrives; then finish the request in hand."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Say that we are there, take up what others have dropped, and work on what is due."""
        refuse_to_start()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _stop)
        logger.info("worker %s: here", tasks.NAME)
        mailing = Mailing(tasks.STOPPING)
        mailing.start()
        while not tasks.STOPPING.is_set():
            close_old_connections()
            workers.beat(tasks.NAME)
            tasks.take_up()
            if not tasks.run_next():
                tasks.STOPPING.wait(INTERVAL)
        mailing.join(PATIENCE)
        workers.leave(tasks.NAME)
        logger.info("worker %s: has ended", tasks.NAME)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # By another thread: this one may hold the lock of the event at this moment, in its ``wait``.
    Thread(target=tasks.STOPPING.set, name="stopping").start()
