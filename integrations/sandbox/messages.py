"""A request and an answer, as both sandbox servers pass them around."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Request:
    """One request as it arrived; header names are lower case, ``path`` is still encoded."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, list[str]]:
        """The fields of a urlencoded form."""
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def same_site(self, origin: str) -> bool:
        """Whether this was sent by a page of ``origin``, or by no page at all."""
        return self.headers.get("origin", origin) == origin


@dataclass(frozen=True)
class Delivery:
    """How an answer goes out: ``delay`` before it, ``pause`` seconds per byte, cut or reset."""

    delay: float = 0.0
    pause: float = 0.0
    cut: bool = False
    reset: bool = False


@dataclass(frozen=True)
class Response:
    """One answer, whole; Content-Length and Date are added on the way out."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery = field(default_factory=Delivery)

    def with_headers(self, *headers: tuple[str, str]) -> "Response":
        """The same answer with more headers."""
        return replace(self, headers=(*self.headers, *headers))


def encode(payload: Any) -> bytes:
    """JSON as the service writes it: compact UTF-8, escapes only for what UTF-8 cannot say."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(payload, separators=(",", ":")).encode()
