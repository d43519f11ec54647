"""Builds the world that a fresh sandbox starts with, at any size."""

from collections.abc import Iterable, Iterator
from itertools import count, cycle
from typing import Any

from integrations.sandbox import team
from integrations.sandbox.permissions import scopes, wanted
from integrations.sandbox.world import (
    ORGANIZATION,
    OTHER_ORGANIZATION,
    OTHER_WORKSPACE,
    WORKSPACE,
    Identity,
    Json,
    Person,
    World,
)

CREATED = "2025-03-04T09:15:00.421337Z"
PALETTE = ("#4285f4", "#0b8043", "#8e24aa", "#d50000", "#f6bf26", "#039be5", "#616161")
LOOKS = ("external_id", "name", "background_color", "foreground_color")
TOPICS = ("Meetings", "Clients", "Travel", "Planning", "On call", "Reviews", "Holidays")


def seed(
    people: int | None = None, accounts: int | None = None, calendars: int | None = None
) -> World:
    """The team of ``team.py``; ``accounts`` on the shared key with ``calendars`` each if given.

    ``people`` beyond the four of the team are made up with one account each.
    """
    numbers = count(810_001)
    rows = (*team.PEOPLE, *made_up_people(people or 0))
    cast = [person(*row, numbers=numbers) for row in rows]
    if accounts is not None or calendars is not None:
        resize(cast[0], accounts, calendars, numbers)
    world = World(
        people=cast,
        identities=identities(cast),
        workspaces={WORKSPACE: ORGANIZATION, OTHER_WORKSPACE: OTHER_ORGANIZATION},
        projects=[project(*row) for row in team.PROJECTS],
        tasks=[task(*row) for row in team.TASKS],
        clients=[{"id": i, "name": n, "workspace_id": w} for i, n, w in team.CLIENTS],
        last_id=max(900_000, next(numbers)),
    )
    queue_first_refresh(world)
    return world


def made_up_people(people: int) -> Iterable[tuple[str, str, str, list[int], Any]]:
    """As many more people as are missing to ``people``."""
    for number in range(len(team.PEOPLE) + 1, people + 1):
        email = f"person{number}@example.com"
        account = team.AccountSeed(740_000 + number, "google", email, team.ALEX[0].calendars[1:4])
        yield f"Person {number}", email, f"{number % 10_000:04d}", [WORKSPACE], (account,)


def person(
    name: str,
    email: str,
    digits: str,
    workspaces: list[int],
    accounts: tuple[team.AccountSeed, ...],
    *,
    numbers: Iterator[int],
) -> Person:
    """One member of the cast, with a key that nobody can mistake for a real one."""
    key = "toggl_sk_" + (digits * 32)[:32]
    password = f"{email.split('@')[0]}-example-password"
    made = [account(row, numbers) for row in accounts]
    rules = [rule(number, *row) for number, row in enumerate(team.RULES.get(email, ()), 610_001)]
    return Person(name, email, password, key, list(workspaces), made, rules)


def account(row: team.AccountSeed, numbers: Iterator[int]) -> Json:
    """An account as the service shows it."""
    fields: Json = {
        "calendar_integration_id": row.integration_id,
        "email": row.email,
        "provider": row.provider,
        "auto_track": False,
        "has_write_scope": False,
        "error_status": "",
        "origin_product_id": 2,
        "created_at": CREATED,
        **row.rest,
    }
    fields["scopes"] = scopes(row.provider, wanted(write=fields["has_write_scope"]))
    fields["calendars"] = [calendar(row.integration_id, next(numbers), c) for c in row.calendars]
    return fields


def calendar(integration_id: int, calendar_id: int, row: team.CalendarSeed) -> Json:
    """A calendar as the service shows it."""
    return {
        "calendar_id": calendar_id,
        "calendar_integration_id": integration_id,
        "external_id": f"c{calendar_id}@group.calendar.example.com",
        "name": row.name,
        "background_color": row.background,
        "foreground_color": row.foreground,
        "selected": True,
        "default_workspace_id": WORKSPACE if "default_project_id" in row.rest else None,
        "default_project_id": None,
        "default_planned_task_id": None,
        "remind_tracking": False,
        "auto_track": False,
        "focus_auto_track": False,
        "default_action": "",
        "created_at": CREATED,
        "updated_at": CREATED,
        "deleted_at": None,
        **row.rest,
    }


def rule(number: int, title: str, project: int | None, task: int | None) -> Json:
    """A mapping rule of the first workspace."""
    return {
        "id": number,
        "title": title,
        "project_id": project,
        "task_id": task,
        "created_at": CREATED,
        "updated_at": CREATED,
        "workspace_id": WORKSPACE,
    }


def resize(
    shared: Person, accounts: int | None, calendars: int | None, numbers: Iterator[int]
) -> None:
    """Give ``shared`` exactly so many accounts, and each of them exactly so many calendars."""
    wished = len(shared.accounts) if accounts is None else accounts
    for number in range(len(shared.accounts) + 1, wished + 1):
        provider = "outlook" if number % 4 == 0 else "google"
        email = f"team{number:03d}@example.com"
        row = team.AccountSeed(750_000 + number, provider, email, team.ALEX[1].calendars[:5])
        shared.accounts.append(account(row, numbers))
    del shared.accounts[wished:]
    if calendars is None:
        return
    for owned in shared.accounts:
        filler = made_up_calendars(calendars - len(owned["calendars"]))
        integration_id = owned["calendar_integration_id"]
        owned["calendars"] += [calendar(integration_id, next(numbers), c) for c in filler]
        del owned["calendars"][calendars:]


def made_up_calendars(number: int) -> Iterable[team.CalendarSeed]:
    """So many calendars of no particular interest."""
    looks = zip(cycle(TOPICS), cycle(PALETTE), range(number), strict=False)
    for topic, background, index in looks:
        yield team.CalendarSeed(f"{topic} {index // len(TOPICS) + 1}", background, team.WHITE)


def identities(cast: list[Person]) -> list[Identity]:
    """Everybody who can consent: the addresses that are connected, and some that are not yet."""
    known: dict[tuple[str, str], Identity] = {}
    for member in cast:
        for owned in member.accounts:
            provider, email = owned["provider"], owned["email"]
            brought = [looks_of(c) for c in owned["calendars"]]
            known[provider, email] = Identity(provider, email, email.split("@")[0], brought)
    for number, (provider, email, name) in enumerate(team.STRANGERS):
        rows = team.STRANGER_CALENDARS[: 5 + number % 3]
        brought = [stranger_calendar(email, row) for row in rows]
        known[provider, email] = Identity(provider, email, name, brought)
    return list(known.values())


def looks_of(owned: Json) -> Json:
    """What of a calendar is the provider's."""
    return {name: owned[name] for name in LOOKS}


def stranger_calendar(email: str, row: team.CalendarSeed) -> Json:
    """A calendar that an identity brings when it is connected; the first has its address."""
    slug = (row.name or "own").lower().replace(" ", "-")
    return {
        "external_id": email if row.name is None else f"{slug}.{email}",
        "name": email if row.name is None else row.name,
        "background_color": row.background,
        "foreground_color": row.foreground,
    }


def task(number: int, name: str, project_id: int, active: bool) -> Json:
    """A task as the service shows it."""
    return {"id": number, "name": name, "project_id": project_id, "active": active}


def project(
    number: int, name: str, color: str, active: bool, workspace: int, client: int | None
) -> Json:
    """A project as the service shows it."""
    return {
        "id": number,
        "name": name,
        "color": color,
        "active": active,
        "client_id": client,
        "workspace_id": workspace,
    }


def queue_first_refresh(world: World) -> None:
    """Let the first refresh of one account show one of each: new, renamed, recoloured, gone."""
    integration_id = team.PENDING_ACCOUNT
    accounts = (a for p in world.people for a in p.accounts)
    owned = next((a for a in accounts if a["calendar_integration_id"] == integration_id), None)
    if owned is None or len(owned["calendars"]) < len(team.ALEX[1].calendars):
        return
    for row in team.PENDING:
        change = {name: value for name, value in row.items() if name not in ("index", "kind")}
        if "index" in row:
            change["calendar_id"] = owned["calendars"][row["index"]]["calendar_id"]
        world.queue(integration_id, row["kind"], **change)
