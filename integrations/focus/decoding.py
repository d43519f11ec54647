"""From an answer's bytes to resources, field by field, decided by the bytes.

One odd entry never hides the others: what cannot be read is listed beside what can.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from integrations.focus.fields import (
    read_flag,
    read_id,
    read_number,
    read_optional_text,
    read_text,
    read_texts,
    read_time,
)
from integrations.focus.members import array_entries, object_members
from integrations.focus.resources import Account, Calendar, Listing, Rule, Settings, Unreadable

#: What is read of one answer: nobody has more, and 5,000 calendars are 80,000 values. A machine
#: that sends more would have us at work for many seconds, with a gigabyte of memory.
MOST_ENTRIES, MOST_VALUES = 12_000, 400_000

T = TypeVar("T", bound=Account | Calendar | Rule)
Wire = TypeVar("Wire", bound=msgspec.Struct)


class _CalendarWire(msgspec.Struct):
    calendar_id: Any = None
    calendar_integration_id: Any = None
    external_id: Any = None
    name: Any = None
    background_color: Any = None
    foreground_color: Any = None
    selected: Any = None
    default_workspace_id: Any = None
    default_project_id: Any = None
    default_planned_task_id: Any = None
    remind_tracking: Any = None
    auto_track: Any = None
    focus_auto_track: Any = None
    default_action: Any = None
    created_at: Any = None
    updated_at: Any = None
    deleted_at: Any = None


class _AccountWire(msgspec.Struct):
    calendar_integration_id: Any = None
    email: Any = None
    provider: Any = None
    error_status: Any = None
    has_write_scope: Any = None
    auto_track: Any = None
    scopes: Any = None
    origin_product_id: Any = None
    created_at: Any = None
    calendars: msgspec.Raw = msgspec.Raw(b"null")


class _ItemsWire(msgspec.Struct):
    items: msgspec.Raw = msgspec.Raw(b"")
    data: msgspec.Raw = msgspec.Raw(b"")


def decode_accounts(body: bytes) -> Listing[Account]:
    """The accounts of an answer; ValueError when it is no list in any known form."""
    return listing(entries(body), decode_account, lambda account: account.integration_id)


def decode_calendars(body: bytes, integration_id: int) -> Listing[Calendar]:
    """The calendars of an answer about one account; ValueError when it is no list."""
    return listing(
        entries(body),
        lambda raw: decode_calendar(raw, integration_id),
        lambda calendar: calendar.calendar_id,
    )


def decode_account(raw: bytes) -> Account | Unreadable:
    """One account from the exact bytes of its entry."""
    wire = read_wire(raw, _AccountWire)
    if isinstance(wire, Unreadable):
        return wire
    integration_id = read_id(wire.calendar_integration_id)
    if isinstance(integration_id, str):
        return Unreadable(integration_id, read_text(wire.email), raw)
    return Account(
        integration_id=integration_id,
        email=read_text(wire.email),
        provider=read_text(wire.provider),
        error_status=read_text(wire.error_status),
        has_write_scope=read_flag(wire.has_write_scope),
        auto_track=read_flag(wire.auto_track),
        scopes=read_texts(wire.scopes),
        origin_product_id=read_number(wire.origin_product_id),
        created_at=read_time(wire.created_at),
        calendars=_nested(bytes(wire.calendars), integration_id),
        raw=raw,
    )


def decode_calendar(raw: bytes, integration_id: int) -> Calendar | Unreadable:
    """One calendar from the exact bytes of its entry; ``integration_id`` where it names none."""
    wire = read_wire(raw, _CalendarWire)
    if isinstance(wire, Unreadable):
        return wire
    calendar_id = read_id(wire.calendar_id)
    if isinstance(calendar_id, str):
        return Unreadable(calendar_id, read_text(wire.name), raw)
    own_integration = read_id(wire.calendar_integration_id)
    return Calendar(
        calendar_id=calendar_id,
        integration_id=own_integration if isinstance(own_integration, int) else integration_id,
        external_id=read_text(wire.external_id),
        name=read_text(wire.name),
        background_color=read_optional_text(wire.background_color),
        foreground_color=read_optional_text(wire.foreground_color),
        selected=read_flag(wire.selected),
        default_workspace_id=read_number(wire.default_workspace_id),
        default_project_id=read_number(wire.default_project_id),
        default_planned_task_id=read_number(wire.default_planned_task_id),
        remind_tracking=read_flag(wire.remind_tracking),
        auto_track=read_flag(wire.auto_track),
        focus_auto_track=read_flag(wire.focus_auto_track),
        default_action=read_optional_text(wire.default_action),
        created_at=read_time(wire.created_at),
        updated_at=read_time(wire.updated_at),
        deleted_at=read_time(wire.deleted_at),
        raw=raw,
    )


def decode_settings(body: bytes) -> Settings:
    """The person's settings; ValueError when the answer is no object."""
    found = lenient(body)
    if not isinstance(found, dict):
        raise ValueError("the settings are not an object")
    return Settings(current_workspace_id=read_number(found.get("current_workspace_id")), raw=body)


def _nested(raw: bytes, integration_id: int) -> Listing[Calendar]:
    try:
        return decode_calendars(raw, integration_id)
    except ValueError:
        return Listing((), (Unreadable("not-a-list", "", raw),))


def listing(
    entries: Iterable[bytes],
    decode: Callable[[bytes], T | Unreadable],
    identity: Callable[[T], int],
) -> Listing[T]:
    items: dict[int, T] = {}
    odd: list[Unreadable] = []
    for raw in entries:
        item = decode(raw)
        if isinstance(item, Unreadable):
            odd.append(item)
        elif identity(item) in items:
            odd.append(Unreadable("id-duplicate", _label(item), raw))
        else:
            items[identity(item)] = item
    return Listing(tuple(items.values()), tuple(odd))


def _label(item: Account | Calendar | Rule) -> str:
    match item:
        case Account():
            return item.email
        case Calendar():
            return item.name
    return item.title


def is_endless(body: bytes) -> bool:
    """Whether an answer holds more objects or values than are read."""
    return body.count(b"{") > MOST_ENTRIES or body.count(b",") > MOST_VALUES


def entries(body: bytes, within: str = "items") -> list[bytes]:
    """The entries of a bare array, of ``{"items": …}`` or of null; ValueError for anything else.

    ``within``: the member that holds them in an object, ``items`` or ``data``.
    """
    body = body.strip(b" \t\n\r")
    if body == b"null":
        return []
    if body.startswith(b"{"):
        return _entries_of_object(body, within)
    found: Sequence[bytes | msgspec.Raw]
    try:
        found = msgspec.json.decode(body, type=list[msgspec.Raw])
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        # One lone surrogate or NaN makes msgspec refuse the whole answer.
        lenient(body)
        found = list(array_entries(body))
    if len(found) > MOST_ENTRIES:
        raise ValueError("more entries than are read")
    return [bytes(entry) for entry in found]


def _entries_of_object(body: bytes, within: str) -> list[bytes]:
    try:
        items = bytes(getattr(msgspec.json.decode(body, type=_ItemsWire), within))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        lenient(body)
        items = _last_member(body, within)
    if not items or items.startswith(b"{"):
        raise ValueError(f"neither a list nor an object with {within}")
    return entries(items)


def read_wire(raw: bytes, kind: type[Wire]) -> Wire | Unreadable:
    """The known members of one entry, whatever their types."""
    if not raw.startswith(b"{"):
        return Unreadable("not-an-object", "", raw)
    try:
        raw.decode()
        return msgspec.json.decode(raw, type=kind)
    except UnicodeDecodeError:
        return Unreadable("not-utf8", "", raw)
    except (ValueError, RecursionError):
        return _odd_wire(raw, kind)


def _odd_wire(raw: bytes, kind: type[Wire]) -> Wire | Unreadable:
    """The same for an entry that msgspec refuses."""
    try:
        found = lenient(raw)
        calendars = _last_member(raw, "calendars") or b"null"
    except ValueError:
        return Unreadable("not-json", "", raw)
    known = {name: found[name] for name in kind.__struct_fields__ if name in found}
    return kind(**known | ({"calendars": msgspec.Raw(calendars)} if "calendars" in known else {}))


def _last_member(text: bytes, name: str) -> bytes:
    """The exact value of a member, the last where there are several; empty when missing."""
    return next(
        (text[m.start : m.end] for m in reversed(list(object_members(text))) if m.name == name),
        b"",
    )


def lenient(text: bytes) -> Any:
    """Decode what msgspec refuses: lone surrogates, NaN, endless digits; ValueError if no JSON."""
    try:
        return json.loads(text.decode("utf-8", "replace"), parse_int=_integer)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= 20 else float("inf")
