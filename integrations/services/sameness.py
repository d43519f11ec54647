"""Whether an answer that is, byte for byte, the last good one would say nothing new.

Then its rows need not be compared. They must be what that answer said, and nothing may be open
that a read settles: a key that was replaced, a write that went lost.
"""

from django.db.models import Q

from integrations.models import Account, Calendar, Source
from integrations.services import settling


def known(source: Source) -> str:
    """Return the digest of the last good answer, empty where even the same one has to be read."""
    at, key = source.last_good_at, source.key
    if not source.digest or at is None:
        return ""
    if source.key_generation != key.generation or key.proven_generation != key.generation:
        return ""
    written = Calendar.objects.filter(
        Q(provisional=True, gone_at=None) | Q(written_at__gte=at), account__source=source
    )
    seen = Account.objects.filter(Q(seen_at__gt=at) | Q(gone_at__gt=at), source=source)
    if written.exists() or seen.exists() or settling.unsettled(source).exists():
        return ""
    return source.digest
