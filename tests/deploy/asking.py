"""A browser reduced to bytes: sends exactly what it is given, and reads one answer."""

import gzip
from dataclasses import dataclass
from http.client import HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.deploy.front import HOST, Front, connect

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    text: str


def send(front: Front, request: bytes, *, source: str = "127.0.0.1") -> Answer:
    """Send the bytes of one request from the address ``source`` and return the answer, unpacked."""
    with connect(front, source=source) as connection:
        connection.sendall(request)
        with HTTPResponse(connection) as response:
            response.begin()
            body = response.read()
            if response.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
    cookies: SimpleCookie = SimpleCookie()
    for line in response.headers.get_all("Set-Cookie", []):
        cookies.load(line)
    values = {name: morsel.value for name, morsel in cookies.items()}
    return Answer(response.status, dict(response.headers), values, body.decode())


def request(
    path: str = "/",
    *,
    method: str = "GET",
    host: str = HOST,
    cookies: dict[str, str] | None = None,
    headers: Headers | None = None,
    form: dict[str, str] | None = None,
) -> bytes:
    """Return a request's bytes; ``headers`` as they are and in their order."""
    body = urlencode(form or {}).encode()
    lines: Headers = [("Host", host), ("Connection", "close")]
    if cookies:
        lines.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
    if method == "POST":
        lines += [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", f"https://{HOST}"),
        ]
        lines.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in [*lines, *(headers or [])])
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
