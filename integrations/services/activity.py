"""The record, looked through: what was done, by whom, to what and when.

No question here finds a calendar by a name that the person may not see.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Change
from integrations.services import team

#: The newest first; the index ``change_recent`` gives this order.
NEWEST = ("-created_at", "pk")
#: Changes that are held in memory at once while all are gone through.
PIECE = 500


def matching(found: QuerySet[Change], person: User, words: str) -> QuerySet[Change]:
    """Return the changes that ``words`` are in, or in their calendar's name if it may be seen."""
    text = words.casefold()
    named = Q(calendar_search__contains=text) & team.names_calendar(person)
    return found.filter(Q(search__contains=text) | named)


def about_calendar(found: QuerySet[Change], person: User, words: str) -> QuerySet[Change]:
    """Return the changes of calendars that are called so, and that the person may see by name."""
    found = found.filter(calendar_search__contains=words.casefold())
    return found.filter(team.names_calendar(person))


def since(found: QuerySet[Change], day: date) -> QuerySet[Change]:
    """Return what was begun on a day or later, in the current time zone."""
    return found.filter(created_at__gte=_start(day))


def until(found: QuerySet[Change], day: date) -> QuerySet[Change]:
    """Return what was begun on a day or earlier, in the current time zone."""
    return found.filter(created_at__lt=_start(day + timedelta(days=1)))


def people(found: QuerySet[Change]) -> list[tuple[str, str, str]]:
    """Return (issuer, subject, name) of everybody who made one of the changes, by name.

    The name is the present one; of whoever is not known here any more, one that they had.
    """
    made = found.order_by().values_list("actor_issuer", "actor_subject", "actor_name").distinct()
    named = {(issuer, subject): name or subject for issuer, subject, name in made}
    for user in User.objects.all():
        if (user.issuer, user.subject) in named:
            named[user.issuer, user.subject] = str(user)
    return sorted(((*who, name) for who, name in named.items()), key=_by_name)


def pieces(found: QuerySet[Change], size: int = PIECE) -> Iterator[list[Change]]:
    """Yield all changes, the newest first, so many at a time; what begins meanwhile is left out.

    Each piece is a query of its own: nothing in the database stays open between them.
    """
    ordered = found.order_by(*NEWEST)
    piece = list(ordered[:size])
    while piece:
        yield piece
        last = piece[-1]
        after = Q(created_at__lt=last.created_at) | Q(pk__gt=last.pk)
        piece = list(ordered.filter(after, created_at__lte=last.created_at)[:size])


def _by_name(row: tuple[str, str, str]) -> tuple[str, tuple[str, str, str]]:
    return row[2].casefold(), row


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
