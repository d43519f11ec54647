"""What a person may be, and what earns it: rules over the claims of the request at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Role(IntEnum):
    """What a person may be; each includes the ones before it."""

    VIEWER = 1
    EDITOR = 2
    MANAGER = 3


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


@dataclass(frozen=True)
class Asserted:
    """Who a proxy says is asking, for one request.

    ``groups`` is None where the proxy sent none: that is not the same as an empty list.
    """

    issuer: str
    subject: str
    email: str
    name: str
    groups: frozenset[str] | None
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
