"""What managers do to people: disable, enable, remove; the record of what these did stays.

* PersonError
  * OneselfError       nobody does this to themselves
  * LastManagerError   afterwards nobody here could be Manager
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from focusadmin.identity import throttle
from focusadmin.identity.configuration import Local
from focusadmin.identity.models import LOCAL, User
from focusadmin.identity.people import SESSION_PERSON
from integrations.models import Account, Calendar, Change, ConnectAttempt, Key, Source
from integrations.services import audit, changes, recolouring, record, snapshots
from integrations.services.actors import Actor


class PersonError(Exception):
    """This may not be done to this person."""


class OneselfError(PersonError):
    """Nobody disables or removes themselves."""


class LastManagerError(PersonError):
    """Nobody else who signs in with a password is Manager."""


@dataclass(frozen=True)
class Loss:
    """What goes with a person, and how much of the record stays; all are counts."""

    keys: int
    accounts: int
    calendars: int
    sessions: int
    attempts: int
    changes: int


def disable(person: User, *, by: Actor) -> None:
    """Let a person in no more, and end their sessions; raises PersonError."""
    with transaction.atomic():
        _guard(person, by)
        if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
            _end_sessions(person)
            audit.note("person-disabled", by=by, person=_named(person))


def enable(person: User, *, by: Actor) -> None:
    """Let a person in again."""
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        audit.note("person-enabled", by=by, person=_named(person))


def loss(person: User) -> Loss:
    """Return what removing a person would take away, and what it would leave."""
    seen = Source.objects.filter(key__owner=person)
    return Loss(
        keys=Key.objects.filter(owner=person).count(),
        accounts=Account.objects.filter(source__in=seen, gone_at=None).count(),
        calendars=Calendar.objects.filter(account__source__in=seen, gone_at=None).count(),
        sessions=sum(1 for _session in _sessions(person)),
        attempts=ConnectAttempt.objects.filter(Q(person=person) | Q(key__owner=person)).count(),
        changes=Change.objects.filter(_theirs(person)).count(),
    )


def remove(person: User, *, by: Actor) -> Loss:
    """Remove a person with their key, all that was seen through it, and their sessions.

    The record stays. Raises PersonError, and BusyError while a write of theirs is under way.
    """
    with transaction.atomic():
        _guard(person, by)
        if Change.objects.filter(_theirs(person), record.under_way()).exists():
            raise changes.BusyError
        lost = loss(person)
        _end_sessions(person)
        if person.issuer == LOCAL:
            throttle.unlock(person.subject)
        name = _named(person)
        record.keep_private(Key.objects.filter(owner=person))
        snapshots.forget(Key.objects.filter(owner=person))
        recolouring.forget(Key.objects.filter(owner=person))
        removed, _rows = User.objects.filter(pk=person.pk).delete()
        if removed:
            audit.note("person-removed", by=by, person=name, accounts=lost.accounts)
    return lost


def _guard(person: User, by: Actor) -> None:
    if (person.issuer, person.subject) == (by.issuer, by.subject):
        raise OneselfError(_named(person))
    if not isinstance(settings.SIGN_IN, Local):
        return  # there a proxy's claims make managers
    managers = User.objects.local_managers().order_by("pk").select_for_update()
    held = {manager.pk for manager in managers}
    if held == {person.pk}:
        raise LastManagerError(_named(person))


def _theirs(person: User) -> Q:
    """Return the condition for changes that a person made, or that went through their key."""
    through = list(Key.objects.filter(owner=person).values_list("pk", flat=True))
    return record.made_by(person) | Q(key__in=through)


def _sessions(person: User) -> Iterator[Session]:
    """Yield the sessions in which this person is signed in, with a password or by a proxy."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        held = session.get_decoded()
        by_proxy = held.get(SESSION_PERSON) == [person.issuer, person.subject]
        if by_proxy or held.get(SESSION_KEY) == str(person.pk):
            yield session


def _end_sessions(person: User) -> None:
    for session in list(_sessions(person)):
        session.delete()


def _named(person: User) -> str:
    return f"{person.issuer}:{person.subject}"
