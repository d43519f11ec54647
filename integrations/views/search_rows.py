"""What a search found, as rows: a link, what stands under it, and a state where there is one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from integrations.access import AdminRequest
from integrations.models import Account, Calendar
from integrations.services import colours
from integrations.services.standing import Holder
from integrations.views import people_rows, words


@dataclass(frozen=True)
class Row:
    """One thing that was found."""

    text: str
    href: str
    under: str = ""
    #: A tag beside it, and its tone.
    tag: str = ""
    tone: str = ""
    #: Colours of a calendar; None for what has none.
    swatch: tuple[str | None, str | None] | None = None


def accounts(request: AdminRequest, found: Iterable[Account]) -> list[Row]:
    """Return accounts, each with its state."""
    return [
        Row(
            account.email or words.provider_label(account.provider),
            reverse("account", args=[request.workspace.workspace_id, account.pk]),
            words.provider_label(account.provider),
            str(Account.State(account.state).label),
            words.TONES[Account.State(account.state)],
        )
        for account in found
    ]


def calendars(request: AdminRequest, found: Iterable[Calendar]) -> list[Row]:
    """Return calendars, each with the address of its account."""
    return [
        Row(
            str(calendar),
            reverse(
                "calendar-edit",
                args=[request.workspace.workspace_id, calendar.account_id, calendar.pk],
            ),
            calendar.account.email,
            swatch=(
                colours.parse(calendar.background_color),
                colours.parse(calendar.foreground_color),
            ),
        )
        for calendar in found
    ]


def people(found: Iterable[Holder]) -> list[Row]:
    """Return people, each with how they stand."""
    flat = [people_rows.flat(holder) for holder in found]
    return [
        Row(row["name"], row["url"], row["email"], row["key_state"], row["tone"]) for row in flat
    ]


def changes(found: Iterable[dict[str, Any]]) -> list[Row]:
    """Return changes, each with who made it and what came of it."""
    return [Row(row["deed"], row["url"], row["who"], row["outcome"], row["tone"]) for row in found]
