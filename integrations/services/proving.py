"""Whether a replaced key is still the same person's: its first good listing has to say so.

Focus names nobody: only the accounts that a key lists tell whose it is. So nothing is written
through a replaced key before its first good listing, and then

* an account that this key has listed before, in any workspace, proves that it is the same person's;
* where none was there before, there is nothing to mistake: proven;
* otherwise nobody can tell, and that includes an empty list. The key is *doubted*: it is used for
  nothing, and nothing of its listing is kept, until its owner (for the shared key a manager) says
  whose it is.
"""

import logging
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from integrations.models import Account, Key, Quota, Snapshot, Source
from integrations.services import credentials

logger = logging.getLogger(__name__)


def on_listing(source: Source, integration_ids: Iterable[int]) -> None:
    """Judge a replaced key by a good listing, before its rows are brought in line with that.

    Call it outside of any transaction: what it finds out stays. Raises DoubtedKeyError or
    ReplacedKeyError where the listing must not be kept.
    """
    if source.key.proven_generation == source.key.generation:
        return
    with transaction.atomic():
        key = Key.objects.select_for_update().filter(pk=source.key.pk).first()
        current = key is not None and key.generation == source.key.generation
        if key and current and key.generation != key.proven_generation:
            _judge(key, set(integration_ids))
    if key is None or not current:
        raise credentials.ReplacedKeyError(credentials.REQUEST, sent=False)
    source.key.proven_generation, source.key.doubted_at = key.proven_generation, key.doubted_at
    if key.doubted_at is not None:
        credentials.of(key)  # raises DoubtedKeyError


def is_ready(key: Key) -> bool:
    """Say whether anything may be written through a key."""
    proven = key.proven_generation == key.generation and key.doubted_at is None
    return proven and not credentials.is_expired(key)


def same_person(key: Key, generation: int) -> None:
    """Take the owner's word that the doubted key is the same person's; what was seen stays."""
    with transaction.atomic():
        if _answer(key, generation):
            logger.info("key %s: the same person's, says its owner", key.pk)


def other_person(key: Key, generation: int) -> None:
    """Take the owner's word that it is another person's: forget what was seen through it."""
    with transaction.atomic():
        if _answer(key, generation):
            Source.objects.filter(key=key).delete()
            Quota.objects.filter(key=key).delete()
            Snapshot.objects.filter(key=key.pk).delete()
            logger.info("key %s: another person's, says its owner; the rest is forgotten", key.pk)


def _judge(key: Key, listed: set[int]) -> None:
    known = Account.objects.filter(source__key=key)
    overlap = known.filter(integration_id__in=listed).exists()
    if overlap or not known.filter(gone_at=None).exists():
        key.proven_generation, key.doubted_at = key.generation, None
    elif key.doubted_at is None:
        key.doubted_at = timezone.now()
    key.save(update_fields=["proven_generation", "doubted_at"])


def _answer(key: Key, generation: int) -> bool:
    """Settle the doubt about this generation; an answer about an earlier one does not count."""
    asked = Key.objects.filter(pk=key.pk, generation=generation, doubted_at__isnull=False)
    settled = bool(asked.update(proven_generation=generation, doubted_at=None))
    if settled:
        Source.objects.filter(key=key).update(last_error="", last_error_at=None)
    return settled
