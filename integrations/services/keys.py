"""Whose key is used, and the client made from it."""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from focusadmin.outbound import Outbound
from integrations.focus import Credentials, FocusClient, Scope
from integrations.models import Key, Source, Workspace
from integrations.services import credentials, measuring, quotas, vault


def shared() -> Key:
    """Return the environment's key; its generation rises when the environment's secret changed."""
    fingerprint = _fingerprint()
    key, _created = Key.objects.get_or_create(owner=None, defaults={"fingerprint": fingerprint})
    if not hmac.compare_digest(key.fingerprint, fingerprint):
        Key.objects.filter(pk=key.pk, generation=key.generation).update(
            fingerprint=fingerprint,
            generation=F("generation") + 1,
            replaced_at=timezone.now(),
            doubted_at=None,
        )
        forget_failures(key)
        quotas.forget(key)
        key.refresh_from_db()
    return key


def with_shared(found: Iterable[Key]) -> list[Key]:
    """Return keys as they were read, the environment's among them as ``shared`` returns it.

    Where the environment has none it is there only if nothing else is, to say what is missing.
    """
    known = list(found)
    if known and not is_shared_seen():
        return known
    is_known = any(
        key.owner_id is None and hmac.compare_digest(key.fingerprint, _fingerprint())
        for key in known
    )
    return known if is_known else [*(key for key in known if key.owner_id), shared()]


def forget_failures(key: Key) -> None:
    """Ask at once again wherever a key failed: it is no longer the one that did."""
    Source.objects.filter(key=key).update(last_error="", last_error_at=None, last_error_trace="")


def visible_to(person: User, role: Role | None) -> QuerySet[Key]:
    """Return the keys whose accounts a person may see: the shared one, their own, and for managers
    those whose owner shows them their health."""
    shown = Q(owner=None) | Q(owner=person)
    if role == Role.MANAGER:
        shown |= Q(visibility__in=(Key.Visibility.HEALTH, Key.Visibility.ACT))
    return _of_active(person, shown)


def usable_by(person: User, role: Role | None) -> QuerySet[Key]:
    """Return the keys that a person may write through: the owner decides."""
    usable = Q(owner=None) | Q(owner=person)
    if role == Role.MANAGER:
        usable |= Q(visibility=Key.Visibility.ACT)
    return _of_active(person, usable)


def is_usable_by(person: User, role: Role | None, key: Key) -> bool:
    """Say the same of one key as it was read, without asking the database."""
    owner = key.owner
    if not person.is_active or owner is None:
        return person.is_active
    given = role == Role.MANAGER and key.visibility == Key.Visibility.ACT
    return owner.is_active and (owner == person or given)


def _of_active(person: User, wanted: Q) -> QuerySet[Key]:
    """Leave everything to people who may sign in: the key of a disabled owner rests.

    So does the row of a shared key that the environment has never held.
    """
    at_work = Q(owner__is_active=True)
    if is_shared_seen():
        at_work |= Q(owner=None)
    return Key.objects.filter(wanted & at_work) if person.is_active else Key.objects.none()


def is_shared_seen() -> bool:
    """Say whether the shared key is there, or was: what was done through it stays to be seen."""
    if credentials.has_shared():
        return True
    return Source.objects.filter(key__owner=None, last_good_at__isnull=False).exists()


def source(key: Key, workspace: Workspace) -> Source:
    """Return the row of what ``key`` sees in ``workspace``."""
    row, _created = Source.objects.get_or_create(
        key=key, workspace=workspace, defaults={"key_generation": key.generation}
    )
    return row


def add_sources(found: Iterable[Key], workspace: Workspace) -> None:
    """Make the rows of what several keys see in a workspace, where they are not there yet."""
    Source.objects.bulk_create(
        [Source(key=key, workspace=workspace, key_generation=key.generation) for key in found],
        ignore_conflicts=True,
    )


@contextmanager
def opened(source: Source, *, paid: int = 0) -> Iterator[FocusClient]:
    """Give a client for the source's key and workspace, and keep what it learns of the quota.

    ``paid``: requests that were taken off the ledger before (``quotas.spend``).
    """
    focus = client(source.key, source.workspace)
    try:
        yield focus
    finally:
        quotas.note(source, focus, paid=paid)


def client(key: Key, workspace: Workspace) -> FocusClient:
    """Return a client that speaks with ``key`` in ``workspace``.

    Raises UnreadableKeyError, ExpiredKeyError or DoubtedKeyError where the key may not be used,
    and QuotaError where Focus has refused for want of requests and the hour is not over yet.
    """
    quotas.check(key, workspace)
    return unchecked_client(key, workspace)


def unchecked_client(key: Key, workspace: Workspace) -> FocusClient:
    """Do what ``client`` does for whoever has seen that Focus has not refused this hour."""
    scope = Scope(workspace.workspace_id, workspace.organization_id)
    way = _way_of(key.pk, key.generation, settings.FOCUS_PROXY_URL, settings.FOCUS_CA_BUNDLE)
    return _client(credentials.of(key), scope, way)


def checking(pasted: Credentials) -> FocusClient:
    """Return a client for what is not stored yet; its only use is to ask whose settings it sees."""
    way = _way(settings.FOCUS_PROXY_URL, settings.FOCUS_CA_BUNDLE).apart()
    return _client(pasted, Scope(0), way)


def _client(sent: Credentials, scope: Scope, way: Outbound) -> FocusClient:
    return FocusClient(
        settings.FOCUS_API_URL,
        sent,
        way,
        scope=scope,
        consent_origins=settings.FOCUS_CONSENT_ORIGINS,
        deadline=settings.FOCUS_PAGE_DEADLINE,
        write_deadline=settings.FOCUS_WRITE_DEADLINE,
        observe=measuring.observe if settings.METRICS_TOKEN else None,
    )


def is_there(key: Key) -> bool:
    """Say whether a key was not removed meanwhile; in a transaction it then stays until its end."""
    return Key.objects.select_for_update().filter(pk=key.pk).exists()


def _fingerprint() -> str:
    if settings.FOCUS_API_KEY:
        return vault.fingerprint(settings.FOCUS_API_KEY)
    return vault.fingerprint(settings.FOCUS_PASSWORD, settings.FOCUS_EMAIL)


@cache
def _way(proxy_url: str | None, ca_bundle: str | None) -> Outbound:
    return Outbound(proxy_url=proxy_url, ca_bundle=ca_bundle)


@lru_cache(maxsize=256)
def _way_of(_key: UUID, _generation: int, proxy_url: str | None, ca_bundle: str | None) -> Outbound:
    """Return the connections of one key: an answer that comes too late meets no other key's."""
    return _way(proxy_url, ca_bundle).apart()
