"""The state of a key, as far as anything was seen of it; nothing asks Focus."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from integrations import focus
from integrations.models import Key, Source
from integrations.services import credentials, people_keys, workspaces


class KeyState(TextChoices):
    """What is known of a person's key, the worst first."""

    UNREADABLE = "unreadable", _("Cannot be decrypted")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Refused by Focus")
    DOUBTED = "doubted", _("Another person’s key?")
    UNPROVEN = "unproven", _("Replaced, not proven yet")
    SOON = "soon", _("Expires soon")
    NONE = "none", _("No key")
    UNCHECKED = "unchecked", _("Not checked yet")
    GOOD = "good", _("Works")
    PRIVATE = "private", _("Only they see it")


#: States in which nothing is written through the key until somebody does something about it.
PROBLEMS = frozenset(
    {
        KeyState.UNREADABLE,
        KeyState.EXPIRED,
        KeyState.REFUSED,
        KeyState.DOUBTED,
        KeyState.UNPROVEN,
    }
)


@dataclass(frozen=True)
class Seen:
    """When a key was last good, and when it was last found at fault; over its workspaces."""

    good_at: datetime | None = None
    refused_at: datetime | None = None
    unreadable_at: datetime | None = None


def seen(keys: Iterable[Key]) -> dict[Any, Seen]:
    """Return {key's primary key: what was seen of it} for those that were ever asked about."""
    rows = Source.objects.filter(key__in=list(keys), workspace__in=workspaces.visible()).order_by()
    grouped = rows.values_list("key").annotate(
        good_at=Max("last_good_at"),
        refused_at=Max("last_error_at", filter=Q(last_error=focus.CredentialsError.code)),
        unreadable_at=Max(
            "last_error_at", filter=Q(last_error=credentials.UnreadableKeyError.code)
        ),
    )
    return {pk: Seen(*moments) for pk, *moments in grouped}


def of(key: Key, was: Seen) -> KeyState:
    """Return the state of a key of which ``was`` is known."""
    if key.owner_id is None and not credentials.has_shared():
        return KeyState.NONE
    if _is_news(was.unreadable_at, key, was):
        return KeyState.UNREADABLE
    if credentials.is_expired(key):
        return KeyState.EXPIRED
    if _is_news(was.refused_at, key, was):
        return KeyState.REFUSED
    if key.doubted_at is not None:
        return KeyState.DOUBTED
    if key.proven_generation != key.generation:
        return KeyState.UNPROVEN
    if people_keys.days_left(key) is not None:
        return KeyState.SOON
    return KeyState.GOOD if was.good_at else KeyState.UNCHECKED


def _is_news(moment: datetime | None, key: Key, was: Seen) -> bool:
    """Say whether a fault is of this key and still stands: nothing good was seen since."""
    since = max(filter(None, (key.created_at, key.replaced_at, was.good_at)))
    return moment is not None and moment >= since
