"""Feeding pages with answers by the thousand: each is asked for over a real wire, and drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.conf import settings
from django.db import transaction
from django.test import Client

from integrations.models import KeyCheck, Source
from integrations.services import outage
from tests.hostile.talker import Talker, written
from tests.hostile.upstream import Asked
from tests.support.plugin import PROVE

#: Answers for each operation that reads, and the number of tests that share them.
ANSWERS, PARTS = (20_000 if PROVE else 25), 4
#: Of so many answers to one press the first goes through its page, and all through what is below:
#: a page takes three times as long, and shows little of such an answer.
DRAWN = 5
#: What a page may be: of itself, a step further, or a told failure.
PAGES = {200, 302, 404, 409, 502, 503}


def seeds(part: int) -> range:
    """Return the seeds of a part: in a quick run all of them in the one that is run."""
    return range(part, ANSWERS, PARTS) if PROVE else range(ANSWERS)


class Feeder:
    """Answers the requests of one operation with what is fed, one after the other, others with 204.

    When there is no more it says the last again.
    """

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self.food: list[bytes] = []
        self.eaten = 0
        self._last = b""
        self._guard = Lock()
        self._talker = Talker(self._reply)
        settings.FOCUS_API_URL = self._talker.url

    def close(self) -> None:
        """Listen no more."""
        self._talker.close()

    def _reply(self, asked: Asked) -> bytes:
        if asked.operation != self._operation:
            return written(b"", status=204)
        with self._guard:
            if self.food:
                self._last = self.food.pop()
                self.eaten += 1
            return written(self._last)


def chunks(found: range, size: int) -> Iterator[range]:
    """Yield so many seeds at a time."""
    for start in range(0, len(found), size):
        yield found[start : start + size]


@contextmanager
def undone(some: range) -> Iterator[None]:
    """Let nothing of the block stay in the database, and name the seeds where it fails."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    except Exception as error:
        error.add_note(f"seeds {some}")
        raise


def forget() -> None:
    """Begin as if nobody had been refused anything yet."""
    outage.here.forget()
    KeyCheck.objects.all().delete()


def age() -> None:
    """Let the next page ask."""
    outage.here.forget()
    Source.objects.update(last_good_at=None, last_error="", lease_until=None, pressed_at=None)


def look_at(client: Client, address: str) -> str:
    """Open a page that has to be one; returns what is on it."""
    answer = client.get(address)
    assert answer.status_code in PAGES, answer.status_code
    html = answer.content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    return html
