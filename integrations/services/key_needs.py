"""Keys that do not work, are in doubt, or end soon."""

from collections.abc import Iterable
from dataclasses import dataclass

from integrations.models import Key, Source
from integrations.services import key_states
from integrations.services.key_states import KeyState, Seen
from integrations.services.needs import Kind, Need

#: States that somebody has to end; what is merely not proven yet ends with the next good look.
_DUE = (
    KeyState.UNREADABLE,
    KeyState.EXPIRED,
    KeyState.REFUSED,
    KeyState.DOUBTED,
    KeyState.SOON,
)


@dataclass(frozen=True)
class KeyTrouble:
    """A key, and the state that it is in."""

    key: Key
    state: KeyState


def find(sources: Iterable[Source]) -> list[Need]:
    """Return the needs of the keys that see something here, the worst first; one query."""
    keys = {source.key_id: source.key for source in sources}
    seen = key_states.seen(keys.values())
    found = [_need(key, seen.get(pk, Seen())) for pk, key in keys.items()]
    due = [need for need in found if need.about.state in _DUE]
    return sorted(due, key=lambda need: _DUE.index(need.about.state))


def _need(key: Key, was: Seen) -> Need:
    """A key that was good and then failed once more is another need."""
    state = key_states.of(key, was)
    failed_after = None if state == KeyState.SOON else was.good_at
    facts = (state, key.generation, key.expires_on, failed_after)
    kind = Kind.SOON if state == KeyState.SOON else Kind.KEY
    return Need(kind, str(key.pk), facts, KeyTrouble(key, state))
