"""Which operation meets which fault: all of them with the full counts, a few in a quick run.

On PostgreSQL it is a few with the full counts as well.
"""

from collections.abc import Iterable
from zlib import crc32

from django.db import connection

from tests.hostile.answers import FAULTS
from tests.hostile.judging import UNANSWERED, Judge, expected
from tests.hostile.operations import Operation
from tests.hostile.upstream import Fault, Says
from tests.support.plugin import PROVE

#: So many tests share the cases of a file, and one of them is run in a quick run.
PARTS = 8
#: How many cases it looks at then, and how many of those may last for a second.
QUICK, SLOW = 8, 1

Case = tuple[Operation, Fault, bool]


def of(operations: Iterable[Operation], part: int) -> list[Case]:
    """Return a part of the cases, spread by a hash: the same in every run."""
    found = [case for operation in operations for case in _of(operation)]
    found.sort(key=lambda case: crc32(f"{case[0]} {case[1]} {case[2]}".encode()))
    found = found[part::PARTS]
    if PROVE and connection.vendor == "sqlite":  # what is drawn does not depend on the database
        return found
    named = [case for case in found if case[1].says is not Says.STATUS]
    slow = [case for case in named if case[1].is_slow]
    quick = [case for case in found if not case[1].is_slow]
    return slow[:SLOW] + quick[: QUICK - SLOW]


def _of(operation: Operation) -> Iterable[Case]:
    """Yield the cases of an operation; a write that nobody answers may have been done, or not.

    Of the statuses, which are many, every other one was done.
    """
    for fault in FAULTS:
        may_be_lost = expected(fault, operation) in UNANSWERED
        if not may_be_lost or operation.kind not in ("write", "refresh"):
            yield operation, fault, True
        elif fault.says is Says.STATUS:
            yield operation, fault, fault.status % 2 == 1
        else:
            yield operation, fault, True
            yield operation, fault, False


def check(judge: Judge, cases: Iterable[Case]) -> None:
    """Let operations meet faults, and fail with all that was wrong."""
    found = [problem for case in cases for problem in judge.problems(*case)]
    assert not found, "\n".join(found)
