"""Faults of the answer: its head, its body, what it says and where it sends people."""

import gzip
import json
import socket
from collections.abc import Iterator
from itertools import chain

from tests.conftest import ORGANIZATION, WORKSPACE
from tests.focus.entries import ACCOUNT, CALENDAR
from tests.hostile.upstream import Answer, Fault, Says, Script, say
from tests.hostile.wires import GZIP, TYPICAL, broken_off, endless, huge, saying, unconnected
from tests.outbound.rawserver import CHUNKED, head

#: An address on this machine at which nobody may ever be asked anything.
TRAP = b"{trap}"
DEEP = b"[" * 100_000 + b"]" * 100_000
DIGITS = b"9" * 5000


def with_lines(*lines: bytes) -> Script:
    """Say the right answer with more in its head."""
    return lambda wire, answer: say(wire, answer, *lines)


def with_body(body: bytes, status: int = 200) -> Script:
    """Say another body."""

    def script(wire: socket.socket, answer: Answer) -> None:
        filled = answer.fill(body)
        lines = (b"HTTP/1.1 %d OK" % status, b"Content-Length: %d" % len(filled))
        wire.sendall(b"\r\n".join((*lines, b"Connection: close", b"", filled)))

    return script


def malformed() -> Iterator[Fault]:
    """Yield heads of which nothing can be made."""
    for name, said in {
        "no HTTP": b"nonsense\r\n\r\n",
        "no head": TYPICAL,
        "HTTP 9.9": b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
        "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
        "a status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
        "a negative length": head(b"Content-Length: -1") + b"[]",
        "a length of letters": head(b"Content-Length: two") + b"[]",
        "a length with a sign": head(b"Content-Length: +2") + b"[]",
        "a length in hex": head(b"Content-Length: 0x2") + b"[]",
        "two lengths": head(b"Content-Length: 2", b"Content-Length: 3") + b"[]",
        "too long a length": head(b"Content-Length: 5") + b"[]",
        "an impossible length": head(b"Content-Length: " + DIGITS) + b"[]",
        "a bad chunk": CHUNKED + b"zz\r\n[]\r\n0\r\n\r\n",
        "a negative chunk": CHUNKED + b"-2\r\n[]\r\n0\r\n\r\n",
        "an impossible chunk": CHUNKED + b"f" * 5000 + b"\r\n[]\r\n0\r\n\r\n",
        "an unknown encoding": head(b"Content-Encoding: br", b"Content-Length: 2") + b"[]",
        "two encodings": head(b"Content-Encoding: gzip, gzip", b"Content-Length: 2") + b"[]",
        "gzip that is none": head(GZIP, b"Content-Length: 2") + b"[]",
        "gzip that is broken": head(GZIP) + gzip.compress(TYPICAL)[:20] + bytes(20),
        "a header without colon": head(b"no colon here", b"Content-Length: 2") + b"[]",
        "a header of 70 kB": head(b"X-A: " + b"b" * 70_000),
        "200 headers": head(*(b"X-A: b" for _ in range(200))),
    }.items():
        says = Says.ODD if name in ("HTTP 9.9", "a negative chunk", "no head") else Says.NOTHING
        yield Fault(name, saying(said), says)


def odd_heads() -> Iterator[Fault]:
    """Yield right answers with something odd in the head."""
    for name, lines in {
        "cookies": (b"Set-Cookie: session=alex; Path=/", b"Set-Cookie: b=c; Domain=127.0.0.1"),
        "two types": (b"Content-Type: text/html", b"Content-Type: image/png"),
        "a type that is none": (b"Content-Type: \xff\xfe;;charset=utf-99",),
        "a Refresh": (b"Refresh: 0; url=" + TRAP,),
        "an Alt-Svc": (b'Alt-Svc: h2="127.0.0.1:1"; ma=86400',),
        "a huge quota": (b"X-Toggl-Quota-Remaining: " + b"9" * 40,),
        "a negative quota": (b"X-Toggl-Quota-Remaining: -5", b"X-Toggl-Quota-Resets-In: -60"),
        "a quota of letters": (b"X-Toggl-Quota-Remaining: NaN", b"X-Toggl-Quota-Resets-In: inf"),
        "two quotas": (b"X-Toggl-Quota-Remaining: 7", b"X-Toggl-Quota-Remaining: 0"),
        "a quota of aeons": (b"X-Toggl-Quota-Resets-In: 999999999",),
    }.items():
        yield Fault(name, with_lines(*lines), Says.GOOD)
    for name, lines in {
        "a NUL in a header": (b"X-A: \x00",),
        "a folded header": (b"X-A: b", b" c"),
        "a space before the colon": (b"X-A : b",),
        "a lone CR": (b"X-A: b\rX-C: d",),
        "letters beyond ASCII": ("X-Ä: ö".encode(),),
        "a header without name": (b": b",),
        "length and chunks": (b"Transfer-Encoding: chunked",),
    }.items():
        yield Fault(name, with_lines(*lines), Says.ODD)
    yield Fault("too short a length", saying(head(b"Content-Length: 30") + TYPICAL), Says.GARBLED)
    twice = gzip.compress(gzip.compress(b"[]"))
    yield Fault("gzip in gzip", saying(head(GZIP) + twice), Says.GARBLED)
    rest = gzip.compress(b"[]") + b"rubbish"
    yield Fault("gzip with a rest", saying(head(GZIP) + rest), Says.ODD)
    yield Fault("chunks with a rest", saying(CHUNKED + b"2\r\n[]\r\n0\r\n\r\nHTTP/1.1 5"), Says.ODD)


def unreadable() -> Iterator[Fault]:
    """Yield bodies that nobody can read."""
    for name, body in {
        "HTML": b"<!doctype html><title>Sign in</title><h1>Welcome to the hotel</h1>",
        "white space": b"   \r\n\t ",
        "words": b"Everything is fine",
        "truncated JSON": b'[{"calendar_id": 1, "name": "Te',
        "deep JSON": DEEP,
        "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        "a comment in JSON": b"[1, /* two */ 3]",
        "two JSON texts": b"[][]",
        "single quotes": b"['a']",
        "NUL bytes": bytes(50),
        "a NUL in JSON": b'[{"name": "a\x00b"}]',
        "UTF-16": "[1]".encode("utf-16"),
        "no UTF-8": b'[{"name": "\xff\xfe"}]',
        "a surrogate in UTF-8": b'[{"name": "\xed\xa0\x80"}]',
        "a trailing comma": b"[1,]",
        "a million numbers": b"[" + b"1," * 10**6 + b"1]",
        "20,000 objects": b"[" + b",".join([b"{}"] * 20_000) + b"]",
        "a million lists in an account": b'[{"calendars": [' + b"[]," * 10**6 + b"[]]}]",
    }.items():
        odd = {"white space", "a NUL in JSON", "no UTF-8", "a surrogate in UTF-8"}
        says = Says.ODD if name in odd else Says.GARBLED
        yield Fault(name, with_body(body), says)


def unlikely() -> Iterator[Fault]:
    """Yield JSON that is not what was promised."""
    account, calendar = json.dumps(ACCOUNT), json.dumps(CALENDAR)
    for name, text in {
        "null": "null",
        "a number": "7",
        "a text": '"calendars"',
        "an object": '{"message": "Everything is fine", "count": 3}',
        "an empty object": "{}",
        "an empty list": "[]",
        "a list of nulls": "[null, null]",
        "a list of lists": "[[[]]]",
        "5,000 digits": f"[{DIGITS.decode()}]",
        "an id of 5,000 digits": account.replace("7,", f"{DIGITS.decode()},", 1).join("[]"),
        "NaN": f"[{account.replace('7', 'NaN', 1)}]",
        "Infinity": f"[{calendar.replace('9', '-Infinity', 1)}]",
        "lone surrogates": f"[{account.replace('alex', chr(92) + 'ud800')}]",
        "NULs": f"[{account.replace('alex', chr(92) + 'u0000')}]",
        "NULs in names": f"[{calendar.replace('Team', chr(92) + 'u0000')}]",
        "flags of text": f"[{account.replace('true', chr(34) + 'yes' + chr(34))}]",
        "texts of numbers": f"[{calendar.replace(chr(34) + 'Team' + chr(34), '17')}]",
        "ids of text": f"[{account.replace(': 7', ': ' + chr(34) + 'seven' + chr(34))}]",
        "ids of 64 bits": f"[{calendar.replace(': 9', ': 9223372036854775808')}]",
        "an id of nothing": f"[{calendar.replace(': 9', ': 0')}]",
        "the same twice": f"[{account}, {account}]",
        "the same member twice": f'[{account[:-1]}, "email": 3}}]',
        "times of long ago": f"[{account.replace('2026-08', '0001-00')}]",
        "a name of a megabyte": f"[{calendar.replace('Team', 'x' * 10**6)}]",
        "script in names": f"[{account.replace('Team', '<script>alert(1)</script>')}]",
        "markup in addresses": f"[{account.replace('alex@', chr(92) + chr(34) + '><img src=x>')}]",
        "calendars of text": f"[{json.dumps(ACCOUNT | {'calendars': 'none'})}]",
        "10,000 accounts": "[" + ",".join(["{}"] * 10_000) + "]",
    }.items():
        yield Fault(name, with_body(text.encode()), Says.ODD)


def lying_addresses() -> Iterator[Fault]:
    """Yield redirects that nobody may follow, whoever is asked to."""
    trap, scope = TRAP, f"/api/organizations/{ORGANIZATION}/workspaces/{WORKSPACE}".encode()
    for name, address in {
        "to another host": trap,
        "to a phishing page": b"https://phishing.example.net/login",
        "without scheme": b"//" + trap.removeprefix(b"http://"),
        "to the same host": scope + b"/integrations/calendar",
        "to a relative place": b"../elsewhere",
        "to a script": b"javascript:alert(1)",
        "to data": b"data:text/html,hello",
        "to a file": b"file:///etc/passwd",
        "with a user": b"http://localhost:1@phishing.example.net/",
        "past the provider": b"{provider}@phishing.example.net/",
        "with a backslash": b"{provider}\\@phishing.example.net",
        "to a longer name": b"{provider}.phishing.example.net/",
        "to two places": b"{provider}/x, " + trap,
        "to nowhere": b"",
        "of 10 kB": b"{provider}/" + b"x" * 10_000,
        "with bytes": b"{provider}/\xff\xfe",
        "with a NUL": b"{provider}/\x00",
        "with a space": b"{provider}/a b",
        "with the key": b"{provider}/?token={key}",
        "in capitals": b"HTTPS://PHISHING.EXAMPLE.NET/",
        "to a bad port": b"http://localhost:99999999/",
        "to half an address": b"http://[::1",
    }.items():
        said = b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % address
        yield Fault(f"redirect {name}", saying(said), Says.GARBLED)
    both = b"HTTP/1.1 302 Found\r\nLocation: {provider}/x\r\nLocation: %b\r\n\r\n" % trap
    yield Fault("redirect with two addresses", saying(both), Says.GARBLED)
    kept = b"HTTP/1.1 307 Moved\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % trap
    yield Fault("redirect that keeps the method", saying(kept), Says.GARBLED)
    page = b'<meta http-equiv="refresh" content="0; url=%b">' % trap
    yield Fault("redirect by a page", with_body(page), Says.GARBLED)


def indiscreet() -> Iterator[Fault]:
    """Yield answers that hold the caller's key."""
    told = b'{"error": "{key}", "error_description": "No {key}", "trace_id": "{key}"}'
    yield Fault("error with the key", with_body(told, 400), Says.STATUS, status=400)
    yield Fault("words with the key", with_body(b"No {key}", 409), Says.STATUS, status=409)
    account = json.dumps(ACCOUNT).replace("Team", "{key}").replace("alex", "{key}").encode()
    yield Fault("list with the key", with_body(b"[%b]" % account), Says.ODD)
    calendar = json.dumps(CALENDAR).replace("Team", "{key}").encode()
    yield Fault("calendars with the key", with_body(b"[%b]" % calendar), Says.ODD)
    escaped = account.replace(b"{key}", b"{escaped key}")
    yield Fault("list with the key escaped", with_body(b"[%b]" % escaped), Says.ODD)
    settings = b'{"current_workspace_id": 1, "api_token": "{key}"}'
    yield Fault("settings with the key", with_body(settings), Says.ODD)
    yield Fault(
        "headers with the key", with_lines(b"X-Key: {key}", b"Set-Cookie: k={key}"), Says.GOOD
    )


def statuses() -> Iterator[Fault]:
    """Yield every status there is, and one that there is not."""
    body = b'{"error": "odd", "error_description": "Odd words", "trace_id": "t-1"}'
    for status in (*range(100, 600), 999):
        is_none = status < 200 or status in (204, 304)
        said = with_body(b"" if is_none else body, status)
        yield Fault(f"status {status}", said, Says.STATUS, status=status)


NAMED = tuple(
    chain(
        unconnected(),
        broken_off(),
        endless(),
        huge(),
        malformed(),
        odd_heads(),
        unreadable(),
        unlikely(),
        lying_addresses(),
        indiscreet(),
        [Fault("empty", with_body(b""), Says.STATUS, status=204)],
    )
)
FAULTS = (*NAMED, *statuses())
