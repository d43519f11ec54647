"""JSON text cut into its parts without decoding them: what is not understood stays byte for byte.

The text must be well-formed JSON; every function raises ValueError where it is not even close.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

JSON = None | bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"]

_SPACE = re.compile(rb"[ \t\n\r]*")
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCALAR = re.compile(rb"[^\[\]{},:\"\s]+")
_MARK = re.compile(_STRING.pattern + rb"|[\[\]{}]", re.DOTALL)


class Member(NamedTuple):
    """One member of an object: its decoded name and where its value lies."""

    name: str
    start: int
    end: int


def replace_members(text: bytes, changes: Mapping[str, JSON]) -> bytes:
    """The object ``text`` with only the changed members' values replaced, in place.

    A name that occurs twice is replaced twice; a new name goes behind the last member.
    """
    members = list(object_members(text))
    values = {name: json.dumps(value, allow_nan=False).encode() for name, value in changes.items()}
    pieces = []
    done = 0
    for member in members:
        if member.name in values:
            pieces += [text[done : member.start], values[member.name]]
            done = member.end
    end = members[-1].end if members else text.index(b"{") + 1
    pieces.append(text[done:end])
    known = {member.name for member in members}
    added = [(name, value) for name, value in values.items() if name not in known]
    pieces.append(
        b",".join([b""] * bool(members) + [json.dumps(n).encode() + b":" + v for n, v in added])
        if added
        else b""
    )
    pieces.append(text[end:])
    return b"".join(pieces)


def object_members(text: bytes) -> Iterator[Member]:
    """The members of the object ``text`` in order, duplicates included."""
    at = _expect(text, 0, b"{")
    if text[at : at + 1] == b"}":
        return
    while True:
        end = _value_end(text, at)
        name = json.loads(text[at:end])
        if not isinstance(name, str):
            raise ValueError("not a member name")
        start = _expect(text, end, b":")
        end = _value_end(text, start)
        yield Member(name, start, end)
        at = _skip(text, end)
        if text[at : at + 1] == b"}":
            return
        at = _expect(text, at, b",")


def member_names(text: bytes) -> set[str]:
    """The names of the object's members: the two descriptions of the service differ in them."""
    return {member.name for member in object_members(text)}


def array_entries(text: bytes) -> Iterator[bytes]:
    """The exact text of each entry of the array ``text``."""
    at = _expect(text, 0, b"[")
    if text[at : at + 1] == b"]":
        return
    while True:
        end = _value_end(text, at)
        yield text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] == b"]":
            return
        at = _expect(text, at, b",")


def _skip(text: bytes, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _expect(text: bytes, at: int, mark: bytes) -> int:
    """Where the text goes on behind ``mark`` and white space."""
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"expected {mark.decode()} at byte {at}")
    return _skip(text, at + 1)


def _value_end(text: bytes, at: int) -> int:
    """Where the value that begins at ``at`` ends; walks nesting without recursion."""
    if text[at : at + 1] not in (b"[", b"{"):
        scalar = _STRING.match(text, at) or _SCALAR.match(text, at)
        if scalar is None:
            raise ValueError(f"expected a value at byte {at}")
        return scalar.end()
    depth = 0
    for mark in _MARK.finditer(text, at):
        if mark[0] in (b"[", b"{"):
            depth += 1
        elif mark[0] in (b"]", b"}"):
            depth -= 1
        if depth == 0:
            return mark.end()
    raise ValueError("unbalanced brackets")
