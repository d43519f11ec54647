"""Right answers with something wrong in them: seeded, and cheap enough for tens of thousands."""

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.focus.entries import ACCOUNT, CALENDAR

#: What may stand wherever something else was expected.
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    7,
    2**31,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**400,
    0.5,
    1e300,
    float("nan"),
    float("-inf"),
    "",
    "0",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\r\n",
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ x }} {% url 'home' %} %s %(x)s",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "x" * 3000,
    "#fff",
    "#12345g",
    "google",
    "microsoft",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "2026-13-45T99:99:99Z",
    "2026-01-01T00:00:00+25:99",
    [],
    {},
    [[]],
    [None],
    {"": ""},
    ["\x00", 1, None],
    {"items": []},
)
TOKENS = (b"[", b"]", b"{", b"}", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800", b"null", b"-")
MORE_TOKENS = (
    b"9" * 400,
    b"1e999",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"[" * 2000,
)

SECOND = CALENDAR | {"calendar_id": 10, "name": "Rota", "external_id": "rota@example.com"}
OTHER = ACCOUNT | {"calendar_integration_id": 8, "email": "bo@example.com", "calendars": [SECOND]}
ACCOUNTS = [ACCOUNT | {"calendars": [CALENDAR, SECOND]}, OTHER]
CALENDARS = [CALENDAR, SECOND]
RULES = [
    {
        "id": 11,
        "title": "Daily stand-up",
        "project_id": 330001,
        "task_id": None,
        "created_at": "2026-08-03T12:00:00Z",
        "updated_at": "2026-08-03T12:00:00Z",
    },
    {"id": 12, "title": "Retro", "project_id": 0, "task_id": 220002},
]
NAMES = {
    "data": [
        {
            "id": 330001,
            "name": "Website relaunch",
            "color": "#0b83d9",
            "active": True,
            "client_id": 5,
            "project_id": 330001,
            "workspace_id": 4400001,
        },
        {"id": 220002, "name": "Buy tripods", "done": True, "client_id": None},
    ],
    "page": 1,
    "per_page": 100,
    "total": 2,
}
SETTINGS = {"current_workspace_id": 4400001, "email": "alex@example.com", "beta": [1, {"a": None}]}


def mutated(right: Any, seed: int) -> bytes:
    """Return an answer with one to four things wrong, the same for the same seed."""
    chance = Random(seed)
    value = copy.deepcopy(right)
    for _time in range(chance.randint(0, 3)):
        value = _twisted(value, chance)
    body = json.dumps(value, ensure_ascii=chance.random() < 0.7).encode("utf-8", "surrogatepass")
    return chance.choice(_WAYS)(body, chance)


def _twisted(value: Any, chance: Random) -> Any:
    """Change something at a random place of a value."""
    if not isinstance(value, (dict, list)) or not value or chance.random() < 0.15:
        return copy.deepcopy(chance.choice(ODD))
    place = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
    match chance.randrange(8):
        case 0:
            del value[place]
        case 1 if isinstance(value, list):
            value.append(copy.deepcopy(value[place]))
        case 1:
            value[str(chance.choice(ODD))[:50]] = value[place]
        case 2:
            value[place] = copy.deepcopy(chance.choice(ODD))
        case _:
            value[place] = _twisted(value[place], chance)
    return value


def _same(body: bytes, chance: Random) -> bytes:
    return body


def _cut(body: bytes, chance: Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _inserted(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(TOKENS + MORE_TOKENS) + body[at:]


def _removed(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + body[at + chance.randint(1, 9) :]


def _flipped(body: bytes, chance: Random) -> bytes:
    changed = bytearray(body)
    for _time in range(chance.randint(1, 4)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _doubled(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + body


_WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (
    *[_same] * 6,
    _cut,
    _inserted,
    _inserted,
    _removed,
    _flipped,
    _doubled,
)


def answers(right: Any, seeds: range) -> Iterator[bytes]:
    """Yield an answer for each seed."""
    return (mutated(right, seed) for seed in seeds)
