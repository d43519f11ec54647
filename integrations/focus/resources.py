"""What Focus sends of accounts, calendars and rules: frozen, typed, and beside it the exact bytes.

The wire says "integration"; the person says "account".
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T", bound="Account | Calendar | Rule")


@dataclass(frozen=True)
class Unreadable:
    """An entry that cannot be addressed or read."""

    #: not-an-object, not-a-list, not-utf8, id-missing, id-zero, id-boolean, id-fraction, id-text,
    #: id-out-of-range, id-odd, id-duplicate or not-json.
    reason: str
    #: A name or e-mail address for the person, when there is one.
    label: str
    raw: bytes


@dataclass(frozen=True)
class Listing(Generic[T]):
    """The entries of one answer, in its order, and apart from them those that are odd."""

    items: tuple[T, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    #: SHA-256 of the whole answer, in hexadecimal digits; empty where the listing is a part of one.
    digest: str = field(default="", compare=False)
    #: How many more there are, by what the answer says of itself: this was one page of them.
    beyond: int = 0


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """One calendar of an account. None: missing, null or of an odd type; 0 stays 0."""

    calendar_id: int
    integration_id: int
    external_id: str
    name: str
    background_color: str | None
    foreground_color: str | None
    selected: bool | None
    default_workspace_id: int | None
    default_project_id: int | None
    default_planned_task_id: int | None
    remind_tracking: bool | None
    auto_track: bool | None
    focus_auto_track: bool | None
    default_action: str | None
    created_at: datetime | None
    updated_at: datetime | None
    deleted_at: datetime | None
    #: The entry as it arrived; what an update sends back.
    raw: bytes


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One connected account with its calendars; ``error_status`` is empty when it is healthy."""

    integration_id: int
    email: str
    provider: str
    error_status: str
    has_write_scope: bool | None
    auto_track: bool | None
    scopes: tuple[str, ...]
    origin_product_id: int | None
    created_at: datetime | None
    calendars: Listing[Calendar]
    raw: bytes


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that gives events of a title to a project or a task. None: missing, null or odd."""

    rule_id: int
    title: str
    project_id: int | None
    task_id: int | None
    created_at: datetime | None
    updated_at: datetime | None
    raw: bytes


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the key's person, as far as this product uses them."""

    current_workspace_id: int | None
    raw: bytes
