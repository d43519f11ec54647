"""From an answer's bytes to mapping rules, as suspiciously as accounts are read.

How their list is wrapped is not published: a bare array, ``{"items": …}`` as for calendars, and
``{"data": …, "total": …}`` as for projects are all understood.
"""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from integrations.focus.decoding import entries, lenient, listing, read_wire
from integrations.focus.fields import read_id, read_number, read_text, read_time
from integrations.focus.members import JSON, object_members
from integrations.focus.resources import Listing, Rule, Unreadable

#: What only the service sets; a PUT says the rest.
_OWN = frozenset(("id", "created_at", "updated_at"))


class _RuleWire(msgspec.Struct):
    id: Any = None
    title: Any = None
    project_id: Any = None
    task_id: Any = None
    created_at: Any = None
    updated_at: Any = None


def decode_rules(body: bytes) -> Listing[Rule]:
    """The rules of an answer; ValueError when it is no list in any known form."""
    wrapped = body.lstrip(b" \t\n\r").startswith(b"{")
    known = lenient(body) if wrapped else {}
    within = "data" if "data" in known else "items"
    found = listing(entries(body, within), decode_rule, lambda rule: rule.rule_id)
    seen = len(found.items) + len(found.unreadable)
    total = read_number(known.get("total")) or 0
    return Listing(found.items, found.unreadable, beyond=max(0, total - seen))


def decode_rule(raw: bytes) -> Rule | Unreadable:
    """One rule from the exact bytes of its entry."""
    wire = read_wire(raw, _RuleWire)
    if isinstance(wire, Unreadable):
        return wire
    rule_id = read_id(wire.id)
    if isinstance(rule_id, str):
        return Unreadable(rule_id, read_text(wire.title), raw)
    return Rule(
        rule_id=rule_id,
        title=read_text(wire.title),
        project_id=read_number(wire.project_id),
        task_id=read_number(wire.task_id),
        created_at=read_time(wire.created_at),
        updated_at=read_time(wire.updated_at),
        raw=raw,
    )


def rule_body(values: Mapping[str, JSON], raw: bytes = b"{}") -> bytes:
    """What is sent for a rule: ``values``, and from ``raw`` what we do not know, byte for byte.

    Raises ValueError where ``raw`` is no object.
    """
    written = {name: json.dumps(value).encode() for name, value in values.items()}
    kept = {
        member.name: raw[member.start : member.end]
        for member in object_members(raw)
        if member.name not in _OWN | set(values)
    }
    parts = [json.dumps(name).encode() + b":" + text for name, text in (written | kept).items()]
    return b"{" + b",".join(parts) + b"}"
