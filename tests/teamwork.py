"""People with keys of their own: the sandbox's Bo, Chidi and Dana, and whoever shares Alex's."""

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Key, Source, Workspace
from integrations.services import keys
from integrations.services.vault import Secret, seal

#: Each person's obviously invented key.
ALEX, BO, CHIDI, DANA = ("toggl_sk_" + digits * 16 for digits in ("5a", "b0", "c1", "d4"))
KEYS = {"alex": ALEX, "bo": BO, "chidi": CHIDI, "dana": DANA}


def person(name: str, role: Role | None = Role.VIEWER) -> User:
    """Add somebody who signs in with a password."""
    return User.objects.create_local(
        email=f"{name}@example.com", name=name.title(), password=None, role=role
    )


def give_key(owner: User, whose: str, visibility: Key.Visibility = Key.Visibility.HEALTH) -> Key:
    """Store for ``owner`` the sandbox's key of ``whose``, without asking anybody."""
    return _stored(owner, KEYS[whose], visibility)


def keys_of_many(source: Source, size: int) -> list[Source]:
    """Return sources beside one, of as many people whose keys the sandbox does not know."""
    owned = [(person(f"p{number}"), f"toggl_sk_{number:032x}") for number in range(1, size + 1)]
    found = [_stored(owner, secret, Key.Visibility.ACT) for owner, secret in owned]
    return [keys.source(key, Workspace.objects.get(pk=source.workspace_id)) for key in found]


def _stored(owner: User, word: str, visibility: Key.Visibility) -> Key:
    secret = Secret(word)
    key = Key(owner=owner, fingerprint=secret.fingerprint, hint=secret.hint, visibility=visibility)
    key.ciphertext = seal(secret, row=key.pk, owner=owner.pk)
    key.save()
    return key
