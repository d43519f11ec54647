"""How a forged token is made from a good one."""

import time
from collections.abc import Callable
from dataclasses import replace

from tests.identity.signing import Draft

#: From a good draft, a forged token.
Forge = Callable[[Draft], str]
#: (name, the reason it is refused for, how it is made)
Forgery = tuple[str, str, Forge]


def with_claim(name: str, value: object) -> Forge:
    return lambda good: good.but(**{name: value}).text()


def with_header(**header: object) -> Forge:
    return lambda good: good.headed(**header).text()


def later(name: str, seconds: float) -> Forge:
    return lambda good: good.but(**{name: int(time.time()) + seconds}).text()


def parts(change: Callable[[str, str, str], str]) -> Forge:
    return lambda good: change(*good.text().split("."))


def raw(header: bytes | None = None, claims: bytes | None = None) -> Forge:
    """Sign these very bytes."""
    return lambda good: replace(
        good, header=header or good.header, claims=claims or good.claims
    ).text()


def signed_by(private: object, algorithm: str = "ES256", **header: object) -> Forge:
    return lambda good: replace(
        good.headed(alg=algorithm, **header), private=private, algorithm=algorithm
    ).text()
