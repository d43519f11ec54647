"""Two keys, fifty threads, one way out: everybody gets the answer to their own question."""

import gzip
import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from focusadmin.outbound import Outbound
from integrations.focus import BearerKey, FocusClient, Scope, UnavailableError
from tests.hostile.talker import LAST, Talker, written
from tests.hostile.upstream import Asked
from tests.support.plugin import PROVE
from tests.teamwork import ALEX, BO

THREADS = 50
CALLS = 10_000 if PROVE else 400
KEYS = {"alex": ALEX, "bo": BO}
GZIP = b"Content-Encoding: gzip"
#: Of so many requests one is answered in a way that could upset the next on its connection.
EVERY = 8
#: How few of these come to nothing: those whose connection ends instead of an answer.
LOST = CALLS // EVERY


class Focus:
    """Says to whom it speaks and about what, sets cookies, and has bad manners now and then."""

    def __init__(self) -> None:
        self.cookies: list[str] = []
        self.askers: Counter[str] = Counter()
        self._numbers = count()

    def reply(self, asked: Asked) -> bytes:
        """Return the answer to a request, and sometimes more or less than that."""
        token = asked.headers["authorization"].removeprefix("Bearer ")
        who = next(name for name, key in KEYS.items() if key == token)
        self.askers[who] += 1
        self.cookies += [asked.headers[name] for name in asked.headers if "cookie" in name]
        [workspace] = re.findall(r"/workspaces/(\d+)/", asked.path)
        body = _listing(f"{who}-{workspace}")
        cookie = b"Set-Cookie: who=%b; Path=/" % who.encode()
        good, packed = written(body, cookie), gzip.compress(body, 1)
        stray = written(_listing("stray-0"), cookie)
        number = next(self._numbers)
        if number % EVERY:
            return good
        manners = (
            b"",
            good + stray,
            good + stray * 100,
            good + stray[:30],
            written(body, cookie, LAST),
            written(packed, cookie, GZIP),
            written(packed + stray, cookie, GZIP),
        )
        return manners[number // EVERY % len(manners)]


def _listing(name: str) -> bytes:
    account = {"calendar_integration_id": 1, "email": f"{name}@example.com", "calendars": []}
    return json.dumps([account]).encode()


def test_nobody_gets_an_answer_that_is_somebody_elses() -> None:
    focus = Focus()
    server, way = Talker(focus.reply), Outbound()
    ways = {who: way.apart() for who in KEYS}

    def ask(number: int) -> str:
        who = ("alex", "bo")[number % 2]
        client = FocusClient(
            server.url,
            BearerKey(KEYS[who]),
            ways[who],
            scope=Scope(number + 1),
            consent_origins=frozenset(),
            deadline=20.0,
        )
        try:
            [account] = client.list_accounts().items
        except UnavailableError:
            return "lost"
        return "well" if account.email == f"{who}-{number + 1}@example.com" else account.email

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(pool.map(ask, range(CALLS)))
    server.close()

    assert set(found) <= {"well", "lost"}
    assert found["lost"] <= LOST
    assert focus.cookies == []
    assert focus.askers == {"alex": CALLS // 2, "bo": CALLS // 2}
