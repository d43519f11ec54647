"""The keys that a proxy signs with: fetched when needed, kept when they cannot be fetched.

* A key id that is not known is fetched at once, so that a rotation refuses nobody; when that did
  not find it, the next fetch for an unknown one waits 30 seconds.
* Known keys are asked for again every hour, by one request that waits for it; revoked ones go.
* A fetch that fails changes nothing: whoever's key is known is let in meanwhile.
"""

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from focusadmin.identity import jwks
from focusadmin.identity.configuration import SignedProxy
from focusadmin.identity.errors import SignInError
from focusadmin.identity.jwks import Key, fitting
from focusadmin.identity.key_files import FileKeys
from focusadmin.outbound import Outbound, OutboundError

logger = logging.getLogger(__name__)

#: Seconds.
UNKNOWN_PAUSE = 30.0
MAX_AGE = 3600.0
RETRY_AFTER = 300.0
FETCH_DEADLINE = 3.0
WAIT_FOR_FETCH = 4.0
#: Bytes of an answer; Entra's set is about 20 kB.
MAX_BYTES = 512 * 1024
#: Key ids that are kept where each has an address of its own, and what they may look like there.
MAX_SLOTS = 50
NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")

Fetch = Callable[[str], bytes]
Clock = Callable[[], float]


class Keys(Protocol):
    """Where keys come from."""

    def find(self, kid: str | None, algorithm: str) -> tuple[Key, ...]:
        """Return the keys that may have signed; raises SignInError when there is none."""


@dataclass(frozen=True)
class _Batch:
    """The keys of one answer, and when (on the clock) they are next asked for."""

    keys: tuple[Key, ...]
    expires: float

    def named(self, kid: str) -> tuple[Key, ...]:
        return tuple(key for key in self.keys if key.kid == kid)


class FetchedKeys:
    """The keys at an address; with ``{kid}`` in it, one PEM key at each key id's own.

    One instance serves many threads; whoever asks for a known key waits for nobody.
    """

    def __init__(
        self, address: str, algorithms: tuple[str, ...], fetch: Fetch, clock: Clock = time.monotonic
    ) -> None:
        self._address, self._algorithms = address, algorithms
        self._fetch, self._clock = fetch, clock
        self._batches: dict[str, _Batch] = {}  # replaced, never changed
        self._lock = threading.Lock()
        self._closed_until = float("-inf")

    def find(self, kid: str | None, algorithm: str) -> tuple[Key, ...]:
        if kid is None or not ("{kid}" not in self._address or NAME.fullmatch(kid)):
            raise SignInError("unknown-key", "The assertion does not name its key (kid).")
        if not (self._known(kid) and self._still_known(kid)):
            self._look_for(kid)
        return fitting(self._known(kid), algorithm)

    def _slot(self, kid: str) -> str:
        return kid if "{kid}" in self._address else ""

    def _known(self, kid: str) -> tuple[Key, ...]:
        batch = self._batches.get(self._slot(kid))
        return batch.named(kid) if batch else ()

    def _still_known(self, kid: str) -> bool:
        """Ask again for what is old, unless somebody does; say whether it is still there."""
        batch = self._batches[self._slot(kid)]
        if self._clock() < batch.expires or not self._lock.acquire(blocking=False):
            return True
        try:
            if not self._load(kid):
                again = _Batch(batch.keys, self._clock() + RETRY_AFTER)
                self._batches = self._batches | {self._slot(kid): again}
        finally:
            self._lock.release()
        return bool(self._known(kid))

    def _look_for(self, kid: str) -> None:
        """Fetch once for all who ask for ``kid``; raises SignInError when it is not found."""
        if not self._lock.acquire(timeout=WAIT_FOR_FETCH):
            raise SignInError("keys-unavailable", "The keys' server takes too long to answer.")
        try:
            answered = True
            if not self._known(kid) and self._clock() >= self._closed_until:
                answered = self._load(kid)
                if not self._known(kid) or len(self._batches) >= MAX_SLOTS:
                    self._closed_until = self._clock() + UNKNOWN_PAUSE
        finally:
            self._lock.release()
        if self._known(kid):
            return
        if self._batches and answered:
            raise SignInError("unknown-key", "The assertion's key (kid) is not one of the proxy's.")
        raise SignInError("keys-unavailable", "The proxy's keys (JWT_KEYS) cannot be fetched.")

    def _load(self, kid: str) -> bool:
        """Fetch what belongs to ``kid`` and keep it; False, and all as it was, when it fails."""
        slot = self._slot(kid)
        try:
            document = self._fetch(self._address.replace("{kid}", kid))
            keys = (
                jwks.pem(document, self._algorithms, kid)
                if slot
                else jwks.parse(document, self._algorithms)
            )
        except (OutboundError, ValueError) as error:
            host = urlsplit(self._address).hostname
            logger.warning("The keys of the sign-in proxy cannot be had from %s: %s", host, error)
            return False
        kept = dict(list(self._batches.items())[-MAX_SLOTS + 1 :])
        self._batches = kept | {slot: _Batch(keys, self._clock() + MAX_AGE)}
        return True


def over(outbound: Outbound) -> Fetch:
    """Return how to fetch an address: OutboundError or ValueError when there is no good answer."""

    def fetch(address: str) -> bytes:
        answer = outbound.send(
            "GET", address, headers={}, auth=None, body=None, deadline=FETCH_DEADLINE
        )
        if answer.status != 200:
            raise ValueError(f"it answered with status {answer.status}")
        return answer.body

    return fetch


def keys_of(config: SignedProxy) -> Keys:
    """Return the process's one source of a proxy's keys."""
    with _building:
        return _keys(
            config.keys, config.algorithms, settings.FOCUS_PROXY_URL, settings.FOCUS_CA_BUNDLE
        )


_building = threading.Lock()


@cache
def _keys(
    keys: str, algorithms: tuple[str, ...], proxy_url: str | None, ca_bundle: str | None
) -> Keys:
    if "://" not in keys:
        return FileKeys(keys, algorithms)
    outbound = Outbound(proxy_url=proxy_url, ca_bundle=ca_bundle, max_bytes=MAX_BYTES)
    return FetchedKeys(keys, algorithms, over(outbound))
