"""How people stand: their key, and what it sees, as far as its owner shows that to managers.

Everything here is what was seen last; nothing asks Focus. A key that is its owner's affair is known
to be there, and nothing else of it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextChoices
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.models import User
from integrations.models import Account, Key, Source
from integrations.services import key_states, workspaces
from integrations.services.key_states import PROBLEMS, KeyState, Seen


class Standing(TextChoices):
    """How a person stands, in one word; the order is that of urgency."""

    KEY = "key", _("Key problem")
    ACCOUNTS = "accounts", _("Accounts need attention")
    SOON = "soon", _("Key expires soon")
    NO_KEY = "no-key", _("No key")
    UNCHECKED = "unchecked", _("Not checked yet")
    GOOD = "good", _("Working")
    PRIVATE = "private", _("Only they see it")
    DISABLED = "disabled", _("Disabled")


#: What a state of a key that is no problem comes to.
_STANDINGS = {
    KeyState.SOON: Standing.SOON,
    KeyState.NONE: Standing.NO_KEY,
    KeyState.UNCHECKED: Standing.UNCHECKED,
    KeyState.PRIVATE: Standing.PRIVATE,
}


@dataclass(frozen=True)
class Holder:
    """A person, or nobody for the shared key, with the key and what it was seen to see."""

    user: User | None
    key: Key | None
    key_state: KeyState
    good_at: datetime | None = None
    #: {account's state: how many}.
    states: Mapping[str, int] = field(default_factory=dict)
    #: Somebody else looks the same: what they sign in as has to be shown.
    has_twin: bool = False

    @property
    def user_pk(self) -> int:
        """The person's primary key; 0 for nobody."""
        return self.user.pk if self.user else 0

    @property
    def accounts(self) -> int:
        """How many accounts the key sees."""
        return sum(self.states.values())

    @property
    def attention(self) -> int:
        """How many of them need attention."""
        return self.accounts - self.states.get(Account.State.WORKING, 0)

    @property
    def key_since(self) -> datetime | None:
        """When the key came, or was last replaced."""
        return (self.key.replaced_at or self.key.created_at) if self.key else None

    @property
    def standing(self) -> Standing:
        """The one thing to know first."""
        if self.user is not None and not self.user.is_active:
            return Standing.DISABLED
        if self.key_state in PROBLEMS:
            return Standing.KEY
        if self.attention:
            return Standing.ACCOUNTS
        return _STANDINGS.get(self.key_state, Standing.GOOD)


def people(viewer: User, *, pk: int | None = None) -> list[Holder]:
    """Return everybody known here, or the one person; as many queries however many there are."""
    users = list(User.objects.all())
    looks = Counter(_look(user) for user in users)
    if pk is not None:
        users = [user for user in users if user.pk == pk]
    owners = [user.pk for user in users]
    keys = {key.owner_id: key for key in Key.objects.filter(owner__in=owners)}
    shown = [key for key in keys.values() if is_shown(key, viewer)]
    seen, states = key_states.seen(shown), _states(shown)
    found = []
    for user in users:
        key = keys.get(user.pk)
        has_twin = looks[_look(user)] > 1
        if key is None:
            found.append(Holder(user, None, KeyState.NONE, has_twin=has_twin))
        elif not is_shown(key, viewer):
            found.append(Holder(user, key, KeyState.PRIVATE, has_twin=has_twin))
        else:
            was = seen.get(key.pk, Seen())
            told = states.get(key.pk, {})
            found.append(Holder(user, key, key_states.of(key, was), was.good_at, told, has_twin))
    return found


def shared(key: Key) -> Holder:
    """Return how the environment's key stands."""
    was = key_states.seen([key]).get(key.pk, Seen())
    return Holder(None, key, key_states.of(key, was), was.good_at, _states([key]).get(key.pk, {}))


def is_shown(key: Key, viewer: User) -> bool:
    """Say whether its owner lets managers, of whom ``viewer`` is one, see how the key is."""
    return key.visibility != Key.Visibility.PRIVATE or key.owner_id in (None, viewer.pk)


def accounts(key: Key) -> QuerySet[Account]:
    """Return the accounts that a key sees, the most urgent first."""
    found = _current().filter(source__key=key).select_related("source__workspace", "source__key")
    return found.defer("raw").order_by("urgency", "search", "pk")


def sources(key: Key) -> QuerySet[Source]:
    """Return what a key was seen to see, by workspace."""
    found = Source.objects.filter(key=key, workspace__in=workspaces.visible())
    return found.select_related("workspace", "key").order_by("workspace__label", "pk")


def _current() -> QuerySet[Account]:
    """Return the accounts that are there, each key's once: as the newest of its reads has it."""
    moment = Greatest("seen_at", Coalesce("gone_at", "seen_at"))
    rows = Account.objects.filter(source__workspace__in=workspaces.visible()).annotate(
        moment=moment
    )
    same = rows.filter(
        source__key=OuterRef("source__key"), integration_id=OuterRef("integration_id")
    )
    later = Q(moment__gt=OuterRef("moment")) | Q(moment=OuterRef("moment"), pk__gt=OuterRef("pk"))
    return rows.filter(~Exists(same.filter(later)), gone_at=None)


def _states(keys: Iterable[Key]) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = {}
    rows = _current().filter(source__key__in=list(keys)).order_by()
    for pk, state, number in rows.values_list("source__key", "state").annotate(Count("pk")):
        found.setdefault(pk, {})[state] = number
    return found


def _look(user: User) -> tuple[str, str]:
    """Return what two people must not share if they are to be told apart."""
    email = user.email.casefold()
    return (email, "") if email else ("", user.name.casefold())
