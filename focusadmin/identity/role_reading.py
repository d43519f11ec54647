"""What the ROLE_… variables mean: text in; grants, or a ValueError that says why not, out."""

from focusadmin.config import Reader
from focusadmin.identity.roles import Grants, Role, RoleRules, folded


def rules(read: Reader) -> RoleRules:
    """Read the ten variables; their problems are noted in ``read``."""
    return RoleRules(
        {role: _grants(read, f"ROLE_{role.name}") for role in Role},
        read.parse("ROLE_DEFAULT", default, "viewer", default="none"),
    )


def _grants(read: Reader, prefix: str) -> Grants:
    nobody: frozenset[str] = frozenset()
    nothing: frozenset[tuple[str, str]] = frozenset()
    return Grants(
        read.optional(f"{prefix}_GROUPS", groups, "calendar-admins; cn=it,dc=example") or nobody,
        read.optional(f"{prefix}_EMAILS", emails, "alex@example.com; bo@example.com") or nobody,
        read.optional(f"{prefix}_CLAIMS", pairs, "department=it; realm.roles=it") or nothing,
    )


def groups(text: str) -> frozenset[str]:
    """Return the names between semicolons: a group's own may hold commas and blanks."""
    return frozenset(_pieces(text))


def emails(text: str) -> frozenset[str]:
    """Return addresses in the spelling that is compared."""
    found = _pieces(text.replace(",", ";"))
    for address in found:
        if not all(address.partition("@")) or " " in address or address.count("@") > 1:
            raise ValueError(f"{address!r} is not an e-mail address")
    return frozenset(folded(address) for address in found)


def pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return (claim, value) of ``claim=value; claim=value``; a claim's name may hold dots."""
    found = [entry.partition("=") for entry in _pieces(text)]
    for name, _equals, value in found:
        if not name.strip() or not value.strip():
            raise ValueError(f"{name!r} is not claim=value")
    return frozenset((name.strip(), value.strip()) for name, _equals, value in found)


def default(text: str) -> Role | None:
    """Return a role by its name, or None for ``none``."""
    role = Role.named(text)
    if role is None and text.lower() != "none":
        raise ValueError(f"{text!r} is not none, viewer, editor or manager")
    return role


def _pieces(text: str) -> list[str]:
    found = [piece.strip() for piece in text.split(";")]
    if not any(found):
        raise ValueError("it lists nothing")
    return [piece for piece in found if piece]
