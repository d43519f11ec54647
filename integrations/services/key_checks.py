"""Guessing a password through the entry of one's own key is slow: checks that fail are counted.

Whoever enters an e-mail address and a password learns whether they fit. So nobody gets more than
LIMIT failures an hour, whatever they enter, and no e-mail address does, whoever tries.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from focusadmin.identity.models import User, local_subject
from integrations import focus
from integrations.models import KeyCheck
from integrations.services.vault import Secret

LIMIT = 10
PERIOD = timedelta(hours=1)


class TooManyChecksError(Exception):
    """Too many checks failed, by this person or of this e-mail address; nothing was checked.

    ``minutes`` says after how many the next one is possible.
    """

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


@contextmanager
def counted(person: User, secret: Secret) -> Iterator[None]:
    """Count a check as failed, unless the block ends well or Focus could not be asked.

    It counts from its beginning, so that many at once are no more than one after the other.
    Raises TooManyChecksError before the block.
    """
    check = _begun(person, secret)
    try:
        yield
    except focus.UnavailableError:
        check.delete()
        raise
    check.delete()


def failed(person: User) -> int:
    """Return how many checks of a person are still counted."""
    return KeyCheck.objects.filter(person=person, at__gt=timezone.now() - PERIOD).count()


def _begun(person: User, secret: Secret) -> KeyCheck:
    now = timezone.now()
    KeyCheck.objects.filter(at__lte=now - PERIOD).delete()
    check = KeyCheck.objects.create(person=person, login=_login(secret), at=now)
    same = [Q(person=person)] + ([Q(login=check.login)] if check.login else [])
    lifts = [lift for counts in same if (lift := _lifts_at(counts, check))]
    if lifts:
        check.delete()
        raise TooManyChecksError(max(1, ceil((max(lifts) - now) / timedelta(minutes=1))))
    return check


def _lifts_at(counts: Q, check: KeyCheck) -> datetime | None:
    """Return when there is room for one more than were begun before; None where there is."""
    others = KeyCheck.objects.filter(counts, at__gt=check.at - PERIOD).exclude(pk=check.pk)
    newest = list(others.order_by("-at").values_list("at", flat=True)[:LIMIT])
    return newest[-1] + PERIOD if len(newest) == LIMIT else None


def _login(secret: Secret) -> str:
    """Return the name under which an e-mail address is counted; a key cannot be guessed."""
    if not secret.email:
        return ""
    keyed = hmac.new(settings.SECRET_KEY.encode(), digestmod="sha256")
    keyed.update(f"key check {local_subject(secret.email)}".encode(errors="replace"))
    return keyed.hexdigest()
