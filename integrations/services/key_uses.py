"""What others read through a person's key: counted, so that its owner can see every use of it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from integrations.models import Key, KeyUse
from integrations.services import keys
from integrations.services.actors import Actor


def note_read(key: Key, by: Actor) -> None:
    """Count a request that was made for somebody else than the key's owner."""
    owner = key.owner
    if owner is None or (owner.issuer, owner.subject) == (by.issuer, by.subject):
        return
    with transaction.atomic():
        if not keys.is_there(key):
            return
        row, _created = KeyUse.objects.get_or_create(
            key=key,
            day=timezone.localdate(),
            issuer=by.issuer,
            subject=by.subject,
            defaults={"name": by.name},
        )
        KeyUse.objects.filter(pk=row.pk).update(reads=F("reads") + 1, name=by.name)
