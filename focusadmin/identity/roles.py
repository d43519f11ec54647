"""What a person may be, and what earns it: rules over the claims of the request at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from focusadmin.identity.asserted import Asserted, claim


class Role(IntEnum):
    """What a person may be; each includes the ones before it."""

    VIEWER = 1
    EDITOR = 2
    MANAGER = 3

    @property
    def word(self) -> str:
        """The role as rows, variables and commands spell it."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> "Role | None":
        """Return the role that a word spells; None where it spells none."""
        return cls.__members__.get(word.upper())


@dataclass(frozen=True)
class Grants:
    """What earns one role: a group, an e-mail address, or any claim with a value."""

    groups: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    claims: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class RoleRules:
    """The grants of each role, and the role of those who pass the proxy without any."""

    grants: Mapping[Role, Grants] = field(default_factory=dict)
    default: Role | None = None


def role_for(asserted: Asserted, rules: RoleRules) -> Role | None:
    """Return the highest role that this request's assertion earns, or None for no role at all."""
    earned = [role for role, grants in rules.grants.items() if _grants(grants, asserted)]
    if rules.default is not None:
        earned.append(rules.default)
    return max(earned, default=None)


def folded(address: str) -> str:
    """Return the spelling under which e-mail addresses are compared.

    Only ASCII is folded: ``casefold`` turns other letters into ASCII ones (``ſ`` into ``s``), and
    then somebody else's address would earn what is yours.
    """
    address = address.strip()
    return address.casefold() if address.isascii() else address


def _grants(grants: Grants, asserted: Asserted) -> bool:
    return (
        not grants.groups.isdisjoint(asserted.groups or ())
        or (folded(asserted.email) in grants.emails and _is_verified(asserted.claims))
        or any(_holds(asserted.claims, name, value) for name, value in grants.claims)
    )


def _is_verified(claims: Mapping[str, Any]) -> bool:
    """Say whether nobody calls the address unverified: such a one anybody could have typed."""
    return claims.get("email_verified", True) in (True, "true", "True")


def _holds(claims: Mapping[str, Any], name: str, value: str) -> bool:
    """Say whether a claim, or any element of one that is a list, is ``value`` to the letter."""
    found = claim(claims, name)
    elements = found if isinstance(found, list | tuple) else [found]
    return any(_text(element) == value for element in elements)


def _text(value: Any) -> str | None:
    """Return a claim's value as configuration spells it; None for what has no spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None
