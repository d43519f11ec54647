"""Whether a batch may still go on: asked before each slice, of what is true at that moment."""

from focusadmin.identity.models import LOCAL, User
from focusadmin.identity.roles import Role
from integrations.models import BatchPart, Key
from integrations.services import keys, proving, workspaces

#: The issuer of the operator's commands: whoever may run them may use every key.
CLI = "cli"


def refusal(part: BatchPart) -> str:
    """Return the code of why nothing more of a part may be sent; empty where it may.

    key-removed, key-changed, key-not-ready, workspace-removed, person-disabled, role-lost or
    not-yours.
    """
    key = Key.objects.select_related("owner").filter(pk=part.key).first()
    if key is None:
        return "key-removed"
    if key.owner_id is None:
        key = keys.shared()  # notices that the environment's was changed
    if key.generation != part.key_generation:
        return "key-changed"
    if not proving.is_ready(key):
        return "key-not-ready"
    if not workspaces.visible().filter(workspace_id=part.batch.workspace_id).exists():
        return "workspace-removed"
    return "" if part.batch.actor_issuer == CLI else _refusal_of_person(part, key)


def _refusal_of_person(part: BatchPart, key: Key) -> str:
    batch = part.batch
    person = User.objects.filter(issuer=batch.actor_issuer, subject=batch.actor_subject).first()
    if person is None or not person.is_active:
        return "person-disabled"
    granted = [Role.named(batch.role)]
    if person.issuer == LOCAL:  # a proxy's claims are known only while the person is asking
        granted.append(Role.named(person.role))
    role = min((role or 0 for role in granted), default=0)
    if role < Role.EDITOR:
        return "role-lost"
    return "" if keys.is_usable_by(person, Role(role), key) else "not-yours"
