"""Calendars as flat rows for tables: strings and links ready, nothing left for the template."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from focusadmin.identity.models import User
from integrations.access import AdminRequest
from integrations.models import Calendar
from integrations.services import colours, names, palette, team
from integrations.views import naming, words

#: What is read of a calendar for its row.
FIELDS = (
    "pk",
    "name",
    "external_id",
    "background_color",
    "foreground_color",
    "selected",
    "default_workspace_id",
    "default_project_id",
    "default_planned_task_id",
    "contrast",
    "provisional",
    "account_id",
    "account__email",
    "account__provider",
    "account__source_id",
    "account__source__key__owner__name",
    "account__source__key__owner__email",
)


def flat_rows(request: AdminRequest, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a dict of display values for each calendar of the page; ``rows`` hold FIELDS.

    What sets one apart is told only of those that the person may see by name.
    """
    found = list(rows)
    named = team.named(request.sources, request.user)
    ambiguous = twins(named, found)
    shared = _seen_elsewhere(named, found)
    base = reverse("accounts", args=[request.workspace.workspace_id])
    known = names.of_values(request.sources, found)
    pairs = palette.names(request.workspace)
    return [_flat(row, base, ambiguous, shared, known, pairs) for row in found]


def label(calendar: Calendar, person: User) -> str:
    """Return a calendar's name, told apart from another that ``person`` sees in its account."""
    twins = Calendar.objects.filter(
        team.open_to(person), account=calendar.account_id, name=calendar.name, gone_at=None
    ).exclude(pk=calendar.pk)
    return words.calendar_label(calendar.name, calendar.external_id, ambiguous=twins.exists())


def labels(calendars: Iterable[Calendar], person: User) -> dict[int, str]:
    """Return the name of each calendar by its primary key, told apart as ``label`` does.

    One that this person may not see by name is called so.
    """
    found = list(calendars)
    named = Calendar.objects.filter(team.open_to(person), gone_at=None)
    ambiguous = twins(named, ({"account_id": c.account_id, "name": c.name} for c in found))
    return {
        calendar.pk: words.calendar_label(
            calendar.name,
            calendar.external_id,
            ambiguous=(calendar.account_id, calendar.name) in ambiguous,
        )
        if team.is_open_to(calendar, person)
        else _("a calendar that is switched off")
        for calendar in found
    }


def twins(named: QuerySet[Calendar], found: Iterable[dict[str, Any]]) -> set[tuple[int, str]]:
    """Return (account, name) of the calendars whose name another one of the account has too."""
    pairs = {(row["account_id"], row["name"]) for row in found}
    accounts = {account for account, _name in pairs}
    listed = {name for _account, name in pairs}
    names = named.filter(account__in=accounts, name__in=listed).values_list("account_id", "name")
    return {pair for pair, times in Counter(names).items() if times > 1}


def _flat(
    row: dict[str, Any],
    base: str,
    ambiguous: set[tuple[int, str]],
    shared: set[str],
    known: names.Names,
    pairs: palette.Names,
) -> dict[str, Any]:
    place = {"workspace": row["default_workspace_id"], "source": row["account__source_id"]}
    background = colours.parse(row["background_color"])
    foreground = colours.parse(row["foreground_color"])
    ratio = row["contrast"]
    is_twin = (row["account_id"], row["name"]) in ambiguous
    return {
        "pk": row["pk"],
        "url": f"{base}{row['account_id']}/calendars/{row['pk']}/",
        "account_url": f"{base}{row['account_id']}/",
        "name": words.calendar_label(row["name"], row["external_id"], ambiguous=is_twin),
        "email": row["account__email"],
        "provider": words.provider_label(row["account__provider"]),
        "person": row["account__source__key__owner__name"]
        or row["account__source__key__owner__email"]
        or _("the shared key"),
        "background": background,
        "foreground": foreground,
        "pair": palette.name_in(pairs, background, foreground),
        "background_text": row["background_color"] or _("none"),
        "foreground_text": row["foreground_color"] or _("none"),
        "hard_to_read": ratio is not None and ratio < colours.READABLE,
        "ratio": colours.ratio_text(ratio),
        "on": row["selected"],
        "workspace": row["default_workspace_id"] or None,
        "project": naming.told(known.project(row["default_project_id"], **place)),
        "task": naming.told(known.task(row["default_planned_task_id"], **place)),
        "provisional": row["provisional"],
        "also_elsewhere": row["external_id"] in shared,
    }


def _seen_elsewhere(named: QuerySet[Calendar], found: list[dict[str, Any]]) -> set[str]:
    """Return the external ids that are reached through more than one account of the source."""
    ids = {row["external_id"] for row in found if row["external_id"]}
    sources = {row["account__source_id"] for row in found}
    pairs = (
        named.filter(
            external_id__in=ids,
            account__gone_at=None,
            account__source__in=sources,
        )
        .values_list("external_id", "account_id")
        .distinct()
    )
    times = Counter(external_id for external_id, _account in pairs)
    return {external_id for external_id, count in times.items() if count > 1}
