"""What ended processes have counted, in one file of each kind instead of one for each process.

Prometheus' library leaves two files for every process: those of a command that cron runs would pile
up until the next start of gunicorn, which removes what is there of the dead.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from prometheus_client.mmap_dict import MmapedDict

#: What the library keeps counts in; it says nothing of its types.
File: Any = MmapedDict
#: Stands in a file's name where otherwise the number of a process does.
ENDED = "ended"
#: What is added up over processes.
KINDS = ("counter", "histogram")


def at_the_end() -> None:
    """Have this process fold what it has counted when it ends, if its counts are kept in files."""
    if settings.PROMETHEUS_MULTIPROC_DIR:
        atexit.register(fold, Path(settings.PROMETHEUS_MULTIPROC_DIR))


def fold(folder: Path) -> None:
    """Add what this process has counted to what ended ones have; it must count no more.

    Where another user's files are in the way, its own stay.
    """
    with suppress(OSError), alone(folder):
        for kind in KINDS:
            for own in folder.glob(f"{kind}_{os.getpid()}.db"):
                _add(own, folder / f"{kind}_{ENDED}.db")
                own.unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold off whoever folds or adds up, so that nothing is counted twice or missed."""
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _add(own: Path, ended: Path) -> None:
    total = File(str(ended))
    try:
        for key, value, *_ in File.read_all_values_from_file(str(own)):
            total.write_value(key, total.read_value(key)[0] + value, 0.0)
    finally:
        total.close()
