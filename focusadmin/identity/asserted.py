"""Who a proxy says is asking, and how a claim is found by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return a claim's value, None where it is absent; ``a.b`` is also the member b of a."""
    if name in claims or "." not in name:
        return claims.get(name)
    first, _, rest = name.partition(".")
    inner = claims.get(first)
    return claim(inner, rest) if isinstance(inner, Mapping) else None
