"""Ways to forge a token: each would be accepted but for the one fault in its name."""

import time
from collections.abc import Iterator

from tests.identity.forged_forms import algorithms, bodies, headers, keys, shapes, signatures
from tests.identity.forging import Forgery, later, with_claim

NO_TEXT = {"null": None, "list": ["x"], "object": {"x": 1}, "number": 7, "true": True, "empty": ""}
NO_TIME = {
    "text": "4102444800",
    "true": True,
    "list": [1],
    "object": {},
    "null": None,
    "zero": 0,
    "negative": -1,
    "1e308": 1e308,
    "minus 1e308": -1e308,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "400 digits": 10**400,
    "milliseconds": int(time.time() * 1000) + 60_000,
}


def times() -> Iterator[Forgery]:
    for name in ("exp", "iat", "nbf"):
        for kind, value in NO_TIME.items():
            yield f"{name} is {kind}", "malformed", with_claim(name, value)
    yield "exp is absent", "malformed", with_claim("exp", ...)
    yield "iat is absent", "malformed", with_claim("iat", ...)
    yield (
        "expired 31 seconds ago",
        "expired",
        lambda good: good.but(exp=int(time.time()) - 31, iat=int(time.time()) - 60).text(),
    )
    yield (
        "expired a day ago",
        "expired",
        lambda good: good.but(exp=int(time.time()) - 86400, iat=int(time.time()) - 86460).text(),
    )
    yield "made in 40 seconds", "not-yet", later("iat", 40)
    yield (
        "made tomorrow",
        "not-yet",
        lambda good: good.but(iat=int(time.time()) + 86400, exp=int(time.time()) + 86460).text(),
    )
    yield "not before 40 seconds", "not-yet", later("nbf", 40)
    yield "valid for too long", "lifetime", later("exp", 3602)
    yield "valid for a century", "lifetime", later("exp", 3_155_760_000)
    yield "made long ago", "lifetime", later("iat", -7200)
    yield "ends as it begins", "lifetime", lambda good: good.but(exp=good.claims["iat"]).text()
    yield (
        "ends before it begins",
        "lifetime",
        lambda good: good.but(exp=good.claims["iat"] - 5).text(),
    )


def purposes() -> Iterator[Forgery]:
    for kind, value in NO_TEXT.items():
        yield (
            f"iss is {kind}",
            "issuer" if value is not None else "incomplete",
            with_claim("iss", value),
        )
    for kind, value in {
        "absent": ...,
        "another's": "https://sso.example.org",
        "with a slash": "https://sso.example.com/",
        "in capitals": "HTTPS://SSO.EXAMPLE.COM",
        "longer": "https://sso.example.com.example.org",
        "shorter": "https://sso.example.co",
        "with a blank": "https://sso.example.com ",
        "with a login": "https://sso.example.com@example.org",
        "listed": ["https://sso.example.com"],
    }.items():
        yield f"iss is {kind}", "incomplete" if value is ... else "issuer", with_claim("iss", value)
    for kind, value in {
        "absent": ...,
        "null": None,
        "empty": "",
        "an empty list": [],
        "another's": "other",
        "a list of others": ["other", "another"],
        "longer": "focusadmin-2",
        "shorter": "focus",
        "in capitals": "FOCUSADMIN",
        "with a blank": "focusadmin ",
        "an object": {"focusadmin": True},
        "a number": 7,
        "true": True,
        "a list of lists": [["focusadmin"]],
        "beside a number": ["focusadmin", 7],
        "a star": "*",
    }.items():
        absent = value in (..., None, "", [])
        yield f"aud is {kind}", "incomplete" if absent else "audience", with_claim("aud", value)


def people() -> Iterator[Forgery]:
    for kind, value in {**NO_TEXT, "absent": ...}.items():
        reason = "incomplete" if value in (..., None) else "subject" if value == "" else "malformed"
        yield f"sub is {kind}", reason, with_claim("sub", value)
    for kind, value in {
        "blank": "  ",
        "with a blank before": " alex",
        "with a blank after": "alex ",
        "201 characters": "a" * 201,
        "with a line": "alex\nbo",
        "with NUL": "alex\0",
        "with a tab": "alex\t",
        "with escape": "alex\x1b[2J",
        "with half a character": "alex\ud800",
        "not composed": "e\u0301lise",
        "turned around": "\u202exela",
        "with no width": "al\u200bex",
        "with a no-break space": "alex\u00a0b",
        "with a private character": "alex\ue000",
    }.items():
        yield f"sub is {kind}", "malformed", with_claim("sub", value)
    for claim in ("email", "name"):
        for kind, value in {
            "list": ["alex@example.com"],
            "object": {},
            "number": 7,
            "true": True,
            "with a line": "alex@example.com\r\nBcc: x",
            "with NUL": "alex\0@example.com",
            "with half a character": "\udfffalex@example.com",
        }.items():
            yield f"{claim} is {kind}", "malformed", with_claim(claim, value)
    yield "email is 255 characters", "malformed", with_claim("email", "a" * 243 + "@example.com")
    for kind, value in {
        "number": 7,
        "true": True,
        "object": {"admins": True},
        "list of numbers": [1],
        "list with null": ["admins", None],
        "list of lists": [["admins"]],
        "list with half a character": ["\ud800"],
        "list with a line": ["a\nb"],
        "text with NUL": "admins\0",
        "of 501 characters": ["a" * 501],
        "2001": [str(number) for number in range(2001)],
    }.items():
        yield f"groups are {kind}", "malformed", with_claim("groups", value)


FORGERIES: tuple[Forgery, ...] = tuple(
    forgery
    for family in (
        *(times, purposes, people, algorithms, keys),
        *(headers, bodies, shapes, signatures),
    )
    for forgery in family()
)
