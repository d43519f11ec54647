"""The keys of a proxy that are kept in a file on this machine."""

import logging
import threading
from pathlib import Path

from focusadmin.identity import jwks
from focusadmin.identity.errors import SignInError
from focusadmin.identity.jwks import Key, fitting

logger = logging.getLogger(__name__)


class FileKeys:
    """The keys of a file, read again when it has changed; a bad one changes nothing."""

    def __init__(self, path: str, algorithms: tuple[str, ...]) -> None:
        self._path, self._algorithms = Path(path), algorithms
        self._keys: tuple[Key, ...] = ()
        self._seen: object = ()
        self._lock = threading.Lock()

    def find(self, kid: str | None, algorithm: str) -> tuple[Key, ...]:
        if self._stamp() != self._seen:
            with self._lock:
                self._read()
        if not self._keys:
            raise SignInError("keys-unavailable", "The file of keys (JWT_KEYS) cannot be read.")
        named = tuple(key for key in self._keys if key.kid is None or key.kid == kid)
        if not named:
            raise SignInError("unknown-key", "The assertion's key (kid) is not in JWT_KEYS.")
        return fitting(named, algorithm)

    def _stamp(self) -> object:
        try:
            stat = self._path.stat()
        except OSError as error:
            return error.errno
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        try:
            self._keys = jwks.parse(self._path.read_bytes(), self._algorithms)
        except (OSError, ValueError) as error:
            logger.warning("JWT_KEYS: %s cannot be used: %s", self._path, error)
        self._seen = stamp
