"""The team's view: the union of what the keys see through which a person may look."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key, Source, Workspace
from integrations.services import keys

#: One's own key goes before the shared one, and that before another person's.
OWN, SHARED, OTHER = range(3)


def rank(key: Key, person: User) -> int:
    """Return how near a key is to a person: what several keys see is done through the nearest."""
    if key.owner_id is None:
        return SHARED
    return OWN if key.owner_id == person.pk else OTHER


def sources(visible: Iterable[Key], person: User, workspace: Workspace) -> list[Source]:
    """Return the row of what each key sees in a workspace, the nearest first."""
    wanted = {key.pk: key for key in visible}
    found = Source.objects.filter(key__in=wanted, workspace=workspace)
    found = found.select_related("key__owner", "workspace")
    missing = wanted.keys() - {row.key_id for row in found}
    if missing:
        keys.add_sources([wanted[pk] for pk in missing], workspace)
        found = found.all()
    return sorted(found, key=lambda row: (rank(row.key, person), str(row.key), row.pk))


def accounts(sources: list[Source], person: User) -> QuerySet[Account]:
    """Return the accounts that are there, each once: seen through the nearest of the keys."""
    found = _ranked(Account.objects.filter(source__in=sources, gone_at=None), person)
    if len(sources) < 2:
        return found
    same = _ranked(
        Account.objects.filter(
            source__in=sources, gone_at=None, integration_id=OuterRef("integration_id")
        ),
        person,
    )
    nearer = Q(rank__lt=OuterRef("rank")) | Q(rank=OuterRef("rank"), pk__lt=OuterRef("pk"))
    return found.filter(~Exists(same.filter(nearer)))


def calendars(accounts: QuerySet[Account], person: User) -> QuerySet[Calendar]:
    """Return the present calendars of accounts, without those that are their owner's affair."""
    return Calendar.objects.filter(open_to(person), account__in=accounts, gone_at=None)


def open_to(person: User) -> Q:
    """Return the condition on calendars that a person may see by name.

    A calendar of somebody else that is switched off is a number to all others.
    """
    unowned = Q(account__source__key__owner=None) | Q(account__source__key__owner=person)
    return unowned | Q(selected=True)


def closed_calendars(found: Iterable[Change], person: User) -> set[int]:
    """Return the ids of the calendars in changes that this person may not see by name."""
    theirs = set(Key.objects.filter(owner=person).values_list("pk", flat=True))
    shared = set(Key.objects.filter(owner=None).values_list("pk", flat=True))
    others = [change for change in found if change.key not in theirs | shared]
    named = {entry["calendar_id"] for change in others for entry in _named(change)}
    ids = named | {change.calendar_id for change in others}
    is_open = Calendar.objects.filter(
        open_to(person),
        account__source__key__in={change.key for change in others},
        calendar_id__in=ids,
        gone_at=None,
    )
    return ids - set(is_open.values_list("calendar_id", flat=True)) - {0}


def _named(change: Change) -> list[dict[str, Any]]:
    return [entry for entries in change.difference.values() for entry in entries]


def _ranked(found: QuerySet[Account], person: User) -> QuerySet[Account]:
    nearness = Case(
        When(source__key__owner=person, then=Value(OWN)),
        When(source__key__owner=None, then=Value(SHARED)),
        default=Value(OTHER),
        output_field=IntegerField(),
    )
    return found.annotate(rank=nearness)
