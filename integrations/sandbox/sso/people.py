"""Who may be picked at the sign-in, what their groups are, and who is signed in just now."""

import secrets
from dataclasses import dataclass, replace
from threading import Lock

VIEWERS, EDITORS, MANAGERS = GROUPS = ("focus-viewers", "focus-editors", "focus-managers")


@dataclass(frozen=True)
class Somebody:
    """Who the proxy says is asking; ``groups`` is None where it sends no such claim."""

    subject: str
    email: str
    name: str
    groups: tuple[str, ...] | None


#: They share their addresses with the sandbox's people, and so their invented Focus keys fit.
EVERYBODY = (
    Somebody("demo-dana", "dana@example.com", "Dana Demo", (MANAGERS,)),
    Somebody("demo-bo", "bo@example.com", "Bo Larsen", (EDITORS,)),
    Somebody("demo-chidi", "chidi@example.com", "Chidi Obi", (VIEWERS,)),
    Somebody("demo-alex", "alex@example.com", "Alex Admin", ()),
)


@dataclass(frozen=True)
class Session:
    """One browser that is signed in; ``number`` names it where its cookie must not be shown."""

    number: int
    who: Somebody


class Sessions:
    """The browsers that are signed in, by cookie, and those on their way back, by code."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._last = 0
        self._by_cookie: dict[str, Session] = {}
        self._arriving: dict[str, Somebody] = {}

    def all(self) -> list[Session]:
        """Return every session, the oldest first."""
        with self._guard:
            return list(self._by_cookie.values())

    def admit(self, who: Somebody) -> str:
        """Return a code that is good for one session, for a browser on its way to the proxy."""
        code = secrets.token_urlsafe(24)
        with self._guard:
            self._arriving[code] = who
        return code

    def begin(self, code: str) -> str | None:
        """Return the cookie of a new session, None when the code was used or never given."""
        cookie = secrets.token_urlsafe(24)
        with self._guard:
            who = self._arriving.pop(code, None)
            if who is None:
                return None
            self._last += 1
            self._by_cookie[cookie] = Session(self._last, who)
        return cookie

    def find(self, cookie: str) -> Somebody | None:
        """Return who is signed in there."""
        with self._guard:
            session = self._by_cookie.get(cookie)
        return session.who if session else None

    def end(self, cookie: str) -> None:
        """Forget one session, if it is there."""
        with self._guard:
            self._by_cookie.pop(cookie, None)

    def expire(self, number: int | None = None) -> None:
        """Forget the session with that number, or every one."""
        with self._guard:
            for cookie, session in list(self._by_cookie.items()):
                if number in (None, session.number):
                    del self._by_cookie[cookie]

    def regroup(self, number: int, groups: tuple[str, ...] | None) -> None:
        """Change what is said about somebody from their next request on."""
        with self._guard:
            for cookie, session in self._by_cookie.items():
                if session.number == number:
                    who = replace(session.who, groups=groups)
                    self._by_cookie[cookie] = replace(session, who=who)
