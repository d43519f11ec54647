"""The team's view: the union of what the keys see through which a person may look."""

from collections.abc import Iterable
from uuid import UUID

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
    missing = wanted.keys() - {row.key_id for row in found}
    if missing:
        keys.add_sources([wanted[pk] for pk in missing], workspace)
        found = found.all()
    for row in found:  # what is known already is not read again
        row.key, row.workspace = wanted[row.key_id], workspace
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


def calendars(sources: list[Source], person: User) -> QuerySet[Calendar]:
    """Return the present calendars, each once, without those that are their owner's affair."""
    found = named(sources, person)
    if len(sources) < 2:  # there is nothing to choose among, so less to be asked
        return found.filter(account__source__in=sources, account__gone_at=None)
    return found.filter(account__in=accounts(sources, person))


def named(sources: Iterable[Source], person: User) -> QuerySet[Calendar]:
    """Return of the calendars of sources, and of others too, those that are not closed to a person.

    It is ``open_to`` where the sources are known: most of the time nothing is left to be joined.
    """
    closed = [source.pk for source in sources if rank(source.key, person) == OTHER]
    found = Calendar.objects.filter(gone_at=None)
    if not closed:
        return found
    return found.filter(Q(selected=True) | ~Q(account__source__in=closed))


def open_to(person: User) -> Q:
    """Return the condition on calendars that a person may see by name.

    A calendar of somebody else that is switched off is a number to all others.
    """
    unowned = Q(account__source__key__owner=None) | Q(account__source__key__owner=person)
    return unowned | Q(selected=True)


def is_open_to(calendar: Calendar, person: User) -> bool:
    """Say the same of one calendar as it was read, without asking the database."""
    return rank(calendar.account.source.key, person) != OTHER or bool(calendar.selected)


def closed_calendars(found: Iterable[Change], person: User) -> set[int]:
    """Return the ids of the calendars in changes that this person may not see by name."""
    unowned = set(_unowned(person))
    subjects = [row for change in found if change.key not in unowned for row in _named(change)]
    present = Calendar.objects.filter(
        Q(calendar_id__in={number for _key, number, _external_id in subjects})
        | Q(external_id__in={external_id for _key, _number, external_id in subjects} - {""}),
        open_to(person),
        account__source__key__in={key for key, _number, _external_id in subjects},
        gone_at=None,
    ).values_list("account__source__key", "calendar_id", "external_id")
    numbers = {(key, number) for key, number, _external_id in present}
    external_ids = {(key, external_id) for key, _number, external_id in present if external_id}
    return {
        number
        for key, number, external_id in subjects
        if (key, number) not in numbers and (key, external_id) not in external_ids
    }


def names_calendar(person: User) -> Q:
    """Return the condition on changes whose calendar or rule, if any, a person may see by name.

    Of rules those through their own and the shared key: a title tells what somebody does. After a
    reconnect under new ids it is still the same calendar, by its external id.
    """
    present = Calendar.objects.filter(
        Q(calendar_id=OuterRef("calendar_id"))
        | Q(external_id=OuterRef("external_id")) & ~Q(external_id=""),
        open_to(person),
        account__source__key=OuterRef("key"),
        gone_at=None,
    )
    about_none = Q(calendar_id=0) & ~Q(action__in=Change.OF_RULES)
    return Q(Exists(present)) | about_none | Q(key__in=_unowned(person))


def nameless(found: Iterable[Change], person: User) -> set[UUID]:
    """Return the ids of those changes whose calendar or rule a person may not see by name."""
    asked = [change.pk for change in found]
    named = Change.objects.filter(names_calendar(person), pk__in=asked)
    return set(asked) - set(named.values_list("pk", flat=True))


def _unowned(person: User) -> QuerySet[Key, UUID]:
    """Return the ids of the keys through which a person sees every calendar by name."""
    return Key.objects.filter(Q(owner=person) | Q(owner=None)).values_list("pk", flat=True)


def _named(change: Change) -> list[tuple[UUID, int, str]]:
    """Return (key, calendar's id, external id) of the calendars that a change is about."""
    found = [entry for entries in change.difference.values() for entry in entries]
    about = [(row["calendar_id"], row.get("external_id", "")) for row in found]
    about += [(change.calendar_id, change.external_id)] if change.calendar_id else []
    return [(change.key, number, external_id) for number, external_id in about]


def _ranked(found: QuerySet[Account], person: User) -> QuerySet[Account]:
    nearness = Case(
        When(source__key__owner=person, then=Value(OWN)),
        When(source__key__owner=None, then=Value(SHARED)),
        default=Value(OTHER),
        output_field=IntegerField(),
    )
    return found.annotate(rank=nearness)
